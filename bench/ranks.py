"""Whether two samples of durations can be told apart: the Mann-Whitney test and the area under the ROC curve.

H. B. Mann and D. R. Whitney, On a test of whether one of two random variables is stochastically larger than the other
(1947); normal approximation with the correction for ties.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from math import sqrt


def separation(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """(z, AUC): how many standard deviations apart the rank sums are, and how often a value of `first` exceeds one of
    `second` (0.5: a coin would tell as much)."""
    counts = sorted(Counter([*first, *second]).items())
    ends = accumulate(count for _, count in counts)
    rank = {value: end - (count - 1) / 2 for (value, count), end in zip(counts, ends, strict=True)}
    n, m = len(first), len(second)
    wins = sum(rank[value] for value in first) - n * (n + 1) / 2
    ties = sum(count**3 - count for _, count in counts) / ((n + m) * (n + m - 1))
    deviation = sqrt(n * m / 12 * (n + m + 1 - ties))
    return (wins - n * m / 2) / deviation, wins / (n * m)
