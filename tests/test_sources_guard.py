"""aili contacts public web servers and the hosts its reader allows, whatever a reference, a page or a resolver says.

Refused means that no packet is sent: the servers here count connections, and the guarded network of the test run raises
another error where a connection to any other address is so much as tried.
"""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_socket import SocketConnectBlockedError

from aili.errors import AiliError, ForbiddenAddressError, RedirectError, UsageError
from aili.sources import Limits, fetch
from tests.servers import Exchange, Page, page, redirect, serve

# The network guard of the test run warns beside raising; here its error is what is waited for.
pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use socket")

ARTICLE = page("<!doctype html><title>Ferry</title><p>The ferry sails at nine.")
LOOPBACK = Limits(allow_hosts=("127.0.0.1",), seconds=10)
PUBLIC = "93.184.216.34"


def answering(*addresses: str, **limits: object) -> Limits:
    """Limits under which every host name has these addresses."""
    return Limits(resolver=lambda host, port: addresses, seconds=10, **limits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "0.0.0.0", "127.1", "2130706433", "0x7f.1", "0x7f000001", "017700000001",
        "someone@127.0.0.1", "example.org:x@127.0.0.1", "example.org\\@127.0.0.1",
    ],
)  # fmt: skip
def test_a_server_on_this_machine_sees_nothing_however_its_address_is_written(host: str) -> None:
    with serve({"/": ARTICLE}) as server:
        with pytest.raises(ForbiddenAddressError, match="does not contact"):
            fetch(f"http://{host}:{server.port}/")
        assert server.connections == 0


@pytest.mark.parametrize(
    "host",
    [
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:5db8:d822::]", "[2001:0:7f00:1::]", "[fec0::1]",
        "[fe80::1]", "[fd00::1]", "[fd00:ec2::254]", "[ff02::1]", "[3fff::1]", "[2001:db8::1]", "[5f00::1]", "[100::1]",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.88.99.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "10.1.2.3", "172.16.0.1", "192.168.1.1", "198.18.0.1", "192.0.2.1", "168.63.129.16",
    ],
)  # fmt: skip
def test_private_reserved_and_disguised_addresses_are_refused(host: str) -> None:
    with pytest.raises(ForbiddenAddressError, match="does not contact") as caught:
        fetch(f"http://{host}/")
    assert caught.value.address == str(ipaddress.ip_address(host.strip("[]"))) or caught.value.address in host
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("host", [PUBLIC, "[2606:2800:220:1:248:1893:25c8:1946]", "[64:ff9b::5db8:d822]"])
def test_public_addresses_are_let_through(host: str) -> None:
    with pytest.raises(SocketConnectBlockedError):  # that is: the connection was tried
        fetch(f"http://{host}/")


@given(st.ip_addresses())
def test_no_address_that_python_calls_private_is_let_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    expected = SocketConnectBlockedError if address.is_global else ForbiddenAddressError
    with pytest.raises((expected, ForbiddenAddressError)):
        fetch(f"http://{host}/")


@pytest.mark.parametrize(
    "addresses", [(PUBLIC, "10.0.0.1"), ("10.0.0.1", PUBLIC), (PUBLIC, "::1"), (PUBLIC, "nonsense")]
)
def test_one_bad_address_among_good_ones_refuses_the_host(addresses: tuple[str, ...]) -> None:
    with pytest.raises(ForbiddenAddressError):
        fetch("https://mixed.example/", limits=answering(*addresses))


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to() -> None:
    answers = iter([("127.0.0.1",), ("127.0.0.2",)])
    with serve({"/": ARTICLE}) as server:
        limits = Limits(allow_hosts=("127.0.0.1",), resolver=lambda host, port: next(answers))
        assert b"ferry" in fetch(server.url("/", host="rebinding.example"), limits=limits).data
        assert server.requests[0].headers["host"] == f"rebinding.example:{server.port}"
    assert next(answers) == ("127.0.0.2",)


def test_a_name_that_turns_private_between_two_redirects_is_refused() -> None:
    answers = iter([("127.0.0.1",), ("127.0.0.2",)])
    parting = Page(status=302, headers={"Location": "/next", "Connection": "close"})
    with serve({"/": parting, "/next": ARTICLE}) as server:
        limits = Limits(allow_hosts=("127.0.0.1",), resolver=lambda host, port: next(answers))
        with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.2"):
            fetch(server.url("/", host="rebinding.example"), limits=limits)
        assert [asked.path for asked in server.requests] == ["/"]


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 11211, 65535])
def test_ports_where_no_web_pages_are_served_are_refused(port: int) -> None:
    with pytest.raises(ForbiddenAddressError, match=f"port {port}"):
        fetch(f"http://{PUBLIC}:{port}/")


@pytest.mark.parametrize("port", [80, 443, 8080, 8443])
def test_usual_ports_are_let_through(port: int) -> None:
    with pytest.raises(SocketConnectBlockedError):
        fetch(f"http://{PUBLIC}:{port}/")


