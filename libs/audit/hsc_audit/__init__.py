"""The hash-chained audit log."""

from hsc_audit.chain import MIGRATIONS, Chain, Event, Verdict
from hsc_audit.service import SERVICE, AuditService

__all__ = ["MIGRATIONS", "SERVICE", "AuditService", "Chain", "Event", "Verdict"]
