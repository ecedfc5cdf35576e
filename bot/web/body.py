"""Reading what a client sent, at the border: a JSON object of a known shape, or a sentence that says what is wrong."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from aiohttp import web

from bot.errors import NotAllowedError, UsageError

T = TypeVar("T")
MAX_BODY = 64 * 1024


async def read(request: web.Request, to: type[T]) -> T:
    """The body as a record. An empty body is an empty object. Raises UsageError."""
    raw = await request.read()
    try:
        return msgspec.json.decode(raw or b"{}", type=to)
    except msgspec.ValidationError as error:
        raise UsageError(f"Treść żądania ma zły kształt: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise UsageError("Treść żądania ma być obiektem JSON, na przykład {\"text\": \"…\"}.") from None


def bearer(request: web.Request) -> str:
    """The conversation's token. Raises NotAllowedError when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    raise NotAllowedError("Nie ma takiej rozmowy albo token jest zły. Podaj token w nagłówku Authorization: Bearer.")


def number(request: web.Request, name: str, default: int = 0) -> int:
    """A non-negative whole number from the query. Raises UsageError."""
    raw = request.query.get(name, "")
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise UsageError(f"Parametr „{name}” ma być liczbą całkowitą.")
    return int(raw)
