"""A page comes whole, or an error says what happened at which address and what to do now."""

from __future__ import annotations

import gzip
import pickle
import socket
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import closing

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aili import __version__
from aili.errors import (
    AiliError,
    DeadlineError,
    EmptyError,
    NetworkError,
    StatusError,
    TLSError,
    TooLargeError,
    UsageError,
)
from aili.sources import Limits, fetch
from aili.sources.web.connection import Deadline, Transport
from tests.servers import Exchange, Page, page, redirect, serve

ARTICLE = page("<!doctype html><title>Ferry</title><p>The ferry sails at nine.")
LOOPBACK = Limits(allow_hosts=("127.0.0.1",), seconds=10)
IMPATIENT = Limits(allow_hosts=("127.0.0.1",), seconds=0.4)


def raw(data: bytes) -> Callable[[Exchange], None]:
    """A route that writes these bytes and hangs up."""
    return lambda exchange: exchange.write(data)


def named(host: str, **limits: object) -> Limits:
    """Limits under which every name is this machine."""
    return Limits(allow_hosts=("127.0.0.1",), resolver=lambda host, port: ("127.0.0.1",), **limits)  # type: ignore[arg-type]


def test_a_page_comes_with_its_type_its_place_and_its_validators() -> None:
    with serve({"/a": page("<p>Ünïcode", etag='"1"', last_modified="Wed, 19 Jun 2024 08:00:00 GMT")}) as server:
        resource = fetch(server.url("/a#part"), limits=LOOPBACK)
        asked = server.requests[0].headers
    assert resource.data == "<p>Ünïcode".encode()
    assert (resource.media_type, resource.charset) == ("text/html", "utf-8")
    assert (resource.reference, resource.location) == (server.url("/a#part"), server.url("/a"))
    assert (resource.etag, resource.modified) == ('"1"', "Wed, 19 Jun 2024 08:00:00 GMT")
    assert asked["user-agent"] == f"aili/{__version__} (reads one page for one person)"
    assert asked["accept-encoding"] == "gzip"
    assert "cookie" not in asked
    assert "if-none-match" not in asked


def test_the_reader_may_name_another_user_agent() -> None:
    with serve({"/": ARTICLE}) as server:
        fetch(server.url(), limits=Limits(allow_hosts=("127.0.0.1",), user_agent="library/2 (desk 4)"))
        assert server.requests[0].headers["user-agent"] == "library/2 (desk 4)"
    with pytest.raises(UsageError, match="user agent"):
        Limits(user_agent="two\r\nlines")


def test_the_last_address_of_redirects_is_the_location() -> None:
    with serve({"/old": redirect("new?x=1", status=301), "/new": ARTICLE}) as server:
        resource = fetch(server.url("/old"), limits=LOOPBACK)
    assert (resource.reference, resource.location) == (server.url("/old"), server.url("/new?x=1"))


def test_an_unchanged_page_is_the_one_already_had() -> None:
    def page_with_etag(exchange: Exchange) -> None:
        if exchange.asked.headers.get("if-none-match") == '"7"':
            exchange.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        else:
            exchange.write(b'HTTP/1.1 200 OK\r\nETag: "7"\r\nContent-Length: 4\r\n\r\ntext')

    with serve({"/a": page_with_etag, "/from": redirect("/a")}) as server:
        first = fetch(server.url("/from"), limits=LOOPBACK)
        assert fetch(server.url("/from"), limits=LOOPBACK, known=first) is first
        assert "if-none-match" not in server.requests[2].headers, "a validator goes only to the address it came from"
        assert fetch(server.url("/a"), limits=LOOPBACK, known=None).data == b"text"


def test_unchanged_is_an_error_where_nothing_was_known() -> None:
    with serve({"/": Page(status=304)}) as server, pytest.raises(StatusError, match="304"):
        fetch(server.url(), limits=LOOPBACK)


