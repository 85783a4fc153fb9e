"""A real Chroma server on loopback, and one that misbehaves."""

import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

START_S = 60
PORTS_TRIED = 3


@contextmanager
def running_server(folder: Path, port: int | None = None) -> Iterator[str]:
    """Run `chroma run` over `folder`, gone at the end; give its address."""
    for _ in range(PORTS_TRIED):
        address = f"http://127.0.0.1:{port or free_port()}"
        with _process(folder, address.rpartition(":")[2]) as process:
            if _answers(address, process):
                yield address
                return
    raise RuntimeError(f"no Chroma server came up; see {folder}/server.log")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _process(folder: Path, port: str) -> Iterator[subprocess.Popen]:
    """Run the command that is installed beside this Python; it sends nothing anywhere."""
    chroma = shutil.which("chroma", path=Path(sys.executable).parent) or shutil.which("chroma")
    folder.mkdir(parents=True, exist_ok=True)
    command = [chroma, "run", "--path", folder / "data", "--host", "127.0.0.1", "--port", port]
    with (
        (folder / "server.log").open("ab") as log,
        subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def _answers(address: str, process: subprocess.Popen) -> bool:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(f"{address}/api/v2/heartbeat", timeout=5).close()
            return True
        time.sleep(0.05)
    return False


@contextmanager
def broken_server(reply: bytes, pause_s: float = 0.0) -> Iterator[str]:
    """Listen and send `reply` to whoever asks, a byte at a time with pauses if there are any."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            if not pause_s:
                connection.sendall(reply)
                return
            for byte in reply:
                connection.sendall(bytes([byte]))
                if stop.wait(pause_s):
                    return

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.close()
