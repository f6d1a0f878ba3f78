"""Bytes by content hash, in a folder or in S3."""
