"""What can go wrong with stored bytes."""


class BlobMissing(Exception):
    """No bytes of this hash are stored."""


class BlobDamaged(Exception):
    """What is stored no longer has the hash it was stored under."""


class BlobsUnavailable(Exception):
    """The store cannot be reached, or refuses: it is full, or closed to us."""
