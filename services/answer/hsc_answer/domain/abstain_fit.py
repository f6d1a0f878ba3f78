"""Written by tests/bench/answering/fit_abstain.py: do not edit."""

WEIGHTS = {
    "section": 2.2601,
    "passage": 1.2220,
    "sentence": 1.8091,
    "exact": 1.2264,
    "exact_passage": 0.2006,
    "exact_sentence": -1.7843,
    "unknown": -2.6640,
    "missing": 2.4605,
    "pairs": 0.1324,
    "near": 1.2359,
    "title_named": 1.6325,
    "title_match": -1.1104,
    "score": 1.1807,
    "margin": 0.8170,
    "peak": 1.4776,
    "words": 3.2998,
    "translated": 0.3193,
    "row": 3.1696,
}
BIAS = -8.0880
THRESHOLD = 0.2471
