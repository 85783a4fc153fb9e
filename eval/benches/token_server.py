"""A double of a model server on loopback that streams a text at a steady rate."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_HEAD = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "metronome"}


@contextmanager
def token_server(tokens: list[str], tokens_per_s: float) -> Iterator[str]:
    """Serve `tokens`, one each 1/`tokens_per_s` s, to whoever asks; gives the base URL.

    The beat is counted from the request, so that a late token makes none of the others late.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            began = time.monotonic()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            try:
                for number, token in enumerate(tokens, 1):
                    time.sleep(max(0.0, began + number / tokens_per_s - time.monotonic()))
                    self._send({"index": 0, "delta": {"content": token}})
                self._send({"index": 0, "delta": {}, "finish_reason": "stop"})
                self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                return  # whoever asked has read enough

        def _send(self, choice: dict[str, object]) -> None:
            self.wfile.write(f"data: {json.dumps({**_HEAD, 'choices': [choice]})}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *arguments: object) -> None:
            """Say nothing of requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
