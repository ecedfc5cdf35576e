"""The second factor: codes of an application (TOTP, RFC 6238) and recovery codes, each good once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp

STEP = 30
"""Seconds a code lasts."""
ISSUER = "Okienko"
RECOVERY_CODES = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 12


def new_secret() -> str:
    """A secret to share with the application."""
    return pyotp.random_base32()


def uri(secret: str, login: str) -> str:
    """The address that applications read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def matching_step(secret: str, typed: str, now: datetime, last: int = 0) -> int | None:
    """The step whose code was typed, one step early or late allowed, later than ``last``; None when there is none."""
    code = "".join(typed.split())
    present = int(now.timestamp()) // STEP
    for step in (present - 1, present, present + 1):
        if step > last and hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), code.encode()):
            return step
    return None


def new_codes() -> list[str]:
    """Recovery codes to show once, such as ``k7f2-m9xp-3hwd``; about 59 bits each."""
    return ["-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_LENGTH // 4)) for _ in range(RECOVERY_CODES)]


def code_hash(login: str, typed: str) -> str:
    """What is kept of a recovery code; hyphens, spaces and capitals make no difference."""
    plain = "".join(letter for letter in typed.lower() if letter.isalnum())
    return hashlib.sha256(f"okienko-recovery:{login}:{plain}".encode()).hexdigest()


def without_code(login: str, kept: tuple[str, ...], typed: str) -> tuple[str, ...] | None:
    """The codes that are left when the typed one is used; None when it is none of them."""
    given = code_hash(login, typed)
    left = tuple(item for item in kept if not hmac.compare_digest(item, given))
    return left if len(left) < len(kept) else None
