"""The way to a mail server over SMTP (aiosmtplib)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib

from bot.errors import ConfigurationError, TemporaryError
from bot.mail.letter import Letter, message_of
from bot.mail.port import RefusedError

TIMEOUT = 20.0
"""Seconds for a whole letter."""
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class Smtp:
    """A mail server. ``smtp://host:25``, ``smtp+starttls://user:password@host:587`` or ``smtps://user:password@host:465``."""

    host: str
    port: int
    sender: str
    tls: bool = False
    starttls: bool = False
    user: str | None = None
    password: str | None = None

    @classmethod
    def of(cls, url: str, sender: str) -> Smtp:
        """Read the setting. Raises ConfigurationError."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ConfigurationError("OKIENKO_SMTP_URL ma mieć postać smtp://serwer:25, smtp+starttls://konto:hasło@serwer:587 albo smtps://konto:hasło@serwer:465.")
        if "@" not in sender:
            raise ConfigurationError("Podaj w OKIENKO_MAIL_FROM adres, z którego Okienko wysyła listy, na przykład okienko@example.org.")
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        return cls(parts.hostname, parts.port or _PORTS[parts.scheme], sender, parts.scheme == "smtps", parts.scheme == "smtp+starttls", user, password)

    async def send(self, letter: Letter, now: datetime) -> None:
        """Hand a letter over. Raises TemporaryError, RefusedError."""
        message = message_of(letter, sender=self.sender, now=now)
        try:
            await aiosmtplib.send(
                message, hostname=self.host, port=self.port, username=self.user, password=self.password, use_tls=self.tls,
                start_tls=self.starttls, tls_context=ssl.create_default_context() if self.tls or self.starttls else None, timeout=TIMEOUT,
            )  # fmt: skip
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _fault(min(item.code for item in error.recipients)) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _fault(error.code) from None
        except (aiosmtplib.SMTPException, OSError):
            raise TemporaryError("Serwer poczty nie odpowiada. List poczeka i wyjdzie później.") from None


def _fault(code: int) -> Exception:
    """A reply of the 500s is final for the letter, except where we are not let in at all (RFC 5321, 4.2.1)."""
    if 500 <= code < 600 and code not in (530, 534, 535, 538):
        return RefusedError(str(code))
    return TemporaryError("Serwer poczty odmówił na razie. List poczeka i wyjdzie później.")
