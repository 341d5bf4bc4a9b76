"""Language models that run on this machine: which there are, where they lie, and how they get there whole.

``path("qwen3-4b")`` is the file of a model that was pulled; ``pulling.pull`` fetches one. A model file that the reader has
already needs none of this: it is named by its path.
"""

from __future__ import annotations

from pathlib import Path

from aili.errors import MissingError, UsageError, quoted
from aili.models.storage import folder_of, stored
from aili.models.table import MODELS, Model

__all__ = ["MODELS", "Model", "named", "path"]


def named(name: str) -> Model:
    """The model of this name, however its letters are written; raises UsageError, with the name that may be meant."""
    if model := MODELS.get(name.casefold()):
        return model
    from difflib import get_close_matches  # here: only a mistake needs it

    near = get_close_matches(name.casefold(), MODELS, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(f"There is no model {quoted(name)}.", hint=f"{meant}Known: {', '.join(MODELS)}.")


def path(name: str, *, folder: str = "") -> Path:
    """The file of a model that is here, whole.

    ``folder`` is the setting ``models``. Raises UsageError for an unknown name, MissingError where it was not pulled.
    """
    model = named(name)
    found = stored(model, folder_of(folder))
    if found.state == "here":
        return found.path
    what = "is here only in part" if found.state == "part" else "is not here"
    raise MissingError(f"The model {model.name} {what}.", hint=f"Get it with: aili models pull {model.name}")
