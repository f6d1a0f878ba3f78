"""Written by tests/bench/answering/fit_abstain.py: do not edit."""

WEIGHTS = {
    "section": 0.5072,
    "passage": 0.7902,
    "sentence": 0.9650,
    "exact": 1.8692,
    "exact_passage": 1.6118,
    "exact_sentence": -0.5731,
    "unknown": -1.9721,
    "missing": 3.8678,
    "pairs": 0.2641,
    "near": 0.6065,
    "title_named": 1.3021,
    "title_match": -0.4541,
    "score": 1.4073,
    "margin": 0.0948,
    "peak": 2.2496,
    "words": 3.5848,
    "translated": 0.2185,
}
BIAS = -8.0138
THRESHOLD = 0.2336
