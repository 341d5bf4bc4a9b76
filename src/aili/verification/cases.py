"""What a rule looks at: one claim, the evidence it rests on, and the context that only helps to read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from aili.digest import Reason, Rule, Verdict
from aili.verification.passages import Passage, Token, passage

_OVERVIEW = re.compile(
    r"(?:(?:The|This) (?:article|text|report|page|document|paper|essay|story|interview|guide|author)|It)(?: also)?"
    r" (?:discuss|cover|describe|explain|explore|examine|outline|present|review|introduce|recount|compare|report|trace)"
    r"|(?:The|This) (?:article|text|interview|guide|essay) is an? "
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What surrounds the evidence: it resolves pronouns, surnames and acronyms, but supports no claim by itself.

    ``neighbours`` are sentences around the evidence, ``document`` the whole text, ``title`` its title, ``published`` an ISO
    8601 date, ``language`` the BCP 47 tag of the evidence (the English rules run for ``en`` only).
    ``translated`` where the claim is in another language, so that nothing but its numbers can be compared.
    """

    neighbours: tuple[str, ...] = ()
    document: str = ""
    title: str = ""
    published: str = ""
    language: str = "en"
    translated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a rule says of a claim: the verdict it asks for, and why."""

    verdict: Verdict
    reason: Reason


def finding(rule: Rule, verdict: Verdict, message: str) -> Finding:
    """A finding with its reason."""
    return Finding(verdict=verdict, reason=Reason(rule=rule, message=message))


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Where a near copy differs from its sentence: the claim's tokens and the sentence's tokens in their place."""

    claim: tuple[Token, ...]
    evidence: tuple[Token, ...]
    before: int  # index of the first token concerned, in the claim
    at: int  # the same in the evidence


@dataclass(frozen=True, kw_only=True)
class Case:
    """One claim with its evidence and context, read; ``sentence`` is the one it is a part of, where it is one."""

    claim: Passage
    evidence: tuple[Passage, ...]
    context: Context
    sentence: Passage | None = None

    @cached_property
    def whole(self) -> Passage:
        """All evidence as one passage."""
        return self.evidence[0] if len(self.evidence) == 1 else passage("\n".join(part.text for part in self.evidence))

    @cached_property
    def neighbours(self) -> Passage:
        """Title and neighbouring sentences as one passage."""
        return passage("\n".join((self.context.title, *self.context.neighbours)))

    @cached_property
    def document(self) -> Passage:
        """The whole document as one passage; read only where the evidence leaves a question open."""
        return passage(self.context.document)

    @cached_property
    def nearest(self) -> Passage:
        """The evidence sentence that shares most words with the claim."""
        return max(self.evidence, key=self._shared)

    def _shared(self, part: Passage) -> float:
        wanted = self.claim.norms
        return len(wanted & part.norms) / (1 + len(wanted)) - len(part.norms) / 100_000

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The differences from the nearest sentence where the claim is nearly a copy of it, else nothing.

        Nearly: at least 70 % of the claim's tokens stand in the sentence in the same order, without gaps in between that
        would make another sentence of it; below that a difference is as likely a paraphrase as a mistake.
        """
        ours, theirs = self.claim.tokens, self.nearest.tokens
        if len(self.claim.norms & self.nearest.norms) < 0.6 * len(self.claim.norms):
            return ()
        matcher = SequenceMatcher(None, [t.norm for t in ours], [t.norm for t in theirs], autojunk=False)
        matched = sum(block.size for block in matcher.get_matching_blocks())
        if matched < 0.7 * len(ours):
            return ()
        return tuple(
            Edit(claim=ours[i1:i2], evidence=theirs[j1:j2], before=i1, at=j1)
            for tag, i1, i2, j1, j2 in matcher.get_opcodes()
            if tag != "equal"
        )

    @cached_property
    def is_overview(self) -> bool:
        """Whether the claim says what the text is about ("The article discusses …"), where evidence is a sample."""
        return bool(_OVERVIEW.match(self.claim.text))

    @cached_property
    def is_copy(self) -> bool:
        """Whether the claim is its nearest sentence but for one place."""
        small = [edit for edit in self.edits if max(len(edit.claim), len(edit.evidence)) > 0]
        return 0 < len(small) <= 2 and all(max(len(e.claim), len(e.evidence)) <= 6 for e in small)


RuleFunction = Callable[[Case], Iterable[Finding]]
