"""The ways to a mailbox: a maildir on disk, and IMAP (aioimaplib). A letter stays where it is until it was taken."""

from __future__ import annotations

import asyncio
import mailbox
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Protocol
from urllib.parse import unquote, urlsplit

import aioimaplib

from bot.errors import ConfigurationError, TemporaryError

DONE = "Okienko/Zrobione"
ASIDE = "Okienko/Do-obejrzenia"
"""Folders for letters that were taken, and for those that could not be read and wait for a person's look."""
TIMEOUT = 30.0
LOOK = 20.0
"""Seconds between looks into a maildir, and into a server that cannot tell of new letters by itself."""
IDLE = 600.0
"""Seconds of one wait for the server's word (RFC 2177 lets a server end it after 29 minutes)."""


class Mailbox(Protocol):
    """Where letters come in."""

    def letters(self) -> AsyncIterator[tuple[str, bytes]]:
        """What waits: a name for it here, and its bytes. Raises TemporaryError."""

    async def done(self, name: str) -> None:
        """It was taken."""

    async def aside(self, name: str) -> None:
        """It could not be read."""

    async def wait(self) -> None:
        """Until there may be more."""

    async def close(self) -> None:
        """Let go of connections."""


def open_mailbox(url: str) -> Mailbox:
    """``maildir:///path``, ``imap://user:password@host/INBOX`` or ``imaps://…``. Raises ConfigurationError."""
    parts = urlsplit(url)
    if parts.scheme == "maildir" and parts.path:
        return Maildir(Path(unquote(parts.path)))
    if parts.scheme in ("imap", "imaps") and parts.hostname and parts.username and parts.password:
        secure = parts.scheme == "imaps"
        folder = unquote(parts.path.strip("/")) or "INBOX"
        return Imap(parts.hostname, parts.port or (993 if secure else 143), unquote(parts.username), unquote(parts.password), folder, secure)
    raise ConfigurationError("OKIENKO_MAIL_IN_URL ma mieć postać maildir:///katalog, imap://konto:hasło@serwer/INBOX albo imaps://….")


class Maildir:
    """A maildir: new letters are in ``new``; taken ones go to ``cur`` as read, others to a folder beside."""

    def __init__(self, path: Path) -> None:
        self._box = mailbox.Maildir(str(path), create=True)

    async def letters(self) -> AsyncIterator[tuple[str, bytes]]:
        """Letters that nobody has seen."""
        try:
            names = sorted(name for name in self._box.iterkeys() if self._box.get_message(name).get_subdir() == "new")
        except OSError:
            raise TemporaryError("Katalogu poczty nie da się odczytać. Sprawdź OKIENKO_MAIL_IN_URL.") from None
        for name in names:
            try:
                yield name, self._box.get_bytes(name)
            except (KeyError, OSError):
                continue

    async def done(self, name: str) -> None:
        """Seen, in ``cur``."""
        self._flag(self._box, name)

    async def aside(self, name: str) -> None:
        """Into the folder for a person's look."""
        folder = self._box.add_folder(ASIDE.replace("/", "."))
        folder.add(self._box.get_bytes(name))
        self._box.discard(name)

    async def wait(self) -> None:
        """A maildir tells nothing; look again after a while."""
        await asyncio.sleep(LOOK)

    async def close(self) -> None:
        """Nothing is open."""

    def _flag(self, box: mailbox.Maildir, name: str) -> None:
        message = box.get_message(name)
        message.set_subdir("cur")
        message.add_flag("S")
        box[name] = message


