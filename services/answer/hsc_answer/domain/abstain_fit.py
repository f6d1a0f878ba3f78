"""Written by tests/bench/answering/fit_abstain.py: do not edit."""

WEIGHTS = {
    "section": 1.7983,
    "passage": 0.7933,
    "sentence": 0.1979,
    "exact": 0.6093,
    "exact_passage": 0.1341,
    "exact_sentence": -0.5091,
    "unknown": -2.0401,
    "missing": 2.1126,
    "pairs": -0.2596,
    "near": 1.4532,
    "title_named": 1.8834,
    "title_match": -1.4706,
    "score": 1.4308,
    "margin": 0.4919,
    "peak": 1.1540,
    "words": 3.3918,
    "translated": 0.7760,
    "row": 2.5159,
    "shape": 1.2560,
    "anywhere": 2.0009,
    "spread": -1.0253,
}
BIAS = -7.6136
THRESHOLD = 0.1801
