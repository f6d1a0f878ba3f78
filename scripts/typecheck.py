"""Runs mypy over each package on its own: every one is strict, and tests are typed too."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    workspace = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
    folders = [folder for pattern in workspace for folder in sorted(ROOT.glob(pattern)) if folder.is_dir()]
    packages = [
        next(path for path in folder.iterdir() if path.name.startswith("hsc_"))
        for folder in folders
        if folder.name != "contracts"
    ]
    sys.exit(subprocess.run([sys.executable, "-m", "mypy", *map(str, packages), "scripts"], cwd=ROOT).returncode)  # noqa: S603


if __name__ == "__main__":
    main()
