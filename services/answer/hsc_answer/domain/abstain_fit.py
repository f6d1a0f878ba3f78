"""Written by tests/bench/answering/fit_abstain.py: do not edit."""

WEIGHTS = {
    "section": 1.7936,
    "passage": 0.7657,
    "sentence": 0.1601,
    "exact": 0.6392,
    "exact_passage": 0.1186,
    "exact_sentence": -0.5482,
    "unknown": -2.0357,
    "missing": 2.0747,
    "pairs": -0.2526,
    "near": 1.4418,
    "title_named": 1.7149,
    "title_match": -1.2515,
    "score": 1.3683,
    "margin": 0.4404,
    "peak": 1.2090,
    "words": 3.4040,
    "translated": 0.7770,
    "row": 2.5495,
    "shape": 1.2081,
    "anywhere": 2.1084,
    "spread": -1.0293,
}
BIAS = -7.6069
THRESHOLD = 0.1752
