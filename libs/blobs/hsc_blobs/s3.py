"""A store at `s3://bucket/prefix`, configured by AWS_… variables."""

import os
from datetime import timedelta

from obstore.store import S3Store


def opened(url: str, *, timeout_s: int, patience_s: int) -> S3Store:
    """Open it: `timeout_s` for one request, `patience_s` with all its repetitions. Raises obstore's BaseError."""
    # What is said here hides AWS_ALLOW_HTTP; whoever names such an endpoint means it.
    unencrypted = os.environ.get("AWS_ENDPOINT", "").startswith("http://")
    return S3Store.from_url(
        url,
        client_options={"timeout": f"{timeout_s}s", "connect_timeout": "5s", "allow_http": unencrypted},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=patience_s)},
    )
