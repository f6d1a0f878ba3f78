"""Written by tests/bench/answering/fit_abstain.py: do not edit."""

WEIGHTS = {
    "section": 3.0,
    "passage": 1.0,
    "sentence": 3.0,
    "exact": 1.0,
    "unknown": -3.0,
    "pairs": 1.0,
    "title": 1.0,
    "margin": 1.0,
    "words": 0.0,
}
BIAS = -4.0
THRESHOLD = 0.5
