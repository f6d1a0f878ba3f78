"""Written by tests/bench/answering/fit_abstain.py: do not edit."""

WEIGHTS = {
    "section": 2.0536,
    "passage": 1.0849,
    "sentence": 1.9088,
    "exact": 1.1538,
    "exact_passage": 0.1645,
    "exact_sentence": -1.7606,
    "unknown": -2.7976,
    "missing": 2.4605,
    "pairs": 0.1373,
    "near": 1.1461,
    "title_named": 1.7716,
    "title_match": -1.1545,
    "score": 1.4809,
    "margin": 1.1610,
    "peak": 1.1800,
    "words": 3.3998,
    "translated": 0.3478,
    "row": 3.3667,
}
BIAS = -8.0479
THRESHOLD = 0.2158
