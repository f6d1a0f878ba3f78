"""What the answering counts."""

from prometheus_client import Counter, Gauge, Histogram

STAGE_SECONDS = Histogram(
    "answer_stage_seconds",
    "How long each stage of an answer took.",
    ("stage",),
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60),
)
ANSWERS = Counter("answers_total", "Answers, by how they ended.", ("outcome", "model", "cached"))
UNRESOLVED = Counter(
    "answers_unresolved_total",
    "Answers that answered and did not do, each counted once: asked again, not helpful, handed over.",
    ("why",),
)
# Known from the start: a rate over what never happened is none, and would leave the resolution unknown.
for _why in ("asked_again", "not_helpful", "handed_over"):
    UNRESOLVED.labels(_why)
HAND_OVERS = Counter(
    "hand_overs_total", "Conversations that were to go to a person, by what became of it.", ("result",)
)
VERIFICATION_DROPS = Counter("verification_drops_total", "A model's sentences that were not shown.", ("reason",))
MODEL_FALLBACKS = Counter("model_fallbacks_total", "Answers that a model was to write and did not.", ("model",))
MODEL_TOKENS = Counter("model_tokens_total", "Tokens a model read and wrote.", ("model", "direction"))
MODEL_COST = Counter("model_cost_usd_total", "What a model's tokens cost, by the prices set.", ("model",))
EMBEDDING_SKIPPED = Counter(
    "embedding_skipped_total",
    "Questions ranked by words alone because the sentence model was late or failed.",
    ("why",),
)
MODEL_CIRCUIT_OPEN = Gauge("model_circuit_open", "1 while a model that failed is left alone.", ("model",))
