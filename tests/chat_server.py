"""A tiny chat-completions server on loopback that plays prepared replies, one a request."""

import json
import threading
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

JSON = "application/json"
STREAM = "text/event-stream"


@dataclass
class Reply:
    """What one request gets: bytes piece by piece, with a pause before each."""

    pieces: Iterable[bytes]
    status: int = 200
    content_type: str = STREAM
    headers: dict[str, str] = field(default_factory=dict)
    pause_s: float = 0.0


@dataclass
class ChatServer:
    """Its address, the requests it got, and whether someone still listens to a reply."""

    url: str
    requests: list[dict]
    hung_up: threading.Event


def event(data: object) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return f"data: {text}\n\n".encode()


def says(*pieces: str, usage: dict | None = None, finish: str | None = "stop") -> list[bytes]:
    """Return a well-formed stream that says `pieces`; without `finish` it is one that broke off."""
    chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    if finish:
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    if usage:
        chunks.append({"choices": [], "usage": usage})
    head = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return [*(event(head | chunk) for chunk in chunks), event("[DONE]")]


def error(status: int, message: str, **headers: str) -> Reply:
    body = json.dumps({"error": {"message": message}}).encode()
    return Reply([body], status, JSON, headers)


def models(*names: str) -> Reply:
    rows = [{"id": name, "object": "model", "created": 0, "owned_by": "x"} for name in names]
    return Reply([json.dumps({"object": "list", "data": rows}).encode()], content_type=JSON)


@contextmanager
def chat_server(*replies: Reply, listed: Reply | None = None):
    """Serve `replies` in turn, the last one again and again; `listed` to who asks for models."""
    requests: list[dict] = []
    stopping, hung_up = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append({"path": self.path, "key": self.headers["Authorization"], **body})
            sent = sum(row["path"] == self.path for row in requests)
            self.play(replies[min(sent, len(replies)) - 1])

        def do_GET(self):
            requests.append({"path": self.path})
            self.play(listed or models("first-listed", "second-listed"))

        def play(self, reply: Reply):
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            for name, value in reply.headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            try:
                for piece in reply.pieces:
                    if stopping.wait(reply.pause_s):
                        return
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                hung_up.set()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,))
    serving.start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        yield ChatServer(url, requests, hung_up)
    finally:
        stopping.set()
        server.shutdown()
        serving.join()
        server.server_close()
