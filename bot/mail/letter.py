"""A letter to one person, before it becomes a message of the mail protocol."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Optional

import msgspec

from bot.errors import UsageError

LONGEST = 254
"""Characters of an address (RFC 5321)."""
_SHAPE = re.compile(r"[^@\s<>\"(),:;\\\[\]]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a letter; ``type`` like ``application/pdf``."""

    name: str
    type: str
    content: bytes


class Letter(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sent: plain text always, HTML if any; ``unsubscribe`` is the address that ends such letters with one click."""

    to: str
    subject: str
    text: str
    purpose: str
    html: Optional[str] = None
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: Optional[str] = None


def checked_address(typed: str) -> str:
    """An e-mail address as typed, trimmed. Raises UsageError with what to do."""
    address = typed.strip()
    if len(address) > LONGEST or not _SHAPE.fullmatch(address):
        raise UsageError("To nie wygląda na adres e-mail. Sprawdź, czy ma znak @ i domenę, na przykład jan@poczta.pl.")
    return address


def message_of(letter: Letter, *, sender: str, now: datetime) -> EmailMessage:
    """The letter as a message: text and HTML alternatives, attachments, headers that mail programs act on."""
    message = EmailMessage()
    message["From"] = Address("Okienko", addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "pl"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    for item in letter.attachments:
        kind, _, sub = item.type.partition("/")
        message.add_attachment(item.content, maintype=kind, subtype=sub, filename=item.name)
    return message
