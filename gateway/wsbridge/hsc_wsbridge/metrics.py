"""What the bridge counts. Methods come from the route table and reasons from the code, so labels are bounded."""

from prometheus_client import Counter, Gauge

ACTIVE = Gauge("websocket_active_connections", "WebSockets that are open now")
MESSAGES = Counter("websocket_messages_total", "gRPC messages carried over WebSockets", ["method", "direction"])
REJECTIONS = Counter("websocket_rejections_total", "Sockets or streams the bridge itself refused or ended", ["reason"])
CALLS = Counter("websocket_calls_total", "Bridged calls that ended with a status", ["method", "code"])
