"""Bytes by content hash, in a folder or in S3."""

from hsc_blobs.errors import BlobDamaged, BlobMissing, BlobsUnavailable
from hsc_blobs.store import CHUNK_BYTES, BlobStore

__all__ = ["CHUNK_BYTES", "BlobDamaged", "BlobMissing", "BlobStore", "BlobsUnavailable"]
