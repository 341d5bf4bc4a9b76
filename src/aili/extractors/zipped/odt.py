"""An OpenDocument text (ODF 1.3) becomes a Document; in the sandbox."""

from __future__ import annotations

from aili import codec
from aili.document import Document
from aili.extractors import Task
from aili.extractors.zipped import office
from aili.extractors.zipped.container import Container
from aili.extractors.zipped.odf import Styles, Walker, body_of, declared, deletions


def parse(data: bytes) -> bytes:
    """From a ``Task`` to a ``Document``, both as JSON; called in the sandbox."""
    return codec.encode(read(codec.decode(data, Task)))


def read(task: Task) -> Document:
    """The Document of one file; raises PasswordError where it is encrypted, UnreadableError where there is nothing."""
    container = Container(task.resource)
    body = body_of(container, "text")
    styles = Styles(body, container)
    walker = Walker(styles)
    walker.blocks(body, "paragraph", 0)
    walker.text.aside["tracked deletion"] = deletions(body)
    return office.document(task, walker.text, declared(container, styles.language))
