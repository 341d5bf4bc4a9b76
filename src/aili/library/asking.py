"""Questions about what the library holds: a digest's document answers them."""

from __future__ import annotations

from dataclasses import replace

from aili import asking
from aili.answer import Answer
from aili.errors import UsageError
from aili.library import Library
from aili.settings import Settings


def answer(library: Library, account: str, digest: str, question: str, settings: Settings) -> Answer:
    """The answer to ``question`` from the document that ``digest`` was made from, by the embedded engine.

    A page that is opened or read again asks again, so no engine that costs anything answers here. Raises NotFoundError for
    a digest that is not this account's, UsageError where it came without its document or there is no question.
    """
    document = library.digests.document(account, digest)
    if document is None:
        raise UsageError(
            "This digest came without its document, so nothing can be asked of it.",
            hint="Read the page again, and ask that digest.",
        )
    return asking.ask(document, question, settings=replace(settings, engine="embedded"))
