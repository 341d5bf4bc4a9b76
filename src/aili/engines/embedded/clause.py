"""A main clause in the parts a question is made of: subject, auxiliary, verb, and the rest in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from aili.engines.embedded.tree import Tree
from aili.engines.embedded.verbs import auxiliary, base_form

NEGATIONS = ("not", "n't", "n’t", "never")
NO_SUBJECTS = frozenset("either neither both not this that these those such".split())
STOPS = frozenset((",", ";", ":", "–", "—", "--", "(", "[", "...", "…"))
MAX_SUBJECT = 9  # tokens; a longer subject makes a question nobody asks
MAX_QUESTION = 20  # words
# What joins a clause to others, wherever it stands.
JOINING = frozenset("however therefore thus hence moreover furthermore meanwhile nonetheless nevertheless also".split())
# What a question leaves out of a clause: other clauses, asides, and what only joined it to the sentence before.
ASIDES = frozenset("advcl parataxis discourse appos acl:relcl vocative dep list".split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """The clause of predicate ``head``: its subject's head and text, its auxiliaries, and whether it is a copula's.

    Positions are token indices of ``tree``.
    """

    tree: Tree
    head: int
    subject: int
    subject_text: str
    auxiliaries: tuple[int, ...]
    copula: int
    passive: bool
    known: Callable[[str], bool]

    @property
    def verb(self) -> str:
        """The lower-case text of the predicate."""
        return self.tree.tokens[self.head].text.lower()

    @property
    def base(self) -> str:
        """The base form of the predicate's verb."""
        token = self.tree.tokens[self.head]
        return base_form(token.text, token.xpos, self.known)

    @property
    def past(self) -> bool:
        """Whether the clause tells of the past."""
        first = self.auxiliaries[0] if self.auxiliaries else (self.copula if self.copula >= 0 else self.head)
        return self.tree.tokens[first].xpos == "VBD" or self.tree.tokens[first].text.lower() in (
            "had",
            "was",
            "were",
            "did",
        )

    @property
    def possible(self) -> bool:
        """Whether the clause tells what can be, not what is."""
        words = {self.tree.tokens[i].text.lower() for i in self.auxiliaries}
        return bool(words & {"can", "could", "may", "might"})

    @property
    def negated(self) -> bool:
        """Whether the predicate is denied."""
        return any(self._is_negation(i) for i in self.tree.children[self.head])

    @property
    def specific(self) -> bool:
        """Whether the subject says what it is by more than *the* and a noun."""
        return (
            self.subject_text == "you" or not self.subject_text.startswith("the ") or len(self.subject_text.split()) > 2
        )

    @property
    def plural(self) -> bool:
        """Whether the subject takes a plural verb."""
        return self.tree.is_plural(self.subject)

    def object(self) -> int:
        """The head of the direct object, or -1."""
        return self.tree.child(self.head, "obj")

    def ask(self, word: str, *, without: Collection[int] = (), instead: str = "") -> str:
        """A question that opens with ``word`` (``why``), inverted, without the branches at ``without``.

        ``instead`` replaces the verb with all that follows it (``What should readers`` *do*). Empty where the clause
        cannot be inverted.
        """
        lead, rest = self._inverted()
        if not lead:
            return ""
        tail = instead.split() if instead else self._tail(rest, without)
        if not tail:
            return ""
        return _finish([word, lead, self.subject_text, *tail])

    def ask_subject(self, word: str, *, without: Collection[int] = ()) -> str:
        """A question about the subject itself, in the clause's own order: ``Who founded the firm?``."""
        verbs = [*self.auxiliaries, *([self.copula] if self.copula >= 0 else [])]
        kept = [i for i in self._kept(without) if i > self.subject and i not in verbs]
        if not kept:
            return ""
        words = [self.tree.tokens[i].text.lower() for i in verbs]
        return _finish([word, *words, self.tree.words(kept)])

    def ask_by(self, word: str, agent: int) -> str:
        """A passive's agent asked for in the active: *Who founded the firm?*, where the verb's form allows it."""
        if len(self.auxiliaries) != 1 or not self.past:
            return ""
        form = self.tree.tokens[self.head].text
        if not form.endswith("ed"):
            return ""  # "written" is no past tense
        rest = [i for i in self._kept((agent,)) if i > self.head]
        return _finish([word, form, self.subject_text, self.tree.words(rest)])

    def _inverted(self) -> tuple[str, list[tuple[int, str]]]:
        """The auxiliary that goes to the front, and (position, text) of the verbs that stay behind the subject."""
        tokens = self.tree.tokens
        if self.auxiliaries:
            first, *others = self.auxiliaries
            stays = [(i, tokens[i].text) for i in others]
            if self.copula >= 0:
                stays.append((self.copula, tokens[self.copula].text))
            lead = _full(tokens[first].text)
            if tokens[first].text.lower() in ("'d", "’d"):
                return "", []
            return lead, [*stays, (self.head, tokens[self.head].text)]
        if self.copula >= 0:
            lead = _full(tokens[self.copula].text)
            return (lead, [(self.head, tokens[self.head].text)]) if lead in ("is", "are", "was", "were") else ("", [])
        token = tokens[self.head]
        if token.xpos not in ("VBD", "VBZ", "VBP") or not self._agrees():
            return "", []
        return auxiliary(token.xpos, plural=self.plural), [(self.head, self.base)]

    def _agrees(self) -> bool:
        """Whether the verb has the form that its subject asks for; if not, the subject is another, or more than was seen."""
        token = self.tree.tokens[self.head]
        ends = token.text.endswith("s") and not token.text.endswith("ss")
        many = {("VBZ", True): False, ("VBP", False): True}.get((token.xpos, ends), self.plural)
        if many == self.plural or self.subject_text == "you" or (not many and self.tree.all(self.subject, "conj")):
            return True  # "Simon & Schuster sells …": two names of one house
        return any(self.tree.is_plural(i) for i in self.tree.all(self.subject, "nmod"))  # "a majority of voters want"

    def _tail(self, rest: list[tuple[int, str]], without: Collection[int]) -> list[str]:
        """The words behind the subject; none where a word would be cut, which leaves no question."""
        verbs = dict(rest)
        dropped = {i for i in (*self.auxiliaries, self.copula) if i >= 0 and i not in verbs}
        words: list[str] = []
        last = -2
        for i in self._kept(without):
            if i in dropped:
                continue
            token = self.tree.tokens[i]
            if self._is_negation(i):
                words.append("never" if token.text.lower() == "never" else "not")
            elif words and last == i - 1 and self.tree.tokens[last].end == token.start and not self._is_negation(last):
                words[-1] += verbs.get(i, token.text)  # written without a space between: "co-operate", "city's"
            else:
                words.append(verbs.get(i, token.text))
            last = i
        return words

    def _kept(self, without: Collection[int]) -> list[int]:
        """The clause's positions from the subject on, without the subject, asides, and the branches at ``without``."""
        tree = self.tree
        subject = set(tree.subtree(self.subject))
        gone = set()
        for i in without:
            gone |= set(tree.subtree(i))
        other = {i for branch in tree.all(self.head, "conj", "cc") for i in tree.subtree(branch)}
        whole = [i for i in tree.subtree(self.head, without=ASIDES) if i not in other and not self._is_own_mark(i)]
        floor = max(subject) if subject else -1
        verbs = {*self.auxiliaries, self.copula, self.head}
        stop = self._stop(floor)
        inside = [i for i in whole if i < stop and i not in subject and i not in gone and (i > floor or i in verbs)]
        # "on Tuesday nominated": what stands between subject and verb reads wrong once the verb has moved
        kept = [i for i in inside if i >= self.head or i in verbs or self._is_negation(i) or self.copula >= 0]
        kept = [i for i in kept if tree.tokens[i].text.lower() not in JOINING]
        while kept and tree.tokens[kept[-1]].tag == "PUNCT":
            del kept[-1]
        return [] if tree.severed([*kept, *subject]) or self._is_cut(kept, stop, gone) else kept

    def _is_cut(self, kept: Sequence[int], stop: int, gone: Collection[int]) -> bool:
        """Whether ``kept`` ends in a preposition, or lacks what is said of the object behind ``stop``: "keep A, B apart"."""
        tokens = self.tree.tokens
        if kept and tokens[kept[-1]].xpos in ("IN", "TO") and not tokens[kept[-1]].label.startswith("compound"):
            return True
        heads = [self.head, *self.tree.all(self.head, "xcomp")]
        return any(i >= stop and i not in gone for head in heads for i in self.tree.all(head, "xcomp"))

    def _is_own_mark(self, position: int) -> bool:
        token = self.tree.tokens[position]
        return token.label == "mark" and token.head == self.head

    def _stop(self, floor: int) -> int:
        """The first comma, dash or bracket behind the verb: what follows it is said besides."""
        for i in range(max(self.head, floor) + 1, len(self.tree.tokens)):
            if self.tree.tokens[i].text in STOPS and not self._joins_numbers(i):
                return i
        return len(self.tree.tokens)

    def _joins_numbers(self, position: int) -> bool:
        return (
            self.tree.tokens[position].text in ",-"
            and self.tree.tokens[position - 1].end == self.tree.tokens[position].start
            and (
                position + 1 < len(self.tree.tokens)
                and self.tree.tokens[position].end == self.tree.tokens[position + 1].start
            )
        )

    def _is_negation(self, position: int) -> bool:
        return self.tree.tokens[position].text.lower() in NEGATIONS


