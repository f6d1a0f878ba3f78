"""Certificates for servers on this machine."""

import subprocess
from pathlib import Path


def self_signed(certificate: Path, key: Path) -> None:
    """Write a certificate for 127.0.0.1 and its key, as PEM."""
    kind = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1")
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    command = ("openssl", "req", *kind, *name, "-keyout", str(key), "-out", str(certificate))
    subprocess.run(command, check=True, capture_output=True, timeout=30)