@pytest.mark.parametrize(
    ("status", "said", "advice"),
    [
        (401, "asks to sign in", "save the page"),
        (402, "asks to pay", "save the page"),
        (403, "refuses", "save the page"),
        (404, "no such page", "Check the address"),
        (410, "removed", "archive"),
        (418, "does not give the page", "Check the address"),
        (429, "too many requests", "Try again later"),
        (451, "legal reasons", "elsewhere"),
        (500, "error of its own", "Try again later"),
        (503, "overloaded", "Try again later"),
        (206, "does not give the page", "Check the address"),
        (300, "does not give the page", "Check the address"),
    ],
)
def test_a_status_says_what_happened_and_what_to_do(status: int, said: str, advice: str) -> None:
    answer = page("<p>An error page with words of its own.", status=status)
    with serve({"/": answer}) as server, pytest.raises(StatusError, match=said) as caught:
        fetch(server.url(), limits=LOOPBACK)
    assert caught.value.status == status
    assert advice in caught.value.hint
    assert server.url() in caught.value.message
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        ("120", "wait 120 seconds"),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "until 2026-10-21 07:28"),
        ("soon", "Try again later"),
    ],
)
def test_a_busy_server_says_how_long_to_wait(header: str, advice: str) -> None:
    with serve({"/": page("", status=429, retry_after=header)}) as server, pytest.raises(StatusError, match=advice):
        fetch(server.url(), limits=LOOPBACK)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n", "broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 999)[:-9], "arrived damaged"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip at all", "arrived damaged"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n\x1b\x00", "compressed as br"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, zstd\r\n\r\n\x28", "compressed as gzip, zstd"),
        (b"", "hung up without an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 200_000, "does not speak HTTP"),
    ],
)
def test_a_broken_answer_is_never_taken_for_a_page(answer: bytes, said: str) -> None:
    with serve({"/": raw(answer)}) as server, pytest.raises(NetworkError, match=said) as caught:
        fetch(server.url(), limits=LOOPBACK)
    assert server.url() in caught.value.message
    assert caught.value.exit_code == 5


def test_a_connection_that_is_reset_in_the_middle_is_an_error() -> None:
    def cut(exchange: Exchange) -> None:
        exchange.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
        exchange.reset()

    with serve({"/": cut}) as server, pytest.raises(NetworkError, match="broke"):
        fetch(server.url(), limits=LOOPBACK)


@pytest.mark.parametrize(
    "answer",
    [
        Page(),
        Page(status=204),
        Page(headers={"Content-Encoding": "gzip"}),
        Page(headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"")),
    ],
)
def test_an_empty_page_is_an_error(answer: Page) -> None:
    with serve({"/": answer}) as server, pytest.raises(EmptyError, match=r"empty page|no content"):
        fetch(server.url(), limits=LOOPBACK)


def test_nobody_listening_is_an_error_that_says_so() -> None:
    with serve({}) as server:
        gone = server.url("/a")
    with pytest.raises(NetworkError, match="connection was refused") as caught:
        fetch(gone, limits=LOOPBACK)
    assert gone in caught.value.message


def test_a_host_without_an_address_is_an_error_that_says_so() -> None:
    def nobody(host: str, port: int) -> tuple[str, ...]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NetworkError, match=r"pages\.example cannot be found"):
        fetch("https://pages.example/", limits=Limits(resolver=nobody))
    with pytest.raises(NetworkError, match="no file of that name either"):
        fetch("pages.example/a", limits=Limits(resolver=nobody))


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    with serve({"/": ARTICLE}) as server:  # on 127.0.0.1 only
        limits = Limits(allow_hosts=("localhost",), resolver=lambda host, port: ("::1", "127.0.0.1"), seconds=10)
        assert fetch(server.url("/", host="localhost"), limits=limits).data == ARTICLE.body


