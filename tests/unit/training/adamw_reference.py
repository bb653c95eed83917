#!/usr/bin/env python3
"""Makes adamw_reference.json: four steps of torch.optim.AdamW after torch.nn.utils.clip_grad_norm_, in float64.

Run with PyTorch 2.x; its output is kept, so that the test does not need PyTorch."""
import json
import torch

torch.manual_seed(7)
matrix = torch.nn.Parameter(torch.randn(3, 4, dtype=torch.float64).float().double())
vector = torch.nn.Parameter(torch.randn(5, dtype=torch.float64).float().double())
start = [matrix.detach().flatten().tolist(), vector.detach().tolist()]
optimizer = torch.optim.AdamW([{"params": [matrix], "weight_decay": 0.1}, {"params": [vector], "weight_decay": 0.0}],
                              betas=(0.9, 0.95), eps=1e-8)
steps = []
for rate, scale in [(1e-2, 0.1), (2e-2, 3.0), (1e-2, 1.0), (5e-3, 0.01)]:
    for group in optimizer.param_groups:
        group["lr"] = rate
    gradients = []
    for parameter in (matrix, vector):
        parameter.grad = (scale * torch.randn(parameter.shape, dtype=torch.float64)).float().double()
        gradients.append(parameter.grad.flatten().tolist())
    norm = torch.nn.utils.clip_grad_norm_([matrix, vector], 1.0).item()
    optimizer.step()
    steps.append({"lr": rate, "gradients": gradients, "norm": norm,
                  "weights": [matrix.detach().flatten().tolist(), vector.detach().tolist()]})
print(json.dumps({"start": start, "steps": steps}))
