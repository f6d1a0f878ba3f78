"""Who may call what. The contract says it (hsc.access.v1); a method that says nothing is refused."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from grpc import StatusCode
from hsc.access.v1 import access_pb2

from hsc_rpc.errors import Failure

ADMIN = "admin"


@dataclass(frozen=True)
class Caller:
    """Who calls: a name for the audit log, and roles."""

    subject: str
    roles: frozenset[str] = frozenset()


ANYONE = Caller("anyone")


class Authenticator(Protocol):
    """Knows whose a bearer token is."""

    def __call__(self, token: str) -> Caller | None:
        """Return the caller, or None for a token nobody was given."""
        ...


class AdminToken:
    """The one token of the admin role. Without a token nobody is admin."""

    def __init__(self, token: str | None) -> None:
        self._token = token.encode() if token else None

    def __call__(self, token: str) -> Caller | None:
        # Compared in constant time: the time to refuse must not tell how much was right.
        if self._token is not None and hmac.compare_digest(token.encode(), self._token):
            return Caller(ADMIN, frozenset({ADMIN}))
        return None


def describe(method: str) -> MethodDescriptor | None:
    """Return the contract of `/package.Service/Method`, where it is one of ours."""
    service, _, name = method.lstrip("/").partition("/")
    try:
        return descriptor_pool.Default().FindMethodByName(f"{service}.{name}")
    except KeyError:
        return None


def required(method: str) -> "access_pb2.Access.ValueType":
    """Return the access a method asks for."""
    descriptor = describe(method)
    if descriptor is None:
        return access_pb2.ACCESS_UNSPECIFIED
    return descriptor.GetOptions().Extensions[access_pb2.access]


def admit(
    needed: "access_pb2.Access.ValueType", metadata: Iterable[tuple[str, str | bytes]], authenticate: Authenticator
) -> Caller:
    """Return the caller of a call, or raise UNAUTHENTICATED or PERMISSION_DENIED."""
    if needed == access_pb2.ACCESS_PUBLIC:
        return ANYONE
    if needed != access_pb2.ACCESS_ADMIN:
        raise Failure(StatusCode.PERMISSION_DENIED, "METHOD_CLOSED", "This method is open to nobody.")
    scheme, _, token = str(dict(metadata).get("authorization", "")).partition(" ")
    caller = authenticate(token.strip()) if scheme.lower() == "bearer" else None
    if caller is None:
        raise Failure(
            StatusCode.UNAUTHENTICATED,
            "TOKEN_MISSING" if not token else "TOKEN_UNKNOWN",
            "This method needs the header `authorization: Bearer TOKEN` with an admin's token.",
        )
    if ADMIN not in caller.roles:
        raise Failure(StatusCode.PERMISSION_DENIED, "ROLE_MISSING", "This method needs the admin role.")
    return caller
