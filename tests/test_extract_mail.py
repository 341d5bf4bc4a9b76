"""An e-mail becomes what its sender wrote: quoted history, signatures and attachments set aside and told."""

from __future__ import annotations

from email.message import EmailMessage
from random import Random

import pytest

from aili import sources
from aili.document import Document, Resource
from aili.errors import AiliError, EmptyError, MalformedError, PasswordError
from aili.extractors import ParseLimits, Task, extract
from aili.extractors.mail import message as messages
from tests.zip_files import PROSE

TEXT = f"{PROSE[0]} {PROSE[1]}\n\n{PROSE[2]} {PROSE[3]}"
HEAD = "From: Ada Berg <ada@example.org>\nSubject: Pier\nMIME-Version: 1.0\n"


def read(data: bytes, *, min_words: int = 5) -> Document:
    kind = sources.media_type(data, name="x.eml")
    assert kind == "message/rfc822"
    resource = Resource(data=data, media_type=kind, reference="x.eml", location="folder/x.eml")
    return extract(resource, limits=ParseLimits(min_words=min_words))


def mail(text: str = TEXT, *, html: str = "", subject: str = "The northern pier", attached: int = 0) -> bytes:
    message = EmailMessage()
    message["From"] = "Ada Bérg <ada@example.org>"
    message["To"] = "tor@example.org"
    message["Subject"] = subject
    message["Date"] = "Tue, 14 May 2024 23:30:00 -0700"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for _ in range(attached):
        message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../etc/x.pdf")
    return message.as_bytes()


def test_a_mail_says_its_subject_sender_and_day() -> None:
    document = read(mail(subject="Re: AW: Der nördliche Kai"))
    about = document.metadata
    assert (about.title, about.authors, about.published) == ("Der nördliche Kai", ("Ada Bérg",), "2024-05-14")
    assert about.location == "x.eml"
    assert document.text == TEXT
    assert "ada@example.org" not in repr(document)


@pytest.mark.parametrize(
    ("sender", "author"),
    [("Berg, Ada", "Ada Berg"), ("Ada Berg", "Ada Berg"), ("Water Works, Inc.", "Water Works, Inc.")],
)
def test_a_sender_s_name_is_turned_where_the_last_name_comes_first(sender: str, author: str) -> None:
    data = mail().partition(b"\n")[2]
    assert read(f'From: "{sender}" <a@example.org>\n'.encode() + data).metadata.authors == (author,)


@pytest.mark.parametrize(
    "history",
    [
        "On Mon, 13 May 2024 at 09:00, Tor Eklund <tor@example.org> wrote:\n> What of the pier?\n> Is it safe?",
        "On Mon, 13 May 2024 at 09:00, Tor Eklund\n<tor@example.org> wrote:\n\n> What of the pier?",
        "Am 13.05.2024 um 09:00 schrieb Tor Eklund:\n> What of the pier?",
        "Le lun. 13 mai 2024 à 09:00, Tor Eklund a écrit :\n> What of the pier?",
        "-----Original Message-----\nFrom: Tor\nSent: Monday\nWhat of the pier?",
        "From: Tor Eklund <tor@example.org>\nSent: Monday, 13 May 2024\nTo: Ada\nSubject: Pier\n\nWhat of the pier?",
        "Von: Tor Eklund\nGesendet: Montag, 13. Mai 2024\nAn: Ada\nBetreff: Kai\n\nWhat of the pier?",
        "> What of the pier?\n>> Before that.",
    ],
)
def test_quoted_history_is_set_aside_and_told(history: str) -> None:
    document = read(mail(f"{TEXT}\n\n{history}\n"))
    assert document.text == TEXT
    assert document.reading.warnings == ("Set aside: 1 quoted message.",)
    assert document.reading.share < 1


def test_answers_between_quotations_are_all_read() -> None:
    document = read(mail(f"> Is it safe?\n\n{PROSE[2]}\n\n> Since when?\n\n{PROSE[3]}\n"))
    assert document.text == f"{PROSE[2]}\n\n{PROSE[3]}"


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("-- \nAda Berg\nHarbour office", "1 signature"),
        ("Sent from my iPhone", "1 signature"),
        (
            "_______________________________________________\nLind mailing list\nhttps://example.org/listinfo/lind",
            "1 footer",
        ),
    ],
)
def test_signatures_and_footers_are_set_aside(end: str, told: str) -> None:
    document = read(mail(f"{TEXT}\n\n{end}\n"))
    assert document.text == TEXT
    assert document.reading.warnings == (f"Set aside: {told}.",)


def test_what_is_forwarded_is_what_the_mail_is_about() -> None:
    forwarded = (
        "---------- Forwarded message ---------\nFrom: Tor <tor@example.org>\nDate: Mon\nSubject: Pier\nTo: Ada\n\n"
    )
    assert PROSE[3] in read(mail(f"FYI\n\n{forwarded}{TEXT}\n")).text


def test_a_mail_that_only_points_to_its_history_gives_that() -> None:
    document = read(
        mail(f"See below.\n\n-----Original Message-----\nFrom: Tor\nSent: Monday\nSubject: Pier\n\n{TEXT}\n")
    )
    assert document.text == f"See below.\n\n{TEXT}"
    quoted = TEXT.replace("\n", "\n> ")
    assert PROSE[0] in read(mail(f"+1\n\nOn Monday, Tor Eklund wrote:\n> {quoted}\n")).text


