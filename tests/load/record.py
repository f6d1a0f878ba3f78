"""What happened in a run, and how it is told: a table, a JSON file, a plot."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BUCKET_S = 1.0
LATE_S = 5.0


@dataclass
class Record:
    """Times in seconds; each latency with the moment it was due, so that a stall shows where it was."""

    keys: list[tuple[float, float]] = field(default_factory=list)
    first_events: list[tuple[float, float]] = field(default_factory=list)
    answers: list[tuple[float, float]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    retried: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    breaks: Counter[str] = field(default_factory=Counter)
    broke_at: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    locks: Counter[str] = field(default_factory=Counter)
    lost_keys: int = 0
    wrongs: list[str] = field(default_factory=list)

    def typed(self, due_s: float, took_s: float) -> None:
        """A key was answered."""
        self.keys.append((due_s, took_s))

    def unanswered(self, due_s: float) -> None:
        """A key never was; it counts as late in the percentiles."""
        self.lost_keys += 1
        self.keys.append((due_s, LATE_S))

    def locked(self, *, right: bool) -> None:
        """The whole text was typed, and the system is sure of a product."""
        self.locks["right" if right else "wrong"] += 1

    def first_event(self, due_s: float, took_s: float) -> None:
        """An answer began."""
        self.first_events.append((due_s, took_s))

    def answered(self, due_s: float, took_s: float) -> None:
        """An answer came to its end."""
        self.answers.append((due_s, took_s))

    def call(self, name: str, *, retried: bool = False, failed: str = "") -> None:
        """A call is over, its one retry or resume included."""
        self.calls[name] += 1
        self.retried[name] += retried
        if failed:
            self.failed[failed] += 1

    def broke(self, what: str, at_s: float) -> None:
        """A call, or a part of one, ended otherwise than well."""
        self.breaks[what] += 1
        self.broke_at.append(at_s)

    def outcome(self, what: str) -> None:
        """How an answer ended."""
        self.outcomes[what] += 1

    def wrong(self, what: str) -> None:
        """The one thing that must never be."""
        self.wrongs.append(what)

    @property
    def failures(self) -> int:
        """Calls that failed after their one retry or resume."""
        return sum(self.failed.values())

    def key_ms(self, share: float) -> float:
        """A percentile of the keys' latencies."""
        return percentile([took for _, took in self.keys], share) * 1000

    def as_json(self) -> dict[str, Any]:
        """The run as a file."""
        return {
            "calls": dict(self.calls),
            "retried": dict(self.retried),
            "failed": dict(self.failed),
            "breaks": dict(self.breaks),
            "outcomes": dict(self.outcomes),
            "locked": dict(self.locks),
            "unanswered_keys": self.lost_keys,
            "wrong": self.wrongs,
            "ms": {name: _summary(values) for name, values in self._series().items()},
            "a_second": {name: _by_second(values) for name, values in self._series().items()},
        }

    def as_table(self) -> str:
        """The run for a terminal, and for a page."""
        lines = ["| | count | p50 | p95 | p99 | worst |", "|---|---:|---:|---:|---:|---:|"]
        for name, values in self._series().items():
            told = _summary(values)
            times = " | ".join(f"{told[p]:,.1f} ms" if told["count"] else "" for p in ("p50", "p95", "p99", "worst"))
            lines.append(f"| {name} | {told['count']:,.0f} | {times} |")
        total, retried = sum(self.calls.values()), sum(self.retried.values())
        lines += [
            "",
            f"{total:,} calls, {retried} went well after one retry or resume, {self.failures} failed"
            f" ({_listed(self.failed)}); {self.lost_keys} keys unanswered; broken off: {_listed(self.breaks)}.",
            f"Answers: {_listed(self.outcomes)}; locked: {self.locks['right']} right, {self.locks['wrong']} wrong;"
            f" wrong answers: {len(self.wrongs)}.",
        ]
        return "\n".join(lines)

    def as_svg(self, title: str) -> str:
        """p50 and p95 of the keys by second, on a logarithmic scale."""
        return plot(title, _by_second(self.keys), self.broke_at)

    def write(self, folder: Path, name: str) -> None:
        """NAME.md, NAME.json and NAME.svg."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_text(self.as_table() + "\n")
        (folder / f"{name}.json").write_text(json.dumps(self.as_json(), indent=1) + "\n")
        (folder / f"{name}.svg").write_text(self.as_svg(name))

    def _series(self) -> dict[str, list[tuple[float, float]]]:
        return {"key to reply": self.keys, "question to first event": self.first_events, "to the end": self.answers}


def percentile(values: Sequence[float], share: float) -> float:
    """Of the values, in any order; 0 where there are none."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items()) or "none"


def _summary(values: Sequence[tuple[float, float]]) -> dict[str, float]:
    took = [each * 1000 for _, each in values]
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "worst": 1.0}
    return {"count": len(took)} | {name: round(percentile(took, share), 3) for name, share in shares.items()}


def _by_second(values: Sequence[tuple[float, float]]) -> list[dict[str, float]]:
    buckets: dict[int, list[tuple[float, float]]] = {}
    for due, took in values:
        buckets.setdefault(int(due / BUCKET_S), []).append((due, took))
    return [{"second": at * BUCKET_S} | _summary(buckets[at]) for at in sorted(buckets)]


def plot(title: str, seconds: Sequence[dict[str, float]], broke_at: Sequence[float] = ()) -> str:
    """Two lines over time, marks where calls broke off."""
    width, height, left, bottom = 720, 240, 56, 28
    last = max([each["second"] for each in seconds] + [1.0])
    decades = (1, 10, 100, 1000, 10_000)

    def x(second: float) -> float:
        return left + (width - left - 12) * second / last

    def y(ms: float) -> float:
        return (height - bottom) * (1 - math.log10(min(max(ms, 1.0), decades[-1])) / (len(decades) - 1)) + 6

    grid = "".join(
        f'<line x1="{left}" x2="{width - 12}" y1="{y(ms):.1f}" y2="{y(ms):.1f}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{y(ms) + 4:.1f}" text-anchor="end">{ms:,} ms</text>'
        for ms in decades
    )
    lines = "".join(
        f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="'
        + " ".join(f"{x(each['second']):.1f},{y(each[name]):.1f}" for each in seconds)
        + f'"/><text x="{width - 90 + 44 * index}" y="18" fill="{colour}">{name}</text>'
        for index, (name, colour) in enumerate((("p50", "#06c"), ("p95", "#c40")))
    )
    marks = "".join(f'<circle cx="{x(at):.1f}" cy="{height - bottom + 6}" r="2" fill="#c00"/>' for at in broke_at)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' font-family="sans-serif" font-size="11">'
        f'<title>{title}</title><rect width="{width}" height="{height}" fill="#fff"/>'
        f'<text x="{left}" y="18">{title}: key to reply</text>{grid}{lines}{marks}'
        f'<text x="{width - 12}" y="{height - 4}" text-anchor="end">{last:.0f} s</text></svg>\n'
    )
