"""Extraction of e-mail (RFC 5322): the door, which takes the text of a message from the sandbox and reads that.

message (parts, subject, sender, day) → plain or markup (quoted history and signatures set aside).
"""

from __future__ import annotations

from aili.document import Document, Resource
from aili.extractors import ParseLimits, unwrapped


def extract(resource: Resource, *, limits: ParseLimits) -> Document:
    """The Document that an e-mail holds.

    Raises PasswordError where it is encrypted, and UnreadableError otherwise (see ``aili.extractors.extract``).
    """
    return unwrapped("aili.extractors.mail.message:parse", resource, limits=limits)
