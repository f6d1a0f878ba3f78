"""Written by tests/bench/answering/fit_abstain.py: do not edit."""

WEIGHTS = {
    "section": 1.8790,
    "passage": 0.9647,
    "sentence": 0.1595,
    "exact": 0.5446,
    "exact_passage": -0.1211,
    "exact_sentence": -0.8905,
    "unknown": -1.8878,
    "missing": 1.9610,
    "pairs": -0.2696,
    "near": 1.4525,
    "title_named": 1.6967,
    "title_match": -1.2574,
    "score": 1.2176,
    "margin": 0.3466,
    "peak": 1.2749,
    "words": 3.4358,
    "translated": 0.7675,
    "row": 2.5894,
    "shape": 1.1939,
    "anywhere": 2.6853,
    "spread": -1.0306,
}
BIAS = -7.6929
THRESHOLD = 0.1760
