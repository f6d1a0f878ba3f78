"""Written by tests/bench/answering/fit_abstain.py: do not edit."""

WEIGHTS = {
    "section": 1.4297,
    "passage": 0.6122,
    "sentence": 2.3182,
    "exact": 1.5397,
    "exact_passage": 0.5546,
    "exact_sentence": -1.7811,
    "unknown": -2.1327,
    "missing": 2.7134,
    "pairs": 0.8691,
    "near": 0.1135,
    "title_named": 1.0734,
    "title_match": -0.2476,
    "score": 1.1835,
    "margin": 0.4011,
    "peak": 1.4822,
    "words": 2.8591,
    "translated": 0.2871,
    "row": 2.6711,
}
BIAS = -7.3445
THRESHOLD = 0.2076