def test_gzip_is_unpacked_in_all_its_members() -> None:
    body = gzip.compress(b"<p>one ") + gzip.compress(b"two") + b"\x00" * 8
    with serve({"/": Page(body=body, headers={"Content-Encoding": "gzip", "Content-Type": "text/html"})}) as server:
        assert fetch(server.url(), limits=LOOPBACK).data == b"<p>one two"


def test_an_encoding_that_is_no_compression_is_passed_over() -> None:
    with serve({"/": Page(body=b"<p>text", headers={"Content-Encoding": "utf-8"})}) as server:
        assert fetch(server.url(), limits=LOOPBACK).data == b"<p>text"


def test_a_bomb_is_stopped_at_the_limit_of_what_it_unpacks_to() -> None:
    bomb = gzip.compress(bytes(60_000_000))
    limits = Limits(allow_hosts=("127.0.0.1",), max_bytes=1_000_000)
    with serve({"/": Page(body=bomb, headers={"Content-Encoding": "gzip"})}) as server:
        tracemalloc.start()
        try:
            with pytest.raises(TooLargeError, match="1 MB") as caught:
                fetch(server.url(), limits=limits)
            assert tracemalloc.get_traced_memory()[1] < 8_000_000
        finally:
            tracemalloc.stop()
    assert caught.value.limit == 1_000_000


def test_a_page_that_declares_too_much_is_not_read() -> None:
    sent = threading.Event()

    def large(exchange: Exchange) -> None:
        exchange.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n")
        sent.set()
        exchange.stopping.wait(30)  # a body that never comes: reading it would be a DeadlineError

    with serve({"/": large}) as server, pytest.raises(TooLargeError):
        fetch(server.url(), limits=Limits(allow_hosts=("127.0.0.1",), max_bytes=1_000_000, seconds=20))
    assert sent.is_set()


def test_an_endless_body_is_stopped_at_the_limit() -> None:
    def endless(exchange: Exchange) -> None:
        exchange.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not exchange.stopping.is_set():
            exchange.write(b"more " * 10_000)

    with serve({"/": endless}) as server, pytest.raises(TooLargeError):
        fetch(server.url(), limits=Limits(allow_hosts=("127.0.0.1",), max_bytes=1_000_000))


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n",
    ],
)
def test_a_server_that_drips_is_late_though_each_byte_is_in_time(start: bytes) -> None:
    def drip(exchange: Exchange) -> None:
        exchange.write(start)
        while not exchange.stopping.wait(0.05):
            exchange.write(b"x")

    with serve({"/": drip}) as server, pytest.raises(DeadlineError, match=r"limit of 0\.4 seconds") as caught:
        fetch(server.url(), limits=IMPATIENT)
    assert server.url() in caught.value.message
    assert caught.value.seconds == 0.4


