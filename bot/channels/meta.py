"""What Meta's platforms share: the check of the address, the signature, calls of the Graph API and what their faults mean."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import aiohttp

from bot.channels.port import ClosedError, GoneError, LaterError, MalformedError, RefusedError, UnsignedError

log = logging.getLogger(__name__)
SIGNATURE = "X-Hub-Signature-256"
"""HMAC-SHA256 of the raw body with the app's secret (Webhooks, "Validating payloads"). The older header with SHA-1 is no proof to us."""
TIMEOUT = aiohttp.ClientTimeout(total=10)
LATER = frozenset({1, 2, 4, 17, 32, 341, 368, 613, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133016})
"""Fault codes that pass: unknown and service faults, and every kind of "too fast" (Graph API, "Handle Errors"; WhatsApp Cloud API, "Error codes")."""
TOKEN = frozenset({10, 102, 190, 200, 131005, 131031, 131042})
"""The token, the rights or the account are not in order: the operator's to mend; nothing is lost meanwhile."""
CLOSED = frozenset({131047})
CLOSED_SUB = frozenset({2018278})
"""The time for answering is over (WhatsApp 131047; Messenger 10 with subcode 2018278)."""
GONE = frozenset({551, 131026, 131021, 131030})
GONE_SUB = frozenset({1545041, 2018001, 2018108})
"""The client cannot be reached: blocked us, left, or never was there."""


def challenge(query: Mapping[str, str], word: str) -> str | None:
    """The answer to the check of the address, when the word is ours."""
    given = query.get("hub.verify_token", "")
    if query.get("hub.mode") != "subscribe" or not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), word.encode()):
        return None
    return query.get("hub.challenge")


def check_signature(body: bytes, headers: Mapping[str, str], secret: str) -> None:
    """Raises UnsignedError unless the raw body is signed with our app's secret."""
    given = headers.get(SIGNATURE, "")
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode()):
        raise UnsignedError


def moment(seconds: float) -> datetime:
    """A time as Meta tells it, in seconds. Raises MalformedError."""
    try:
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (OverflowError, OSError, ValueError):
        raise MalformedError from None


class Graph:
    """Calls of the Graph API with one token, over connections that stay open."""

    def __init__(self, api_url: str, token: str, name: str) -> None:
        self._base, self._token, self._name = api_url.rstrip("/"), token, name
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: Mapping[str, Any]) -> None:
        """One call. Raises LaterError, ClosedError, GoneError, RefusedError."""
        try:
            async with self._opened().post(f"{self._base}/{path}", json=body, headers={"Authorization": f"Bearer {self._token}"}) as response:
                if response.status < 300:
                    return
                raise self._fault(response.status, response.headers, await _error(response))
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            raise LaterError from None

    async def try_post(self, path: str, body: Mapping[str, Any]) -> None:
        """A call whose failure is no matter."""
        try:
            await self.post(path, body)
        except (LaterError, ClosedError, GoneError, RefusedError):
            return

    async def stop(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        return self._session

    def _fault(self, status: int, headers: Mapping[str, str], error: Mapping[str, Any]) -> Exception:
        code, sub = _number(error.get("code")), _number(error.get("error_subcode"))
        if code in CLOSED or sub in CLOSED_SUB:
            return ClosedError()
        if code in GONE or sub in GONE_SUB:
            return GoneError()
        if status == 429 or status >= 500 or code in LATER:
            return LaterError(_seconds(headers.get("Retry-After")))
        if code in TOKEN or status == 401:
            log.error("Meta does not accept our token or rights; messages wait until this is mended", extra={"channel": self._name, "fault": code})
            return LaterError()
        return RefusedError(str(code or status))


async def _error(response: aiohttp.ClientResponse) -> Mapping[str, Any]:
    try:
        data = await response.json(content_type=None)
    except (ValueError, aiohttp.ClientError):
        return {}
    error = data.get("error") if isinstance(data, dict) else None
    return error if isinstance(error, dict) else {}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isascii() and value.isdigit() else None
