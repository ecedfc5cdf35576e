"""Sessions of the console: a random token with the person, only its hash with us; idle and absolute time limits."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Optional

Stage = Literal["second", "open"]
"""``second``: the password was right and the second factor is awaited."""
Way = Literal["password", "oidc"]
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
SECOND = timedelta(minutes=10)
"""How long the second factor is awaited."""
TOUCH = timedelta(minutes=1)
"""A session's use is written down at most this often."""


@dataclass(frozen=True)
class Session:
    """A session as kept; ``hash`` is of the token."""

    hash: str
    login: str
    stage: Stage
    way: Way
    created_at: datetime
    seen_at: datetime
    pending: Optional[str] = None
    """A TOTP secret shown to the person and not confirmed yet."""


def new_token() -> str:
    """32 random bytes, as text."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What we keep of a token."""
    return hashlib.sha256(b"okienko-staff:" + token.encode()).hexdigest()


def derived(token: str, purpose: str) -> bytes:
    """32 bytes only the holder of the token and we can have; they tell nothing about the token."""
    return hmac.new(token.encode(), purpose.encode(), hashlib.sha256).digest()


def form_token(token: str) -> str:
    """What every form of this session carries against requests made by strangers' pages."""
    return derived(token, "form").hex()


def form_is_ours(token: str, given: str) -> bool:
    """Whether a form came from a page that we gave to the holder of the token; compared in constant time."""
    return bool(token) and hmac.compare_digest(form_token(token).encode(), given.encode())


def is_alive(session: Session, now: datetime) -> bool:
    """Whether the session is within its limits."""
    if session.stage == "second":
        return now - session.created_at < SECOND
    return now - session.seen_at < IDLE and now - session.created_at < ABSOLUTE


def is_due(session: Session, now: datetime) -> bool:
    """Whether its use has to be written down again."""
    return now - session.seen_at >= TOUCH