@dataclass
class Imap:
    """A folder of an IMAP server; one connection, opened anew after any fault."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    secure: bool
    _client: Optional[aioimaplib.IMAP4] = field(default=None, repr=False)

    async def letters(self) -> AsyncIterator[tuple[str, bytes]]:
        """Letters in the folder, oldest first, by their UIDs."""
        client = await self._connected()
        await self._ask(client.noop())
        found = await self._ask(client.uid_search("UNDELETED", charset=None))
        for uid in (found[0].decode().split() if found and isinstance(found[0], (bytes, bytearray)) else []):
            lines = await self._ask(client.uid("fetch", uid, "BODY.PEEK[]"))
            bodies = [bytes(line) for line in lines if isinstance(line, bytearray)]
            if bodies:
                yield uid, max(bodies, key=len)

    async def done(self, name: str) -> None:
        """Into the folder of taken letters."""
        await self._move(name, DONE, seen=True)

    async def aside(self, name: str) -> None:
        """Into the folder for a person's look."""
        await self._move(name, ASIDE, seen=False)

    async def wait(self) -> None:
        """For the server's word, where it gives one."""
        client = await self._connected()
        if not client.has_capability("IDLE"):
            await asyncio.sleep(LOOK)
            return
        try:
            idle = await client.idle_start(timeout=IDLE)
            await client.wait_server_push()
            client.idle_done()
            await asyncio.wait_for(idle, TIMEOUT)
        except (OSError, asyncio.TimeoutError, aioimaplib.Abort, aioimaplib.Error):
            await self.close()
            await asyncio.sleep(LOOK)

    async def close(self) -> None:
        """Leave the server."""
        client, self._client = self._client, None
        if client is not None:
            try:
                await asyncio.wait_for(client.logout(), 5)
            except (OSError, asyncio.TimeoutError, aioimaplib.Abort, aioimaplib.Error):
                return

    async def _move(self, uid: str, folder: str, *, seen: bool) -> None:
        """Copy, mark as deleted and expunge only it: every server can, MOVE is an extension."""
        client = await self._connected()
        if seen:
            await self._ask(client.uid("store", uid, "+FLAGS", "(\\Seen)"))
        name = self._name(folder)
        if (await client.uid("copy", uid, name)).result != "OK":
            await client.create(name)
            await self._ask(client.uid("copy", uid, name))
        await self._ask(client.uid("store", uid, "+FLAGS", "(\\Deleted)"))
        await self._ask(client.expunge())

    def _name(self, folder: str) -> str:
        return folder if self._separator == "/" else folder.replace("/", self._separator)

    _separator: str = field(default="/", repr=False)

    async def _connected(self) -> aioimaplib.IMAP4:
        if self._client is not None:
            return self._client
        kind = aioimaplib.IMAP4_SSL if self.secure else aioimaplib.IMAP4
        more = {"ssl_context": ssl.create_default_context()} if self.secure else {}
        client = kind(host=self.host, port=self.port, timeout=TIMEOUT, **more)
        try:
            await client.wait_hello_from_server()
            await self._ask(client.login(self.user, self.password))
            listed = await client.list('""', '""')
            found = re.search(rb'\) "(.)" ', b" ".join(bytes(line) for line in listed.lines))
            self._separator = found[1].decode() if found else "/"
            await self._ask(client.select(self.folder))
        except (OSError, asyncio.TimeoutError, aioimaplib.Abort, aioimaplib.Error):
            raise TemporaryError("Serwer poczty przychodzącej nie odpowiada. Listy poczekają.") from None
        self._client = client
        return client

    async def _ask(self, call: object) -> list[object]:
        """The lines of an answer. Raises TemporaryError; the connection is then opened anew."""
        try:
            answer = await asyncio.wait_for(call, TIMEOUT)  # type: ignore[arg-type]
        except (OSError, asyncio.TimeoutError, aioimaplib.Abort, aioimaplib.Error):
            await self.close()
            raise TemporaryError("Serwer poczty przychodzącej nie odpowiada. Listy poczekają.") from None
        if answer.result != "OK":
            await self.close()
            raise TemporaryError("Serwer poczty przychodzącej odmówił. Sprawdź konto i hasło w OKIENKO_MAIL_IN_URL.")
        return list(answer.lines)
