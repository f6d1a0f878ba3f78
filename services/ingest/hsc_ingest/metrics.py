"""What ingest measures of its own work."""

from prometheus_client import Counter, Gauge, Histogram

PREFETCH = Counter(
    "prefetch_total",
    "Prefetches: requested, hit (ready when asked), late, waste (never asked), cancelled (nobody waited any more).",
    ("outcome",),
)
for _outcome in ("requested", "hit", "late", "waste", "cancelled"):
    PREFETCH.labels(_outcome)
FETCH_SECONDS = Histogram(
    "fetch_seconds", "From the request to the last byte.", buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180)
)
FETCHED_BYTES = Counter("fetched_bytes_total", "Bytes of documents that arrived.")
PARSE_SECONDS = Histogram(
    "parse_seconds", "From the bytes to the passages.", buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
)
FAILED = Counter("document_failures_total", "Documents that could not be read, by reason.", ("reason",))
QUEUE_DEPTH = Gauge("queue_depth", "Jobs that wait.")
QUEUE_AGE = Gauge("queue_oldest_seconds", "How long the oldest of them waits.")
DEAD_LETTERS = Gauge("dead_letters", "Jobs that were given up and wait for a person.")
WORKER_READY = Gauge("worker_ready", "1 while the worker takes jobs.")
MAINTENANCE = Counter("maintenance_total", "Things that housekeeping touched: re-checked or removed.", ("task",))
MAINTENANCE_RUNS = Counter("maintenance_runs_total", "Runs of housekeeping, by outcome.", ("task", "outcome"))
# What `hsc backup` left in Redis: it is gone before anybody could ask it (docs/adr/0132). 0 is never.
BACKUP = {
    name: Gauge(f"backup_{name}", text)
    for name, text in {
        "last_proven_timestamp_seconds": "When the newest backup that was restored and looked into was taken.",
        "last_run_timestamp_seconds": "When a backup was last begun.",
        "last_run_success": "1 where that one was good.",
        "last_bytes": "The size of the dumps of the last good one.",
    }.items()
}
