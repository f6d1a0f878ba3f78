"""The server's door: settings in, serve."""

from hsc_rpc.server import run

from hsc_ingest.config import IngestSettings
from hsc_ingest.wiring import translate, wire_server


def main() -> None:
    run("ingest", IngestSettings, wire_server, translate)


if __name__ == "__main__":
    main()
