"""The product's own name in a question: it says which manual, not what about."""

from collections.abc import Iterable

from hsc_answer.domain import analyse


def without(question: str, names: Iterable[str]) -> str:
    """The question without the product's name, where something is left of it.

    A model's token goes ("the DR-8"), and so does a run of at least two of the name's words ("Vireo 61"): one word
    alone ("delay") may be what is asked about.
    """
    named = {t.text for name in names for t in analyse.terms(name)}
    tokens = list(analyse.TOKEN.finditer(question))
    own = [{t.text for t in analyse.terms(token[0])} <= named for token in tokens]
    gone = [
        token.span()
        for n, token in enumerate(tokens)
        if own[n]
        and (analyse.is_model_token(token[0]) or (n > 0 and own[n - 1]) or (n + 1 < len(tokens) and own[n + 1]))
    ]
    left = question
    for start, end in reversed(gone):
        left = left[:start] + left[end:]
    return " ".join(left.split()) if analyse.has_content(left) else question
