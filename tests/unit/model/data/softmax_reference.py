#!/usr/bin/env python3
"""Prints the least penalized loss of softmax regression on the samples of softmax_regression_test.cpp, by Newton's method in
NumPy: python3 softmax_reference.py"""
import numpy as np

ROWS, COLUMNS, CLASSES, L2 = 300, 4, 3, 0.01
state = np.uint64(1)
numbers = []
with np.errstate(over="ignore"):
    for _ in range(ROWS * (COLUMNS + 1)):
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        numbers.append(int(state >> np.uint64(40)))
numbers = np.array(numbers).reshape(ROWS, COLUMNS + 1)
x = (numbers[:, :COLUMNS] / 2.0**23 - 1).astype("f4").astype("f8")
noise = numbers[:, COLUMNS] / 2.0**24
y = np.where(noise < 0.2, (noise * 15).astype(int), np.where(x[:, 0] + x[:, 1] > 0.3, 2, np.where(x[:, 2] > 0, 1, 0)))

design = np.hstack([x, np.ones((ROWS, 1))])
one_hot = np.eye(CLASSES)[y]
penalty = np.repeat([L2] * COLUMNS + [0], CLASSES)
weights = np.zeros((COLUMNS + 1) * CLASSES)
for _ in range(30):
    logits = design @ weights.reshape(-1, CLASSES)
    logits -= np.log(np.exp(logits).sum(1, keepdims=True))
    p = np.exp(logits)
    gradient = (design.T @ (p - one_hot) / ROWS).ravel() + penalty * weights
    hessian = np.diag(penalty)
    for k in range(CLASSES):
        for m in range(CLASSES):
            curve = p[:, k] * ((k == m) - p[:, m])
            hessian[k::CLASSES, m::CLASSES] += design.T @ (design * curve[:, None]) / ROWS
    weights -= np.linalg.lstsq(hessian, gradient, rcond=1e-12)[0]
loss = -logits[np.arange(ROWS), y].mean()
print("loss", repr(loss), "objective", repr(loss + (penalty * weights**2).sum() / 2), "|gradient|", np.abs(gradient).max())
print("accuracy", (logits.argmax(1) == y).mean(), "classes", np.bincount(y))
