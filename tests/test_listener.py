"""The port of the chat: what can't be had is refused with a fix that works."""

import errno
import os
import socket

import pytest

from assistant.errors import UsageError
from ui.listener import listen, url_of


def test_a_foreign_host_is_refused_with_the_reason():
    with pytest.raises(UsageError, match=r"'0\.0\.0\.0' would serve others, which needs a sign-in"):
        listen("0.0.0.0", 7860)


@pytest.mark.parametrize("port", [-1, 0, 65536, 99999, 10**30])
def test_a_number_that_is_no_port_is_refused_with_one_that_is(port):
    with pytest.raises(UsageError, match=f"port {port} is none.*try --port 7860"):
        listen("127.0.0.1", port)


def test_a_taken_port_is_refused_with_the_fix():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} is in use: try --port {port + 1}"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "number", "fix"),
    [
        ("127.0.0.1", 65535, errno.EADDRINUSE, "try --port 7860"),
        ("127.0.0.1", 80, errno.EACCES, "port 80 is not yours .* try --port 7860"),
        ("::1", 7860, errno.EADDRNOTAVAIL, "host ::1 is not to be had here .* leave --host out"),
    ],
)
def test_what_the_system_refuses_is_named_with_a_fix_that_works(
    monkeypatch, host, port, number, fix
):
    def refuse(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(UsageError, match=fix):
        listen(host, port)


@pytest.mark.parametrize(
    ("host", "url"), [("localhost", "http://localhost:81"), ("::1", "http://[::1]:81")]
)
def test_the_address_opens_in_a_browser(host, url):
    assert url_of(host, 81) == url
