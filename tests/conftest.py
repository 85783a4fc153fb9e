"""What every test gets: no network, an empty environment, and a Chromium or a plain word on it."""

import ipaddress
import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# uvloop opens its connections in C, where the guard below can't see them;
# without it, uvicorn takes asyncio's own loop, which asks Python's socket module.
sys.modules["uvloop"] = None

GUARDED = {"socket.connect", "socket.sendto", "socket.sendmsg"}
RESOLVED = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
blocked_attempts: list[str] = []


def is_local(host) -> bool:
    """Whether a host is this machine: loopback, or the wildcard that a server binds."""
    host = host.decode() if isinstance(host, bytes) else host
    if not host or host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def refuse_the_network(event: str, args: tuple) -> None:
    """Refuse a socket that leaves this machine, whoever opens it: asyncio, a vendor's thread.

    An audit hook, because it sees each call at the C level and no module can hold an
    unpatched copy of it. Unix sockets have a path where others have (host, port).
    """
    if event in GUARDED:
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in RESOLVED:
        host = args[0]
    else:
        return
    if not is_local(host):
        blocked_attempts.append(f"{event} {host}")
        raise PermissionError(f"tests have no network: {event} to {host!r} was refused")


sys.addaudithook(refuse_the_network)


@pytest.fixture(autouse=True)
def no_network():
    """Fail the test during which a blocked attempt was made, even if the error was swallowed.

    Gives the list of attempts, so that a test that provokes one can look and clear it.
    """
    blocked_attempts.clear()
    yield blocked_attempts
    assert not blocked_attempts, f"tried to reach the network: {blocked_attempts}"


def empty_environment(monkeypatch, home) -> None:
    """Take away keys, addresses and settings of the person who runs the tests."""
    ours = ("PAPER_ASSISTANT_", "OPENAI_", "GRADIO_", "CHROMA_", "TIKTOKEN_", "HF_", "XDG_")
    for name in list(os.environ):
        if name.startswith(ours) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture(scope="session", autouse=True)
def session_environment(tmp_path_factory):
    """The same isolation for fixtures that live longer than one test."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        empty_environment(monkeypatch, tmp_path_factory.mktemp("session-home"))
        yield


@pytest.fixture(autouse=True)
def isolated_environment(monkeypatch, tmp_path_factory, session_environment):
    """An empty home and environment for each test."""
    empty_environment(monkeypatch, tmp_path_factory.mktemp("home"))


def find_chromium() -> str | None:
    """The Chromium to drive: $CHROMIUM, or the system's; none is ever downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = (shutil.which(name) for name in (os.environ.get("CHROMIUM"), *names) if name)
    return next((path for path in found if path), None)


CHROMIUM = find_chromium()
LEFT_OUT = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser for tests marked `browser`."""
    return CHROMIUM


def pytest_collection_modifyitems(config, items):
    """Leave out the browser tests where there is no browser, unless it is required."""
    browser_tests = [item for item in items if item.get_closest_marker("browser")]
    if CHROMIUM or not browser_tests:
        return
    if os.environ.get("PAPER_ASSISTANT_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError("no Chromium found, and PAPER_ASSISTANT_REQUIRE_BROWSER=1")
    config.stash[LEFT_OUT] = [item.nodeid for item in browser_tests]
    config.hook.pytest_deselected(items=browser_tests)
    items[:] = [item for item in items if item not in browser_tests]


def pytest_terminal_summary(terminalreporter, config):
    """Say in one line what was left out, and how to get it."""
    names = config.stash.get(LEFT_OUT, [])
    if names:
        files = ", ".join(sorted({name.partition("::")[0] for name in names}))
        terminalreporter.write_line(
            f"left out {len(names)} browser tests ({files}): no Chromium; install one "
            "(Debian: apt-get install chromium) or name it in CHROMIUM=/path"
        )


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory, session_environment) -> Path:
    """A library with the 195 papers of the sample, ingested once for all tests that only read."""
    from assistant import Assistant
    from assistant.cli import SAMPLE

    folder = tmp_path_factory.mktemp("sample") / "library"
    with Assistant.open(folder) as assistant:
        assistant.ingest(SAMPLE)
    return folder


@pytest.fixture
def assistant(sample_library):
    """An assistant over the sample library; for reading only."""
    from assistant import Assistant

    with Assistant.open(sample_library) as assistant:
        yield assistant


@pytest.fixture(scope="session")
def chroma_url(tmp_path_factory, session_environment):
    """The address of a Chroma server, started for the first test that needs one."""
    from chroma_server import running_server

    with running_server(tmp_path_factory.mktemp("chroma-server")) as url:
        yield url
