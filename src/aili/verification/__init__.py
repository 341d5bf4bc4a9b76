"""Verification: a Draft and its Document become a Digest whose every bullet has been checked against its evidence.

``check`` judges one claim against sentences; ``verify`` does so for a whole draft, repairs what fails and counts it,
``verify_reply`` does it for an answer; ``examine`` reports on a summary that anybody wrote; ``matches`` says where a
bullet's names and numbers stand in its evidence. The rules are a table (``rules.RULES``) of functions over one ``Case``;
each speaks for itself, and the gravest finding decides.
docs/verification.md has the measured catch and false-alarm rates.
"""

from aili.verification.cases import Context
from aili.verification.checking import check
from aili.verification.examining import Summary, examine
from aili.verification.spans import matches
from aili.verification.verifying import verify, verify_reply

__all__ = ["Context", "Summary", "check", "examine", "matches", "verify", "verify_reply"]