def clause(tree: Tree, head: int, known: Callable[[str], bool], substitutes: dict[int, str]) -> Clause | None:
    """The clause of ``head``, or None where it has no subject that a question could name."""
    if head < 0:
        return None
    subject = tree.child(head, "nsubj")
    if subject < 0:
        return None
    text = subject_text(tree, subject, substitutes)
    copula = tree.child(head, "cop")
    if not text or (copula >= 0 and tree.tokens[copula].text.lower() in ("becomes", "become", "became")):
        return None  # a verb of its own, whose clause the parser has mixed with another
    return Clause(
        tree=tree,
        head=head,
        subject=subject,
        subject_text=text,
        auxiliaries=tuple(i for i in tree.all(head, "aux") if i > subject or tree.tokens[i].label == "aux"),
        copula=copula,
        passive=tree.tokens[subject].label == "nsubj:pass",
        known=known,
    )


def subject_text(tree: Tree, subject: int, substitutes: dict[int, str]) -> str:
    """The noun phrase of ``subject`` as it reads inside a question; empty where it is a pronoun or too long."""
    if subject in substitutes:
        return substitutes[subject]
    token = tree.tokens[subject]
    if token.text.lower() == "you":
        return "you"
    if token.tag not in ("NOUN", "PROPN"):
        return ""
    phrase = tree.noun_phrase(subject)
    if tree.all(subject, "conj"):
        phrase = tuple(i for i in tree.subtree(subject, without=("acl:relcl", "acl", "appos", "parataxis")))
    if len(phrase) > MAX_SUBJECT or not tree.contiguous(phrase):
        phrase = short_phrase(tree, subject)
    if not phrase or len(phrase) > MAX_SUBJECT:
        return ""
    if any(tree.tokens[i].tag == "PRON" and i not in substitutes for i in phrase):
        return ""
    if tree.tokens[phrase[0]].text.lower() in NO_SUBJECTS or not is_whole(tree, phrase):
        return ""
    text = in_sentence(tree, phrase, substitutes)
    return (
        "" if tree.severed(phrase) or text[0].isdigit() else text
    )  # "45 % of data": a share is no subject to ask about


