"""Written by tests/bench/answering/fit_abstain.py: do not edit."""

WEIGHTS = {
    "section": 2.0884,
    "passage": 0.9182,
    "sentence": 1.3711,
    "exact": 1.1791,
    "exact_passage": -0.2184,
    "exact_sentence": -1.4055,
    "unknown": -2.2900,
    "missing": 2.3770,
    "pairs": 0.0233,
    "near": 1.2605,
    "title_named": 2.3073,
    "title_match": -1.9509,
    "score": 1.0409,
    "margin": 1.2519,
    "peak": 1.9167,
    "words": 3.7353,
    "translated": 0.6788,
    "row": 3.0873,
    "shape": 1.6689,
    "elsewhere": 1.4747,
}
BIAS = -8.9853
THRESHOLD = 0.2119
