"""Hebrew words of the field → the English words (phrases joined by "_") that a manual may use for them."""

HEBREW: dict[str, str] = {}
