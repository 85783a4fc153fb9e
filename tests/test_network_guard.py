"""The guard of conftest.py: nothing but loopback and unix sockets, and no swallowed attempt."""

import asyncio
import os
import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

OUTSIDE = "192.0.2.1"  # TEST-NET-1: reserved, never a real host


ATTEMPTS = {
    "connect": lambda: socket.socket().connect((OUTSIDE, 80)),
    "connect_ex": lambda: socket.socket().connect_ex((OUTSIDE, 80)),
    "create_connection": lambda: socket.create_connection((OUTSIDE, 80), timeout=1),
    "udp": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", (OUTSIDE, 53)),
    "ipv6": lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80)),
    "getaddrinfo": lambda: socket.getaddrinfo("example.org", 443),
    "gethostbyname": lambda: socket.gethostbyname("example.org"),
    "asyncio address": lambda: asyncio.run(asyncio.open_connection(OUTSIDE, 80)),
    "asyncio name": lambda: asyncio.run(asyncio.open_connection("example.org", 80)),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_leaves_the_machine_is_refused(attempt, no_network):
    with pytest.raises(PermissionError, match="tests have no network"):
        attempt()
    assert no_network
    no_network.clear()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_stays_open(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection((host, port), timeout=5) as client:
            client.sendall(b"hello")
            with server.accept()[0] as peer:
                assert peer.recv(5) == b"hello"


def test_unix_sockets_stay_open(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the kernel limits the length of a socket's path
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("here")
        server.listen()
        client.connect("here")


def test_asyncio_loopback_stays_open():
    async def exchange() -> bytes:
        async def answer(reader, writer):
            writer.write(await reader.read(4))
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"ping")
            received = await reader.read()
            writer.close()
            await writer.wait_closed()
            return received

    assert asyncio.run(exchange()) == b"ping"


def test_a_swallowed_attempt_fails_its_test(pytester):
    pytester.makeconftest(Path(__file__).with_name("conftest.py").read_text("utf-8"))
    pytester.makepyfile(
        """
        import contextlib, socket

        def test_quiet_telemetry():
            with contextlib.suppress(OSError):
                socket.getaddrinfo("telemetry.example.org", 443)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*tried to reach the network: *telemetry.example.org*"])


def test_the_environment_holds_no_keys_and_an_empty_home():
    assert not [name for name in os.environ if name.startswith(("OPENAI_", "PAPER_ASSISTANT_"))]
    assert os.listdir(os.path.expanduser("~")) == []
