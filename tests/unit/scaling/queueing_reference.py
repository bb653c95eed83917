#!/usr/bin/env python3
"""Prints the tables of queueing_test.cpp, by mpmath with 60 digits.

Takes a few minutes. Erlang B and C by the textbook quotient of a^k/k! and the sum of a^j/j!. Erlang A
without any of the formulas of the library: the birth-death chain is solved state by state up to a length behind which less
than 1e-40 is left, and the wait of an arrival that finds k+n customers is by inclusion of exponential stages: it survives t
if fewer than n+1 of the departures (service or leaving) happened by then, which is integrated as a linear system of
differential equations by the matrix exponential of scaled Taylor steps.
"""
from mpmath import exp, gamma, mp, mpf

mp.dps = 60


def erlang_b(k, a):
    a = mpf(a)
    if k > 5000:  # the same quotient in logarithms: a^k/k! e^-a over P(Poisson(a) <= k)
        below = mpf(1)
        term = mpf(1)
        for j in range(k, 0, -1):
            term *= j / a
            below += term
            if j < a and term < below * mpf(10) ** -55:
                break
        return 1 / below
    top = a ** k / gamma(k + 1)
    return top / sum(a ** j / gamma(j + 1) for j in range(k + 1))


def erlang_c(k, a):
    b, rho = erlang_b(k, a), mpf(a) / k
    return b / (1 - rho * (1 - b))


def chain(lam, mu, k, theta):
    """Probabilities of 0, 1, ... customers."""
    p = [mpf(1)]
    while True:
        j = len(p)
        p.append(p[-1] * lam / (min(j, k) * mu + max(j - k, 0) * theta))
        if j > k and p[-1] < max(p) * mpf(10) ** -45:
            break
    total = sum(p)
    return [x / total for x in p]


def erlang_a(lam, mu, k, theta, t):
    lam, mu, theta, t = mpf(lam), mpf(mu), mpf(theta), mpf(t)
    p = chain(lam, mu, k, theta)
    waiting = sum(p[k:])
    queue = sum(n * x for n, x in enumerate(p[k:]))
    abandoned = sum(n * theta * x for n, x in enumerate(p[k:])) / lam
    # x[n]: probability that the test customer still waits with n others before it. Rates k mu + n theta, n -> n-1.
    x = p[k:]
    steps = max(int(t * (k * mu + len(x) * theta)) + 1, 4)
    h = t / steps
    for _ in range(steps):
        term, total, order = x, list(x), 1
        while max(term) > mpf(10) ** -50 or min(term) < -mpf(10) ** -50:
            moved = [-(k * mu + n * theta) * v for n, v in enumerate(term)]
            for n in range(len(term) - 1):
                moved[n] += (k * mu + (n + 1) * theta) * term[n + 1]
            term = [h / order * v for v in moved]
            total = [u + v for u, v in zip(total, term)]
            order += 1
        x = total
    return waiting, queue, abandoned, exp(-theta * t) * sum(x)


def shown(x):
    return mp.nstr(x, 17, min_fixed=0, max_fixed=0)


print("// servers, offered, B, C")
for k, a in [(1, 0.5), (1, 1e-9), (2, 1.75), (10, 8.85), (13, 11.96), (32, 29.44), (100, 92.0), (173, 159.0), (500, 499.75), (1000, 900.0),
             (1000, 700.0), (100, 1.0), (10000, 9900.0), (100000, 99500.0), (1000000, 990000.0), (1000000, 999000.0), (1000000, 999999.0),
             (1000000, 970000.0), (50, 80.0), (1000000, 2e6)]:
    print("    {%d, %r, %sL, %s}," % (k, a, shown(erlang_b(k, a)), shown(erlang_c(k, a)) + "L" if a < k else "1"))
print("// arrival rate, service rate, servers, patience rate, t, P(wait), mean queue, abandoned share, P(W > t)")
for row in [(8.85, 1, 10, 0.5, 0.25), (8.85, 1, 10, 0.001, 1), (12, 1, 10, 0.5, 0.5), (30, 1, 10, 0.25, 3), (0.5, 2, 1, 4, 0.1), (100, 1, 105, 1, 0.02),
            (3, 0.5, 4, 0.05, 7), (60, 1, 50, 0.125, 0.75)]:
    print("    {%r, %r, %d, %r, %r, %s}," % (*row, ", ".join(map(shown, erlang_a(*row)))))