def is_whole(tree: Tree, phrase: Sequence[int]) -> bool:
    """Whether a noun phrase neither ends in a preposition, nor holds a verb that its own clause lacks, nor *either*."""
    tokens = [tree.tokens[i] for i in phrase]
    between = [token.head for token in tokens if token.text.lower() == "between" and token.head in phrase]
    if any(other not in phrase for i in between for other in tree.all(i, "conj")):
        return False  # "the struggle between the Orangists", and whom?
    verbs = [token for token in tokens if token.xpos in ("VBZ", "VBP", "VBD", "MD")]
    return tokens[-1].tag != "ADP" and not verbs and not any(t.text.lower() in ("either", "neither") for t in tokens)


def short_phrase(tree: Tree, head: int) -> tuple[int, ...]:
    """The noun at ``head`` with its determiner and adjectives only; empty where that would leave out what it is *of*."""
    if tree.all(head, "conj") or any(
        tree.tokens[c].text.lower() == "of" for n in tree.all(head, "nmod") for c in tree.all(n, "case")
    ):
        return ()
    phrase = tree.subtree(
        head, without=("nmod:desc", "nmod:tmod", "acl", "appos", "conj", "cc", "punct", "advmod", "parataxis", "dep")
    )
    kept = tuple(
        i for i in phrase
        if (tree.tokens[i].label != "case" or tree.tokens[i].head != head) and not _under_nmod(tree, i, head)
    )  # fmt: skip
    kept = tree.trimmed(kept, head)
    return kept if tree.contiguous(kept) else ()