def test_redirects_share_one_deadline() -> None:
    def slow(exchange: Exchange) -> None:
        exchange.stopping.wait(0.15)
        exchange.write(b"HTTP/1.1 302 Found\r\nLocation: " + exchange.path.encode() + b"x\r\nContent-Length: 0\r\n\r\n")

    with serve({"/" + "x" * hop: slow for hop in range(9)}) as server, pytest.raises(DeadlineError):
        fetch(server.url(), limits=IMPATIENT)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_accepts_and_says_nothing_is_late(scheme: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, pytest.raises(DeadlineError):
        fetch(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/", limits=IMPATIENT)


class Late(Deadline):
    """A deadline that passes when somebody asks for the third time: after the name and the connection, before TLS."""

    asked = 0

    def remaining(self) -> float:
        self.asked += 1
        if self.asked == 3:
            raise self.error()
        return super().remaining()


def test_a_connection_that_comes_too_late_for_tls_is_closed() -> None:
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as server,
        closing(Transport(IMPATIENT, Late(60))) as transport,
    ):
        with pytest.raises(DeadlineError):
            transport.handle_request(httpx2.Request("GET", f"https://127.0.0.1:{server.getsockname()[1]}/"))
        with closing(server.accept()[0]) as accepted:
            accepted.settimeout(20)
            assert accepted.recv(1) == b""


def test_a_resolver_that_does_not_answer_is_late() -> None:
    done = threading.Event()

    def stuck(host: str, port: int) -> tuple[str, ...]:
        done.wait(30)
        return ("127.0.0.1",)

    try:
        with pytest.raises(DeadlineError):
            fetch("https://pages.example/", limits=Limits(resolver=stuck, seconds=0.3))
    finally:
        done.set()


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with serve({"/": ARTICLE}, tls=True) as server:
        with pytest.raises(TLSError, match="certificate") as caught:
            fetch(server.url(), limits=LOOPBACK)
        assert server.requests == []
    assert server.url() in caught.value.message


def test_an_authority_of_the_readers_own_is_trusted_for_the_names_it_vouches_for() -> None:
    with serve({"/": ARTICLE}, tls=True) as server:
        limits = named("127.0.0.1", ca_file=server.ca_file)
        assert fetch(server.url("/", host="pages.example"), limits=limits).data == ARTICLE.body
        with pytest.raises(TLSError, match="mismatch"):
            fetch(server.url("/", host="other.example"), limits=limits)


def test_a_file_of_authorities_that_cannot_be_read_is_named() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.pem"):
        fetch("https://pages.example/", limits=named("127.0.0.1", ca_file="nowhere.pem"))


def test_a_server_without_encryption_is_a_tls_error_with_the_cure() -> None:
    with serve({"/": ARTICLE}) as server, pytest.raises(TLSError, match="http://"):
        fetch(server.url().replace("http://", "https://"), limits=LOOPBACK)


HEADERS = (
    "Content-Type",
    "Content-Encoding",
    "Content-Length",
    "Location",
    "Retry-After",
    "ETag",
    "Set-Cookie",
    "Transfer-Encoding",
)
words = st.binary(max_size=20) | st.sampled_from(
    [b"gzip", b"text/html; charset*=x''%ff", b"/", b"//[", b"a=b; expires=x", b"99", b"chunked"]
)
answers = st.builds(
    lambda status, headers, body: (
        b"HTTP/1.1 %d OK\r\n" % status + b"".join(b"%s: %s\r\n" % (n.encode(), v) for n, v in headers) + b"\r\n" + body
    ),
    st.sampled_from([200, 204, 206, 302, 304, 404, 429]) | st.integers(0, 999),
    st.lists(st.tuples(st.sampled_from(HEADERS), words), max_size=4),
    st.binary(max_size=40),
)


def test_whatever_a_server_answers_gives_an_error_of_ours_or_a_page() -> None:
    answer = b""

    @given(st.binary(max_size=60) | answers)
    @example(b"HTTP/1.1 429 OK\r\nRetry-After: Wed, 21 Oct 2026 07:28:00 +99999999999999\r\n\r\n")
    def check(data: bytes) -> None:
        nonlocal answer
        answer = data
        try:
            assert fetch(
                server.url(), limits=Limits(allow_hosts=("127.0.0.1",), resolver=only_loopback, redirects=1)
            ).data
        except AiliError as error:
            assert error.message

    def only_loopback(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",) if host == "127.0.0.1" else ()

    with serve({"/": lambda exchange: exchange.write(answer)}) as server:
        check()


def test_settings_of_the_environment_lead_no_request_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve({"/": ARTICLE}) as proxy, serve({"/": ARTICLE}) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url())
        monkeypatch.setenv("ALL_PROXY", proxy.url())
        fetch(server.url(), limits=LOOPBACK)
        assert (proxy.connections, server.connections) == (0, 1)


@pytest.mark.parametrize(
    "address", ["http://", "https:///path", "http://exa mple.org/", "http://a\nb/", "http://[::1/", "http:page"]
)
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises((UsageError, NetworkError), match=r"web address|cannot be found"):
        fetch(address, limits=Limits(resolver=lambda host, port: ()))
