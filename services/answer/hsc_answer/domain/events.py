"""What an answer consists of, in the order it is sent: events, numbered from 1 without gaps."""

import enum
from dataclasses import dataclass, field

from hsc_answer.domain.passage import Box, Citation, Passage


class Outcome(enum.Enum):
    """How a question ended."""

    ANSWERED = "answered"
    NOT_IN_MANUAL = "not_in_manual"
    NO_MANUAL = "no_manual"


class Stage:
    """The stages a person sees."""

    FETCHING = "fetching"
    PARSING = "parsing"
    FOUND = "found"
    READ = "read"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Status:
    """What the answer is doing now."""

    stage: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What the catalogue knows beside the manual; `catalog` is the catalogue's own message, passed through."""

    catalog: object


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as it is sent, with its number in this answer, from 1."""

    index: int
    manual_id: str
    manual_title: str
    page_start: int
    page_end: int
    section_path: tuple[str, ...]
    quote: str
    boxes: tuple[Box, ...]
    anchor: str

    @classmethod
    def of(cls, index: int, citation: Citation, manual_title: str) -> "Cited":
        """Number a citation."""
        passage = citation.passage
        return cls(
            index,
            passage.manual_id,
            manual_title,
            citation.page_start,
            citation.page_end,
            passage.section_path,
            citation.quote,
            citation.boxes,
            passage.anchor,
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole sentences, and the numbers of the citations that carry them."""

    text: str
    citation_indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a model used."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cost_usd + other.cost_usd,
        )


@dataclass(frozen=True, slots=True)
class Timings:
    """In microseconds."""

    manual_us: int = 0
    search_us: int = 0
    write_us: int = 0
    verify_us: int = 0
    total_us: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """The end of an answer."""

    outcome: Outcome
    confidence: float = 0.0
    model: str = ""
    cached: bool = False
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    reason: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class CitedManual:
    """A manual as it was when it was read from."""

    manual_id: str
    sha256: str
    revision: int
    title: str
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer is written from. Kept for the receipt, not sent."""

    manuals: tuple[CitedManual, ...]
    passages: tuple[Passage, ...]
    prompt_version: str


Event = Status | Context | Cited | Chunk | Done


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event with its number."""

    number: int
    event: Event


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is kept of an answer: enough to show it again and to check it. `asked_at` in seconds since the epoch."""

    answer_id: str
    question: str
    language: str
    product_id: str
    product_name: str
    evidence: Evidence
    citations: tuple[Cited, ...]
    chunks: tuple[Chunk, ...]
    done: Done
    asked_at: float
