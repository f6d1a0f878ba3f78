"""What the prediction service counts."""

from prometheus_client import Counter, Gauge, Histogram

LATENCY = Histogram(
    "prediction_latency_seconds",
    "From a text received to its prediction, waiting included, for every reply.",
    buckets=(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1),
)
KEYSTROKE_TO_PAINT = Histogram(
    "keystroke_to_paint_seconds",
    "From a key pressed to candidates painted, as pages report it.",
    buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5),
)
_SEARCHED = Counter("products_searched_total", "Texts that were answered, and from where.", ("kind", "source"))
# Looked up once: that costs more than counting.
COMPUTED, REMEMBERED = (
    {kind: _SEARCHED.labels(kind, source) for kind in ("once", "typed")} for source in ("engine", "memory")
)
SKIPPED = Counter("keystrokes_skipped_total", "Keystrokes that a newer one overtook before they were looked at.")
USERS_ONLINE = Gauge("users_online", "Sessions with an open typing stream, over all replicas: each says the same.")
LOCKS = Counter("prediction_locks_total", "Times a product became sure while somebody typed.")
PREFETCHES = Counter("prefetch_requests_total", "Manuals asked for before a question, by outcome.", ("outcome",))
REVISION = Gauge("prediction_index_revision", "The catalogue's revision that the index holds.")
PRODUCTS = Gauge("prediction_index_products", "Products in the index.")
STALE = Gauge("prediction_index_stale", "1 while the index does not follow the catalogue.")
BUILD = Histogram(
    "prediction_index_build_seconds",
    "How long an index, or a change of one, took to build.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
POPULAR = Gauge("prediction_popular_products", "Products with a popularity bonus.")
