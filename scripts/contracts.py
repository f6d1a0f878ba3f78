"""Generates the Python of protos/ into libs/contracts, and lints the protos with buf.

    python scripts/contracts.py            generate
    python scripts/contracts.py --check    fail when what is checked in differs, or when buf has a complaint

buf's registry is not assumed: protovalidate's wheel carries its descriptor, which stands in for validate.proto.
"""

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import grpc_tools
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import FileDescriptor
from grpc_tools import protoc
from protovalidate._gen.buf.validate import validate_pb

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
CONTRACTS = ROOT / "libs" / "contracts"
WELL_KNOWN = Path(grpc_tools.__file__).parent / "_proto"


def validate_descriptor(into: Path) -> Path:
    """Write protovalidate's own file, with the well-known types it imports, as a FileDescriptorSet."""
    proto = descriptor_pb2.FileDescriptorProto.FromString(validate_pb.desc().proto.to_binary())
    from google.protobuf import duration_pb2, field_mask_pb2, timestamp_pb2

    known: list[FileDescriptor] = [
        descriptor_pb2.DESCRIPTOR,
        duration_pb2.DESCRIPTOR,
        field_mask_pb2.DESCRIPTOR,
        timestamp_pb2.DESCRIPTOR,
    ]
    files = descriptor_pb2.FileDescriptorSet()
    for descriptor in known:
        descriptor.CopyToProto(files.file.add())
    files.file.append(proto)
    path = into / "validate.binpb"
    path.write_bytes(files.SerializeToString())
    return path


def run_protoc(*arguments: str) -> None:
    if code := protoc.main(["protoc", *arguments]):
        sys.exit(code)


def sources() -> list[str]:
    return [str(path.relative_to(PROTOS)) for path in sorted(PROTOS.rglob("*.proto"))]


def generate(out: Path, scratch: Path) -> None:
    validate = validate_descriptor(scratch)
    includes = (f"--descriptor_set_in={validate}", f"-I{PROTOS}", f"-I{WELL_KNOWN}")
    messages = (f"--python_out={out}", f"--mypy_out=quiet:{out}")
    run_protoc(*includes, *messages, "buf/validate/validate.proto")
    run_protoc(
        *includes,
        *messages,
        f"--grpc_python_out={out}",
        f"--mypy_grpc_out=quiet,only_async:{out}",
        *sources(),
    )
    for folder in [path for path in out.rglob("*") if path.is_dir()]:
        (folder / "py.typed").touch()
        for name in ("_pb2_grpc.py", "_pb2_grpc.pyi"):
            for path in folder.glob(f"*{name}"):
                if "Servicer" not in path.read_text():  # a file without a service
                    path.unlink()


def lint(scratch: Path) -> None:
    image = scratch / "image.binpb"
    run_protoc(
        f"--descriptor_set_in={validate_descriptor(scratch)}",
        f"-I{PROTOS}",
        f"-I{WELL_KNOWN}",
        "--include_imports",
        "--include_source_info",
        f"--descriptor_set_out={image}",
        *sources(),
    )
    subprocess.run(["buf", "lint", str(image), "--config", str(ROOT / "buf.yaml")], check=True)  # noqa: S603, S607


def differences(ours: Path, theirs: Path, inside: str = "") -> list[str]:
    compared = filecmp.dircmp(ours / inside, theirs / inside, ignore=["__pycache__"])
    found = [str(Path(inside) / name) for name in [*compared.left_only, *compared.right_only]]
    _, mismatch, errors = filecmp.cmpfiles(ours / inside, theirs / inside, compared.common_files, shallow=False)
    found += [str(Path(inside) / name) for name in [*mismatch, *errors]]
    for folder in compared.common_dirs:
        found += differences(ours, theirs, str(Path(inside) / folder))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as scratch_name:
        scratch = Path(scratch_name)
        lint(scratch)
        fresh = scratch / "contracts"
        fresh.mkdir()
        generate(fresh, scratch)
        for package in ("hsc", "buf"):
            kept = CONTRACTS / package
            if check:
                if found := differences(fresh / package, kept) if kept.exists() else [package]:
                    sys.exit(f"libs/contracts is not what protos/ says: {', '.join(found)}. Run `make proto`.")
            else:
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(fresh / package, kept)


if __name__ == "__main__":
    main()
