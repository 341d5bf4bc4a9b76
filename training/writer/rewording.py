"""Asks in the network's words what the forms ask only by a name, where a reader is likelier to find that good.

"What does the article say about X?" is answered by whatever is told of X, and dull. Over its bullets, together and one by
one, questions are written (``training.writer``) and judged as all others are; what is asked is the better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aili.engines.embedded.bullets import Candidate
from aili.engines.embedded.choosing import Choice, read
from aili.engines.embedded.judging import Case, judge
from aili.engines.embedded.network import Network
from aili.engines.embedded.ranking import Setting, features
from training.writer.writing import written

GAIN = 0.05  # by how much likelier good what is written must be
APART = 0.05  # and questions of their own for the bullets, than one for all
SURE = 0.4  # how likely good a bullet's own question must be that is split off
FITS = -0.3  # log odds from which a bullet answers what was written over several

Asking = tuple[Choice, list[Candidate]]


def reworded(
    where: Setting, choice: Choice, group: Sequence[Candidate], network: Network, is_new: Callable[[str], bool]
) -> list[Asking]:
    """Questions and bullets in place of ``choice`` over ``group``: itself where nothing better is written."""
    whole = _best(where, group, network, is_new)
    alone = [_best(where, [each], network, is_new) for each in group] if len(group) > 1 else []
    best = choice.good + GAIN
    if alone and all(each is not None and each.good >= SURE for each in alone):
        made = [each for each in alone if each is not None]
        mean = sum(each.good for each in made) / len(made)
        if len({each.asked.text for each in made}) == len(made) and mean >= max(
            best, whole.good + APART if whole else 0.0
        ):
            return [(each, [bullet]) for each, bullet in zip(made, group, strict=True)]
    if whole is None or whole.good < best:
        return [(choice, list(group))]
    title = where.survey.document.metadata.title
    said = judge(title, [Case(whole.asked.text, (each.text,)) for each in group[1:]], network)
    kept, split = [group[0]], []
    for each, mark, own in zip(group[1:], said, alone[1:], strict=False):
        if mark.answered >= FITS:
            kept.append(each)
        elif own is not None and own.good >= SURE and own.asked.text != whole.asked.text:
            split.append((own, [each]))
    return [(whole, kept), *split]


def _best(where: Setting, group: Sequence[Candidate], network: Network, is_new: Callable[[str], bool]) -> Choice | None:
    """What a reader is likeliest to find good of what is written over ``group``."""
    options = [asked for asked in written(where, group, network) if is_new(asked.text)]
    made = read(where, [(asked, group, features(where, asked, group)) for asked in options], network)
    return max(made, key=lambda each: (each.good, each.asked.text), default=None)
