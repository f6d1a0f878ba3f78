"""Predict: from typed text to candidates with calibrated confidence."""

from hsc_prediction.domain.index import Index
from hsc_prediction.domain.layout import has_hebrew, other_layout
from hsc_prediction.domain.popularity import Prior
from hsc_prediction.domain.product import Candidate, Prediction
from hsc_prediction.domain.query import Query, read
from hsc_prediction.domain.rank import Scored, score
from hsc_prediction.domain.readings import edited, exact_spans, explained, locate
import numpy as np

def find(index: Index, query: Query, prior: Prior) -> Scored:
    found = locate(index, exact_spans(query))
    clear = explained(index, query, found)
    more = []
    for word, ok in zip(query.words, clear, strict=True):
        if not ok and not word.support and len(word.codes) >= 3:
            more += edited(index, query, word)
    found += locate(index, more)
    if not found:
        return score(index, query, [], prior)
    return score(index, query, found, prior)

def predict(index: Index, text: str, limit: int, prior: Prior) -> Prediction:
    query = read(text)
    s = find(index, query, prior)
    if has_hebrew(text):
        q2 = read(other_layout(text))
        s2 = find(index, q2, prior)
        if len(s2.score) and (not len(s.score) or s2.score.max() > s.score.max()):
            s = s2
    top = np.argsort(-s.score, kind="stable")[:limit]
    out = []
    for c in top.tolist():
        p = index.product(int(s.rows[c]))
        out.append(Candidate(p, float(s.score[c]), "", (), False))
    return Prediction(tuple(out), "", "")
