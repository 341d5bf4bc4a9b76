"""Verification: a Draft and its Document become a Digest whose every bullet has been checked against its evidence."""

from aili.verification.cases import Context
from aili.verification.checking import check

__all__ = ["Context", "check"]