def test_a_public_page_cannot_redirect_to_a_private_one() -> None:
    with serve({"/": ARTICLE}) as private, serve({"/": redirect(private.url("/", host="127.0.0.9"))}) as server:
        with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.9"):
            fetch(server.url(), limits=LOOPBACK)
        assert (server.connections, private.connections) == (1, 0)


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "FILE:/etc/passwd", "gopher://127.0.0.1/", "data:text/html,hello", "ftp://127.0.0.1/x"],
)
def test_a_redirect_out_of_the_web_is_refused(target: str) -> None:
    with serve({"/": redirect(target)}) as server, pytest.raises(ForbiddenAddressError, match="redirects to"):
        fetch(server.url(), limits=LOOPBACK)


@pytest.mark.parametrize(
    "reference", ["gopher://example.org/", "data:text/html,hello", "ftp://example.org/x", "javascript:1+1"]
)
def test_other_schemes_are_refused(reference: str) -> None:
    with pytest.raises(ForbiddenAddressError, match="does not read"):
        fetch(reference)


def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    routes = {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(6)}
    with serve({**routes, "/6": ARTICLE}) as server:
        assert fetch(server.url("/1"), limits=LOOPBACK).location == server.url("/6")
        server.requests.clear()
        with pytest.raises(RedirectError, match="more than 5 times"):
            fetch(server.url("/0"), limits=LOOPBACK)
        assert "/6" not in [asked.path for asked in server.requests]


def test_a_circle_of_redirects_ends() -> None:
    with serve({"/a": redirect("/b"), "/b": redirect("/a")}) as server:
        with pytest.raises(RedirectError, match="in a circle"):
            fetch(server.url("/a"), limits=LOOPBACK)
        assert len(server.requests) == 6


@pytest.mark.parametrize("target", ["", "http://", "http://a\tb/"])
def test_a_redirect_that_leads_nowhere_is_an_error(target: str) -> None:
    with serve({"/": redirect(target)}) as server, pytest.raises(RedirectError):
        fetch(server.url(), limits=LOOPBACK)


def test_a_cookie_lives_from_one_redirect_to_the_next_and_no_longer() -> None:
    def gate(exchange: Exchange) -> None:
        if exchange.asked.headers.get("cookie"):
            exchange.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nin")
        else:
            exchange.write(b"HTTP/1.1 302 Found\r\nSet-Cookie: seen=1\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")

    with serve({"/": gate}) as server:
        assert fetch(server.url(), limits=LOOPBACK).data == b"in"
        assert fetch(server.url(), limits=LOOPBACK).data == b"in"
        assert len(server.requests) == 4


def test_a_user_name_and_a_password_are_neither_sent_nor_kept() -> None:
    with serve({"/": redirect("//me:other@127.0.0.1:0/"), "/a": ARTICLE}) as server:
        resource = fetch(server.url("/a", host="me:secret@127.0.0.1"), limits=LOOPBACK)
        assert "authorization" not in server.requests[0].headers
    assert "secret" not in resource.location + resource.reference


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.0/8", "pages.example", "PAGES.example."])
def test_an_allowed_name_address_or_network_may_be_contacted_on_any_port(entry: str) -> None:
    with serve({"/": ARTICLE}) as server:
        resource = fetch(server.url("/", host="pages.example"), limits=answering("127.0.0.1", allow_hosts=(entry,)))
    assert b"ferry" in resource.data


@pytest.mark.parametrize("entry", ["10.0.0.0/8", "other.example", "example", "127.0.0.2"])
def test_allowing_one_host_allows_no_other(entry: str) -> None:
    with serve({"/": ARTICLE}) as server:
        with pytest.raises(ForbiddenAddressError):
            fetch(server.url("/", host="pages.example"), limits=answering("127.0.0.1", allow_hosts=(entry,)))
        assert server.connections == 0


@pytest.mark.parametrize("entry", ["http://wiki", "wiki:8080", "10.0.0.0/99", "*", "", "a b"])
def test_an_allowed_host_that_is_none_is_named(entry: str) -> None:
    with pytest.raises(UsageError, match="allowed host"):
        fetch("https://example.org/", limits=answering(PUBLIC, allow_hosts=(entry,)))


def test_a_server_that_fetches_for_others_reads_no_files(tmp_path: object) -> None:
    limits = Limits(schemes=("http", "https"))
    for reference in (__file__, f"file://{__file__}", "-", "~/.ssh/id_rsa", "notes.txt"):
        with pytest.raises(ForbiddenAddressError, match="does not read"):
            fetch(reference, limits=limits)


def no_address(host: str, port: int) -> tuple[str, ...]:
    raise socket.gaierror(-2, "Name or service not known")


hosts = st.text(st.characters(codec="utf-8"), max_size=30) | st.from_regex(
    r"[a-z0-9@:.\[\]%\\/#?-]{0,30}", fullmatch=True
)


@given(st.sampled_from(["", "http://", "https://", "file://", "//", "HTTP:", "a+b:"]), hosts)
def test_whatever_is_typed_gives_an_error_of_ours_or_a_resource(scheme: str, rest: str) -> None:
    try:
        fetch(scheme + rest, limits=Limits(resolver=no_address, schemes=("http", "https")))
    except AiliError as error:
        assert error.message
