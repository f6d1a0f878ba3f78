"""The gRPC community's server metrics, and the calls under way."""

from prometheus_client import Counter, Gauge, Histogram

STARTED = Counter("grpc_server_started_total", "Calls begun.", ("grpc_service", "grpc_method", "grpc_type"))
HANDLED = Counter(
    "grpc_server_handled_total",
    "Calls ended, by status.",
    ("grpc_service", "grpc_method", "grpc_type", "grpc_code"),
)
HANDLING = Histogram(
    "grpc_server_handling_seconds",
    "How long calls took.",
    ("grpc_service", "grpc_method", "grpc_type"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60),
)
IN_FLIGHT = Gauge("grpc_server_in_flight", "Calls under way.", ("grpc_type",))
SHED = Counter("grpc_server_shed_total", "Calls refused because too many were under way.", ("grpc_type",))
TASKS = Gauge("asyncio_tasks", "Tasks of the event loop that have not ended: at rest always about as many.")
