"""The port of the chat: taken before anything heavy starts; imports nothing heavy itself."""

import errno
import socket

from assistant.errors import UsageError

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
DEFAULT_PORT = 7860
_LAST_PORT = 65535
_FIRST_FREE_FOR_ALL = 1024


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `port` of this machine.

    Raises:
        UsageError: `host` is not this machine's own, or `port` can't be had.
    """
    if host not in LOOPBACK_NAMES:
        raise UsageError(
            f"host {host!r} would serve others, which needs a sign-in that is not there yet; "
            "leave --host out to serve this machine"
        )
    if not 1 <= port <= _LAST_PORT:
        raise UsageError(
            f"port {port} is none: ports go from 1 to {_LAST_PORT:,}; try --port {DEFAULT_PORT}"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(_what_to_do(host, port, error)) from error


def url_of(host: str, port: int) -> str:
    """Return the address to open in a browser."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _what_to_do(host: str, port: int, error: OSError) -> str:
    another = port + 1 if _FIRST_FREE_FOR_ALL <= port < _LAST_PORT else DEFAULT_PORT
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use: try --port {another}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} is not yours to take ({error.strerror}): try --port {another}"
    return f"host {host} is not to be had here ({error.strerror}): leave --host out"
