"""The door of the catalogue service: `python -m hsc_catalog.main`."""

from hsc_rpc.server import run

from hsc_catalog.config import Settings
from hsc_catalog.wiring import translate, wire


def main() -> None:
    """Serve until told to stop."""
    run("catalog", Settings, wire, translate)


if __name__ == "__main__":
    main()
