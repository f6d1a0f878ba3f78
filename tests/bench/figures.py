"""A figure beside its goal, and the table of them."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True)
class Goal:
    """A bound that a figure should keep."""

    bound: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether the value keeps it."""
        return value >= self.bound if self.at_least else value < self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '<'} {number(self.bound)}"


def below(bound: float) -> Goal:
    """Less is better."""
    return Goal(bound)


def at_least(bound: float) -> Goal:
    """More is better."""
    return Goal(bound, at_least=True)


@dataclass(frozen=True)
class Figure:
    """One measured value. `part` groups the lines of the table."""

    part: str
    what: str
    value: float
    unit: str
    goal: Goal | None = None

    @property
    def verdict(self) -> str:
        """Met, missed, or nothing where there is no goal."""
        if self.goal is None:
            return ""
        return "met" if self.goal.met(self.value) else "missed"

    def as_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {**asdict(self), "goal": str(self.goal) if self.goal else "", "verdict": self.verdict}


def number(value: float) -> str:
    """Three digits that count."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def percentile(values: Sequence[float], share: float) -> float:
    """Of the values, in any order."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def percentiles(part: str, what: str, values: Sequence[float], goals: dict[str, Goal] | None = None) -> list[Figure]:
    """p50, p95 and p99 of milliseconds; p99 where there are values enough for one."""
    chosen = {"p50": 0.5, "p95": 0.95} | ({"p99": 0.99} if len(values) >= 100 else {})
    return [
        Figure(part, f"{what}, {name}", percentile(values, share), "ms", (goals or {}).get(name))
        for name, share in chosen.items()
    ]


def median(values: Iterable[float]) -> float:
    """The one in the middle."""
    return statistics.median(values)


def as_text(figures: Sequence[Figure]) -> str:
    """The table for a terminal."""
    lines = []
    for part, group in groupby(figures, key=lambda figure: figure.part):
        lines += ["", part]
        lines += [
            f"  {f.what:<66}{number(f.value):>9} {f.unit:<9}{f.goal or ''!s:>9}  {f.verdict}".rstrip() for f in group
        ]
    return "\n".join(lines[1:])


def as_markdown(figures: Sequence[Figure]) -> str:
    """The tables for docs/benchmarks.md."""
    lines = []
    for part, group in groupby(figures, key=lambda figure: figure.part):
        lines += ["", f"### {part}", "", "| | measured | goal | |", "|---|---:|---:|---|"]
        lines += [f"| {f.what} | {number(f.value)} {f.unit} | {f.goal or ''} | {f.verdict} |" for f in group]
    return "\n".join(lines[1:])
