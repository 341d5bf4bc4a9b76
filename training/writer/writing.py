"""Writes questions over a group of bullets: the likeliest that the network finds and the guards let pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from aili import encoder
from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.casing import as_told, renamed
from aili.engines.embedded.network import Network
from aili.engines.embedded.questions import Asked
from aili.engines.embedded.ranking import Setting
from training.writer.graphs import EVIDENCE, HEADING, TITLE, piece_of, source, write
from training.writer.guards import checked
from training.writer.recasing import recased

MOST = 3  # bullets that are read together
BEST = 3  # of what the search ends with
UNLIKELY = 2.5  # minus the log-probability, over the length, from which a question has no weight


def written(where: Setting, group: Sequence[Candidate], network: Network) -> list[Asked]:
    """Questions that ``group`` answers, its first bullet first of all; none where none passes the guards."""
    told, survey = [c.text for c in group[:MOST]], where.survey
    over = ((survey.document.metadata.title, TITLE), (where.heading(group[0].number), HEADING))
    parts = [(text, role) for text, role in over if text]
    parts += [(text, EVIDENCE + at) for at, text in enumerate(told)]
    reader = encoder.load(threads=1)
    sources = [source(text, reader.states(text), role) for text, role in parts]
    found = []
    for each in write(sources)[:BEST]:
        text = recased(each.pieces, sources, partial(piece_of, reader), survey.names).rstrip("?")
        text = as_told(renamed(text, survey.names), survey.running, survey.told) + "?"  # "matthew Walsh"
        asked = checked(text, [text for text, _ in parts], group[:MOST], network)
        if asked is not None:
            found.append(replace(asked, weight=max(0.0, 1 + each.likely / UNLIKELY)))
    return found
