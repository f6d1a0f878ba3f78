"""The door of the prediction service: `python -m hsc_prediction.main`."""

from hsc_rpc.server import run

from hsc_prediction.config import Settings
from hsc_prediction.wiring import wire


def main() -> None:
    """Serve until told to stop."""
    run("prediction", Settings, wire)


if __name__ == "__main__":
    main()
