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
from bot.mail.html import as_html

MOST_REFERENCES = 20
"""Of a long thread the newest are enough for mail programs (RFC 5322, 3.6.4, lets them be left out)."""
LONGEST = 254
"""Characters of an address (RFC 5321)."""
_SHAPE = re.compile(r"[^@\s<>\"(),:;\\\[\]]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a letter; ``type`` like ``application/pdf``."""

    name: str
    type: str
    content: bytes


class Letter(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sent: plain text always, HTML made of it; ``unsubscribe`` is the address that ends such letters with one click.

    ``thread`` is our own Message-ID, ``answers`` that of the client's letter, ``references`` the thread so far. A person's letter is not ``automatic``.
    """

    to: str
    subject: str
    text: str
    purpose: str
    html: Optional[str] = None
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: Optional[str] = None
    thread: Optional[str] = None
    answers: Optional[str] = None
    references: tuple[str, ...] = ()
    automatic: bool = True


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
    message["Message-ID"] = letter.thread or make_msgid(domain=sender.rpartition("@")[2])
    if letter.answers:
        message["In-Reply-To"] = letter.answers
        message["References"] = " ".join(dict.fromkeys([*letter.references[-MOST_REFERENCES:], letter.answers]))
    if letter.automatic:
        message["Auto-Submitted"] = "auto-replied" if letter.answers else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = "pl"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html or as_html(letter.text, letter.subject), subtype="html")
    for item in letter.attachments:
        kind, _, sub = item.type.partition("/")
        message.add_attachment(item.content, maintype=kind, subtype=sub, filename=item.name)
    return message