def _under_nmod(tree: Tree, position: int, head: int) -> bool:
    while position != head and position >= 0:
        if tree.tokens[position].label == "nmod":
            return True
        position = tree.tokens[position].head
    return False


def in_sentence(tree: Tree, phrase: tuple[int, ...], substitutes: dict[int, str]) -> str:
    """The text of ``phrase`` with the capital that only opened its sentence made small, *a* made *the*."""
    first = tree.tokens[phrase[0]]
    text = tree.words(phrase)
    for i, word in substitutes.items():
        if i in phrase:
            text = text.replace(tree.tokens[i].text, word, 1)
    if phrase[0] not in substitutes and opens_small(tree, phrase[0]):
        rest = [tree.tokens[i] for i in phrase[1:] if tree.tokens[i].text.istitle()]
        common = [token for token in rest if token.tag in ("NOUN", "ADJ") and not token.entity]
        article = first.text.lower() in ("the", "a", "an")
        if article or not rest or len(common) == len(rest):
            text = text[0].lower() + text[1:]
        if not article and len(common) == len(rest):
            for token in common:  # "Artificial Intelligence (AI) is …", where the parser takes it for no name
                text = text.replace(token.text, token.text.lower(), 1)
    if first.text.lower() in ("a", "an") and len(phrase) > 1:
        text = "the " + text.split(" ", 1)[1]
    return text


def opens_small(tree: Tree, position: int) -> bool:
    """Whether the capital of the token only opens the sentence."""
    token = tree.tokens[position]
    opens = position == 0 or all(tree.tokens[i].tag == "PUNCT" for i in range(position))
    return (
        opens
        and token.tag not in ("PROPN", "X")
        and not token.entity
        and token.text[1:].islower() | (len(token.text) == 1)
        and token.text != "I"
    )


def _full(word: str) -> str:
    """An auxiliary written out: a question cannot open with *'s*."""
    lower = word.lower().replace("’", "'")
    return {"'s": "is", "'re": "are", "'ve": "have", "'ll": "will", "ca": "can", "wo": "will"}.get(lower, lower)


def _finish(parts: list[str]) -> str:
    text = " ".join(" ".join(part for part in parts if part).split())
    for mark in (" ,", " .", " ;", " :", " )", " ’s", " 's", " n't", " n’t", " %"):
        text = text.replace(mark, mark.strip())
    text = text.replace("( ", "(").replace("$ ", "$").strip(" ,;:–—-.")
    if (
        not 3 <= len(text.split()) <= MAX_QUESTION
        or text.count('"') % 2
        or text.count("“") != text.count("”")
        or text.count("(") != text.count(")")
    ):
        return ""
    return text[0].upper() + text[1:] + "?"
