"""Generates the TypeScript of protos/ into web/src/gen with ts-proto (`npm run proto`; `--check` compares instead)."""

import filecmp
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

WEB = Path(__file__).resolve().parent.parent
ROOT = WEB.parent
GENERATED = WEB / "src" / "gen"
OPTIONS = ",".join(
    [
        "outputServices=nice-grpc",
        "outputServices=generic-definitions",
        # Without it every file that is only imported for its annotations would be generated too.
        "emitImportedFiles=false",
        "env=browser",
        "esModuleInterop=true",
        "oneof=unions-value",
        "outputJsonMethods=false",
        "unrecognizedEnum=false",
        "unknownFields=false",
        "useOptionals=none",
        "useExactTypes=false",
        "outputServerImpl=false",
        "outputSchema=false",
    ]
)


def contracts() -> ModuleType:
    """scripts/contracts.py, which knows how validate.proto is found without a registry."""
    spec = importlib.util.spec_from_file_location("contracts", ROOT / "scripts" / "contracts.py")
    if spec is None or spec.loader is None:
        sys.exit("scripts/contracts.py is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def generate(out: Path, scratch: Path) -> None:
    house = contracts()
    site = Path(importlib.util.find_spec("google.rpc.status_pb2").origin).parents[2]  # type: ignore[union-attr, arg-type]
    wanted = [name for name in house.sources() if not name.startswith(("hsc/audit", "hsc/access"))]
    house.run_protoc(
        f"--descriptor_set_in={house.validate_descriptor(scratch)}",
        f"-I{house.PROTOS}",
        f"-I{house.WELL_KNOWN}",
        f"-I{site}",
        f"--plugin=protoc-gen-ts_proto={WEB / 'node_modules' / '.bin' / 'protoc-gen-ts_proto'}",
        f"--ts_proto_out={out}",
        f"--ts_proto_opt={OPTIONS}",
        *wanted,
        "google/rpc/status.proto",
        "google/rpc/error_details.proto",
        "google/protobuf/timestamp.proto",
        "google/protobuf/duration.proto",
        "google/protobuf/any.proto",
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch_name:
        scratch = Path(scratch_name)
        fresh = scratch / "gen"
        fresh.mkdir()
        generate(fresh, scratch)
        if "--check" not in sys.argv:
            shutil.rmtree(GENERATED, ignore_errors=True)
            shutil.copytree(fresh, GENERATED)
            return
        names = sorted({str(path.relative_to(root)) for root in (fresh, GENERATED) for path in root.rglob("*.ts")})
        _, changed, missing = filecmp.cmpfiles(fresh, GENERATED, names, shallow=False)
        if changed or missing:
            sys.exit(f"web/src/gen is not what protos/ says: {', '.join(changed + missing)}. Run `npm run proto`.")


if __name__ == "__main__":
    main()
