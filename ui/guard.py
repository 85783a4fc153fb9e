"""Who may talk to the chat: requests that this machine's own pages send to a loopback name."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.listener import LOOPBACK_NAMES

# Gradio's page needs inline scripts and compiles its HTML templates; nothing may
# come from, or go to, another host.
_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "object-src 'none'; frame-ancestors 'none'"
)
_SECURITY_HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class LoopbackGuard:
    """Refuses foreign Host and Origin headers, over every route.

    A page of another site can make its name resolve to 127.0.0.1 (DNS
    rebinding), or send requests here from its own origin; both show themselves
    in these headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Guard `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 403."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http" and is_own(Headers(scope=scope)):
            await self._app(scope, receive, _with_security_headers(send))
        else:
            refusal = PlainTextResponse("This assistant answers its own machine only.", 403)
            await refusal(scope, receive, send)


def is_own(headers: Headers) -> bool:
    """Whether a request was sent to a loopback name, and by no page of another origin."""
    host, origin = headers.get("host", ""), headers.get("origin")
    return _name_of(f"//{host}") in LOOPBACK_NAMES and origin in (None, f"http://{host}")


def _name_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _with_security_headers(send: Send) -> Send:
    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_SECURITY_HEADERS)
        await send(message)

    return send_guarded
