"""The door of the answer service."""

from hsc_rpc.server import run

from hsc_answer.config import Settings
from hsc_answer.wiring import translate, wire


def main() -> None:
    """Serve until told to stop."""
    run("answer", Settings, wire, translate)


if __name__ == "__main__":
    main()
