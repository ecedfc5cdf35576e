"""Passwords: argon2id, and as much time for a login that nobody has as for a wrong password."""

from __future__ import annotations

import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import UsageError

SHORTEST = 12
LONGEST = 200


class Passwords:
    """Hashes and checks passwords; ``hasher`` holds the cost in force."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """The hash to keep."""
        return self._hasher.hash(_same(password))

    def fits(self, kept: str, password: str) -> bool:
        """Whether the password is the one of the kept hash."""
        try:
            return self._hasher.verify(kept, _same(password))
        except (VerificationError, InvalidHashError):
            return False

    def fits_nobody(self, password: str) -> None:
        """Take the time of a check, for a login that nobody has."""
        self.fits(self._nobody, password)

    def outdated(self, kept: str) -> bool:
        """Whether the hash was made at another cost than the one in force."""
        return self._hasher.check_needs_rehash(kept)


def check_new(password: str, login: str) -> None:
    """Raises UsageError with what is wrong with a new password."""
    if len(password) < SHORTEST:
        raise UsageError(f"Hasło ma mieć co najmniej {SHORTEST} znaków.")
    if len(password) > LONGEST:
        raise UsageError(f"Hasło ma mieć najwyżej {LONGEST} znaków.")
    if (len(login) > 3 and login in password.lower()) or len(set(password)) < 4:
        raise UsageError("To hasło za łatwo zgadnąć. Nie używaj w nim loginu ani powtarzanych znaków.")


def new_password() -> str:
    """A first password that an administrator hands on; about 120 bits."""
    return secrets.token_urlsafe(15)


def _same(password: str) -> str:
    """One spelling of the same characters, whatever keyboard they come from; of absurd lengths, the beginning."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 4])