def test_soft_line_breaks_are_spaces() -> None:
    head = f"{HEAD}Content-Type: text/plain; charset=utf-8; format=flowed\n\n"
    body = f"The pier is \nclosed for \nnow.\nIt has cracks.\n\n{TEXT}\n"
    assert read((head + body).encode()).text.startswith("The pier is closed for now.")


def test_a_mail_in_html_only_is_read_without_its_history() -> None:
    html = (
        f"<html><head><title>no title</title></head><body><p>{PROSE[0]} {PROSE[1]}</p><p>{PROSE[2]} {PROSE[3]}</p>"
        '<div class="gmail_signature">Ada Berg<br>Harbour office</div><div class="gmail_quote">'
        '<div class="gmail_attr">On Monday Tor '
        "wrote:</div><blockquote>What of the pier? Is it safe to walk on it now?</blockquote></div></body></html>"
    )
    body = f"{HEAD}Content-Type: text/html; charset=utf-8\n\n{html}\n"
    document = read(body.encode())
    assert document.text == TEXT
    assert document.metadata.title == "Pier"
    assert document.reading.warnings[0] == "Set aside: 1 quoted message and 1 signature."


def test_the_part_that_says_more_is_read() -> None:
    html = f"<body><p>{PROSE[0]} {PROSE[1]}</p><p>{PROSE[2]} {PROSE[3]}</p></body>"
    assert PROSE[3] in read(mail("Your program cannot show HTML.", html=html)).text
    assert read(mail(TEXT, html="<p>Other words.</p>")).text == TEXT


def test_attachments_are_counted_and_never_opened() -> None:
    document = read(mail(attached=2))
    assert document.text == TEXT
    assert document.reading.warnings == ("Set aside: 2 attachments.",)


def test_encodings_of_parts_and_headers_are_undone() -> None:
    body = (
        "From: =?iso-8859-1?q?Ad=E9_Berg?= <a@example.org>\nSubject: =?utf-8?b?5YyX44Gu5qGf5qmL?=\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
        "Le quai est ferm=E9 parce que ses piliers ont des fis=\nsures profondes.\n"
    )
    document = read(body.encode())
    assert document.text == "Le quai est fermé parce que ses piliers ont des fissures profondes."
    assert (document.metadata.title, document.metadata.authors) == ("北の桟橋", ("Adé Berg",))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (f'{HEAD}Content-Type: multipart/encrypted; boundary="b"\n\n--b\n\nx\n--b--\n', PasswordError),
        (f"{HEAD}Content-Type: application/pkcs7-mime\n\nMIAG\n", PasswordError),
        (f"{HEAD}\n-----BEGIN PGP MESSAGE-----\nabc\n-----END PGP MESSAGE-----\n", PasswordError),
        (f"{HEAD}Content-Type: application/pdf\n\nx\n", EmptyError),
        (f"{HEAD}\n", EmptyError),
        ("no headers at all\n", MalformedError),
    ],
)
def test_a_mail_that_cannot_be_read_says_why_and_what_to_do(body: str, error: type[AiliError]) -> None:
    with pytest.raises(error, match=r"x\.eml") as raised:
        read(body.encode())
    assert raised.value.hint


def test_a_signed_mail_is_read_without_its_seal() -> None:
    body = f"{HEAD}\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{TEXT}\n"
    body += "-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n"
    assert read(body.encode()).text == TEXT


def test_messages_nested_without_end_are_read_in_time() -> None:
    body = HEAD + "".join(f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n' for at in range(3000))
    with pytest.raises(AiliError):
        read(body.encode())


def test_a_damaged_mail_is_a_content_or_a_clear_error() -> None:
    good = mail(f"{TEXT}\n\nOn Monday, Tor wrote:\n> So?\n", html=f"<p>{PROSE[0]}</p>", attached=1)
    chance = Random(4)
    for _ in range(400):
        data = bytearray(good)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 3)] = chance.choice(
                [b"", b"\x00", b"=?", b"?=", b"\n", b":", b"--", b";", b"\xff", b'"']
            )
        try:
            messages.read(
                Task(resource=Resource(data=bytes(data), media_type="", reference="x", location="x"), min_words=5)
            )
        except AiliError as error:
            assert error.message


@pytest.mark.parametrize("odd", ["\x01", "&#1;", "&#x0B;", "&#65534;", "&#xFFFF;"])
def test_characters_that_xml_forbids_are_left_out(odd: str) -> None:
    """Found by mutation: lxml reads them, and refuses to move them."""
    html = f"<p>{PROSE[0]} {PROSE[1]}</p><blockquote type='cite'>So?</blockquote>{odd}<p>{PROSE[2]} {PROSE[3]}</p>"
    assert read(f"{HEAD}Content-Type: text/html; charset=utf-8\n\n{html}\n".encode()).text == TEXT


@pytest.mark.parametrize(
    "subject", ["The northern pie\x00r", "The northern\x1a pier", "=?utf-8?b?VGhlIG5vcnRoZXJuAiBwaWVy?="]
)
def test_a_subject_has_no_control_characters(subject: str) -> None:
    """Found by the fuzzer."""
    data = f"From: Ada Berg <ada@example.org>\nSubject: {subject}\nMIME-Version: 1.0\n\n{TEXT}\n"
    assert read(data.encode()).metadata.title == "The northern pier"
