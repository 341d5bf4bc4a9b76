"""What fuzzing does to a good file: damage, which may do anything, and dressing, which must not change a word of its text.

Damage works on a format's tokens (tags, control words, lines, JSON's parts, PDF's operators): they are lost, doubled, moved,
nested, cut short, or take the place of others, with values that parsers stumble over. Dressing is what programs do to the
same text: a run divided in two, a wrapper around it, a comment, a bookmark, other line ends, another encoding of a letter.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from random import Random

MOST = 300_000  # bytes that one change may add: a bomb has tests of its own
ZIPPED = ("epub", "docx", "odt", "odp", "pptx")
_MARKUP = rb"<!--.*?-->|<[^>]*>|[^<]+"
_TOKENS = {
    "rtf": rb"\\[a-z]+-?\d* ?|\\.|[{}]|[^\\{}]+",
    "eml": rb"[^\n]*\n?",
    "vtt": rb"[^\n]*\n?",
    "srt": rb"[^\n]*\n?",
    "ipynb": rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^"{}\[\],:]+',
    "pdf": rb"\s+|[^\s]+",
}
_VALUES = [
    b"", b"0", b"-1", b"1e38", b"NaN", b"99999999999999999999", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae",
    b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf", b"&#0;", b"&#xD800;", b"&#x110000;", b"&amp;lt;", b"<![CDATA[", b"]]>", b"<!--",
    b"-->", b"<", b">", b"\"", b"'", b"{", b"}", b"[", b"]", b"\\", b"\\u", b"\\u-1?", b"\\'", b"\\bin99999999 ", b"%",
    b"=?utf-8?b?=", b"\r", b"\n\n", b"\t", b"-->", b"00:00:00.000 --> 00:00:01.000", b"99:99:99,999 --> 00:00:00,000",
    b"\xe2\x80\xa8",
    b"a" * 5_000, b" " * 5_000, b"\xcc\x81" * 300, "\u05d0\u200f".encode() * 20, b"<?x?>",
    b"<!DOCTYPE x [<!ENTITY y '&y;'>]>&y;",
    b"From: x\n", b"Content-Type: multipart/mixed; boundary=x\n", b"--x--\n", b"charset=utf-7", b"null", b"true", b"{}",
    b"../../x", b"#", b"http://[", b"javascript:x", b"data:,x",
]  # fmt: skip
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def damaged(data: bytes, form: str, chance: Random, *, other: bytes) -> bytes:
    """``data`` damaged in a few places; parts of ``other``, a file of the same format, may come into it."""
    if chance.random() < 0.15:
        return _bytes(data, chance)
    if form in ZIPPED:
        return _repacked(data, form, chance, other)
    if form == "pdf":
        return _pdf(data, chance)
    return _tokens(data, form, chance, other)


def _bytes(data: bytes, chance: Random) -> bytes:
    found = bytearray(data)
    if chance.random() < 0.2:
        del found[chance.randrange(len(found) + 1) :]
    for _ in range(chance.randint(0, 8)):
        at = chance.randrange(len(found) + 1)
        found[at : at + chance.randint(0, 4)] = chance.choice(
            [chance.randbytes(chance.randint(0, 4)), chance.choice(_VALUES)]
        )
    return bytes(found)


def _tokens(data: bytes, form: str, chance: Random, other: bytes) -> bytes:
    pattern = re.compile(_TOKENS.get(form, _MARKUP), re.DOTALL)
    tokens, strange = pattern.findall(data), pattern.findall(other[:200_000])
    for _ in range(chance.choice((1, 1, 2, 4, 9))):
        if not tokens:
            break
        _change(tokens, strange, chance)
    return b"".join(tokens)


def _change(tokens: list[bytes], strange: list[bytes], chance: Random) -> None:
    """One change to the tokens, in place."""
    at, far = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    end = min(len(tokens), at + chance.choice((1, 1, 2, 5, 20)))
    match chance.randrange(9):
        case 0:
            del tokens[at:end]
        case 1:
            tokens[far:far] = tokens[at:end]
        case 2:
            tokens[at], tokens[far] = tokens[far], tokens[at]
        case 3:
            times = chance.choice((2, 30, 3_000))
            tokens[at] *= times if times * len(tokens[at]) < MOST else 2
        case 4:
            tokens[at : at + 1] = [chance.choice(_VALUES)]
        case 5:
            tokens.insert(at, chance.choice(_VALUES))
        case 6:
            cut = chance.randrange(len(tokens[at]) + 1)
            tokens[at] = tokens[at][:cut] + chance.choice(_VALUES) + tokens[at][cut:]
        case 7:
            quoted = re.sub(
                rb'"[^"]*"', lambda found: b'"%b"' % chance.choice((found[0][1:-1], chance.choice(_VALUES))), tokens[at]
            )
            tokens[at] = re.sub(rb"-?\d+", lambda found: chance.choice((found[0], b"0", b"-1", b"99999999")), quoted)
        case _:
            begin = chance.randrange(max(1, len(strange)))
            tokens[at:at] = strange[begin : begin + chance.choice((1, 5, 40))]


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _repacked(data: bytes, form: str, chance: Random, other: bytes) -> bytes:
    members, strange = _members(data), _members(other)
    names = [name for name in members if name != "mimetype" and not name.endswith((".png", ".jpg"))]
    for _ in range(chance.choice((1, 1, 2, 3))):
        name = chance.choice(names)
        if chance.random() < 0.05:
            members.pop(name, None)
        elif chance.random() < 0.05:
            members[name] = members.get(chance.choice(names), b"")
        elif members.get(name):
            members[name] = _tokens(members[name], form, chance, strange.get(name) or members[name])
    return _packed(members)


def _pdf(data: bytes, chance: Random) -> bytes:
    """Changes to the objects, and within the streams once they are unpacked; PDFium finds objects whose table is wrong."""

    def change(found: re.Match[bytes]) -> bytes:
        if chance.random() < 0.6:
            return found[0]
        content = found[1]
        if ascii85 := content.rstrip().endswith(b"~>"):
            try:
                content = base64.a85decode(content.strip().removesuffix(b"~>"))
            except ValueError:
                return found[0]
        try:
            content = _tokens(zlib.decompress(content), "pdf", chance, content)
        except zlib.error:
            return found[0]
        packed = zlib.compress(content)
        return b"stream\n%b\nendstream" % (base64.a85encode(packed) + b"~>" if ascii85 else packed)

    changed = _STREAM.sub(change, data)
    if chance.random() < 0.5 or changed == data:
        parts = _STREAM.split(changed)  # what is outside of streams stands at even places
        at = 2 * chance.randrange((len(parts) + 1) // 2)
        parts[at] = _tokens(parts[at], "pdf", chance, parts[0])
        changed = b"".join(b"stream\n%b\nendstream" % part if place % 2 else part for place, part in enumerate(parts))
    return changed if changed.startswith(b"%PDF") else b"%PDF-1.7\n" + changed


def dressed(data: bytes, form: str, chance: Random) -> bytes:
    """``data`` written in another way, with the same words in it."""
    return _DRESSING[form](data, chance)


def _dressed_zip(data: bytes, form: str, chance: Random) -> bytes:
    members = _members(data)
    texts = [name for name in members if re.search(_TEXTS[form], name)]
    for name in texts:
        if members[name] and chance.random() < 0.8:
            members[name] = _dressed_markup(members[name], form, chance)
    return _packed(members)


_TEXTS = {
    "epub": r"\.x?html$", "docx": r"document\.xml$", "odt": r"content\.xml$", "odp": r"content\.xml$",
    "pptx": r"slides/slide\d+\.xml$",
}  # fmt: skip
_HTML_WRAPS = ("span", "b", "i", "em", "font", "u", "small", "mark", "abbr", "ins")
_RUN = re.compile(
    rb"(<w:r>|<w:r [^>]*>)((?:<w:rPr>.*?</w:rPr>|<w:rPr/>)?)<w:t(?: [^>]*)?>([^<]+)</w:t></w:r>", re.DOTALL
)
_SLIDE_RUN = re.compile(rb"<a:r>((?:<a:rPr.*?(?:/>|</a:rPr>))?)<a:t>([^<]+)</a:t></a:r>", re.DOTALL)


def _dressed_markup(text: bytes, form: str, chance: Random) -> bytes:
    if form == "docx":
        return _dressed_word(text, chance)
    if form == "pptx":
        return _SLIDE_RUN.sub(
            lambda found: b"".join(b"<a:r>%b<a:t>%b</a:t></a:r>" % (found[1], part) for part in _cut(found[2], chance)),
            text,
        )
    begin = max(text.find(b"<body"), text.find(b"<office:text"), text.find(b"<office:presentation"), 0)
    opened = form in ("odt", "odp")
    pattern = rb"(<text:(?:p|h)(?: [^>]*)?>)([^<]+)" if opened else rb"(<(?:p|li|h[1-6])(?: [^>]*)?>)([^<]+)"

    def dress(found: re.Match[bytes]) -> bytes:
        if chance.random() < 0.5 or found[1].endswith(b"/>"):
            return found[0]
        left, *right = _cut(found[2], chance)
        rest = b"".join(right)
        if opened:
            mark = chance.choice((b"<text:bookmark text:name='x'/>", b"<text:soft-page-break/>", b"<!-- x -->", b""))
            return (
                found[1]
                + chance.choice((b"<text:span>%b</text:span>", b"<text:a>%b</text:a>", b"%b")) % left
                + mark
                + rest
            )
        wrap = chance.choice(_HTML_WRAPS).encode()
        mark = chance.choice((b"<!-- x -->", b"", b"&#8203;", b"&shy;"))
        return found[1] + b"<%b>%b</%b>" % (wrap, left, wrap) + mark + rest

    # What a page has in comments stays as it is: a comment within one would end it, and show what it hides.
    parts = re.split(rb"(<!--.*?-->)", text[begin:], flags=re.DOTALL)
    parts[::2] = [re.sub(pattern, dress, part) for part in parts[::2]]
    return text[:begin] + b"".join(parts)


def _dressed_word(text: bytes, chance: Random) -> bytes:
    def dress(found: re.Match[bytes]) -> bytes:
        runs = []
        for part in _cut(found[3], chance):
            run = b'%b%b<w:t xml:space="preserve">%b</w:t></w:r>' % (found[1], found[2], part)
            wrap = chance.choice(
                (b"%b", b"%b", b"<w:ins>%b</w:ins>", b"<w:smartTag>%b</w:smartTag>", b"<w:hyperlink>%b</w:hyperlink>")
            )
            mark = (
                b"",
                b"",
                b'<w:proofErr w:type="spellStart"/>',
                b'<w:bookmarkStart w:id="1" w:name="x"/>',
                b"<!-- x -->",
            )
            runs.append(wrap % run + chance.choice(mark))
        return b"".join(runs)

    return _RUN.sub(dress, text)


def _cut(text: bytes, chance: Random) -> list[bytes]:
    """The text in one to three parts, cut before spaces or within words, never within an entity or a character."""
    places = [at for at in range(1, len(text)) if text[at] < 0x80 and text[at - 1] < 0x80 and b"&" not in text]
    if not places or chance.random() < 0.5:
        return [text]
    cuts = sorted({chance.choice(places), chance.choice(places)})
    return [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _dressed_html(data: bytes, chance: Random) -> bytes:
    return _dressed_markup(data, "html", chance)


def _dressed_rtf(data: bytes, chance: Random) -> bytes:
    def dress(found: re.Match[bytes]) -> bytes:
        word = found[0]
        match chance.randrange(12):
            case 0:
                return b"{%b}" % word
            case 1:
                return word + rb"{\*\unknown x}"
            case 2:
                return b"".join(b"\\'%02x" % letter for letter in word)
            case 3:
                return b"".join(b"\\u%d?" % letter for letter in word)
            case 4:
                return word + b"\r\n"
        return word

    head, sign, body = data.partition(b"\\pard")
    return head + sign + re.sub(rb"(?<= )[a-z]+(?= )", dress, body)


def _dressed_mail(data: bytes, chance: Random) -> bytes:
    more = (
        b"X-Spam: no\n",
        b"Received: from x by y;\n\tMon, 1 Jan 2024 00:00:00 +0000\n",
        b"List-Id: <x.example>\n",
        b"",
    )
    data = chance.choice(more) + data
    return data.replace(b"\n", b"\r\n") if chance.random() < 0.5 and b"\r" not in data else data


def _dressed_cues(data: bytes, chance: Random) -> bytes:
    cues = data.decode().split("\n\n")
    head, cues = (cues[:1], cues[1:]) if cues[0].startswith("WEBVTT") else ([], cues)
    dressed_cues = []
    for cue in cues:
        if head:
            named = chance.random() < 0.2 and "-->" in cue.partition("\n")[0]
            cue = f"{chance.randrange(99)}\n{cue}" if named else cue
            cue = re.sub(r"(-->\s*\S+)", r"\1 align:start line:90%", cue) if chance.random() < 0.2 else cue
            dressed_cues += ["NOTE a remark"] * (chance.random() < 0.1)
        else:
            cue = cue.partition("\n")[2] if chance.random() < 0.2 and cue.partition("\n")[0].isdigit() else cue
        dressed_cues.append(re.sub(r"(\b[a-z]{4,}\b)", r"<i>\1</i>", cue, count=1) if chance.random() < 0.2 else cue)
    text = "\n\n".join([*head, *dressed_cues])
    text = text.replace("\n", "\r\n") if chance.random() < 0.3 else text
    return (b"\xef\xbb\xbf" if chance.random() < 0.3 else b"") + text.encode()


def _dressed_notebook(data: bytes, chance: Random) -> bytes:
    book = json.loads(data)
    for cell in book["cells"]:
        if isinstance(cell["source"], str) and chance.random() < 0.5:
            cell["source"] = cell["source"].splitlines(keepends=True)
        cell["metadata"] = {"tags": ["x"], "collapsed": True} if chance.random() < 0.5 else cell["metadata"]
    return json.dumps(book, indent=chance.choice((None, 1)), ensure_ascii=chance.random() < 0.5).encode()


def _dressed_feed(data: bytes, chance: Random) -> bytes:
    if data.startswith(b"{"):
        return json.dumps(json.loads(data), indent=chance.choice((None, 2))).encode()
    data = re.sub(
        rb"(<title>)([^<&]+)(</title>)",
        lambda found: chance.choice((found[0], b"%b<![CDATA[%b]]>%b" % found.groups())),
        data,
    )
    return data.replace(b"<item", b"<!-- x --><item") if chance.random() < 0.5 else data


def _dressed_pdf(data: bytes, chance: Random) -> bytes:
    """Rubbish before and behind, and a table of places that is wrong: what mail programs and downloads do to files."""
    head = b"" if chance.random() < 0.5 else b"%PDF-1.4\n" + b"% x\n" * chance.randint(1, 20)
    tail = chance.choice((b"", b"\n\n\n", b"\x00" * 500, b"\nrubbish\n"))
    return head + data + tail


_DRESSING: dict[str, Callable[[bytes, Random], bytes]] = {
    "html": _dressed_html, "pdf": _dressed_pdf, "rtf": _dressed_rtf, "eml": _dressed_mail, "vtt": _dressed_cues,
    "srt": _dressed_cues, "ipynb": _dressed_notebook, "feed": _dressed_feed,
    **{form: lambda data, chance, form=form: _dressed_zip(data, form, chance) for form in ZIPPED},
}  # type: ignore[misc, dict-item] # fmt: skip
