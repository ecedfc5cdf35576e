"""A letter's bytes as what a client wrote: their own words apart from quotes and signature, the thread, what came with it, and whether a machine wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from typing import Literal

from inscriptis import get_text
from mailparser_reply import EmailReplyParser

from bot.channels.port import MalformedError

Kind = Literal["letter", "auto", "bounce", "list"]
"""From a person; an automatic reply; a report that a letter of ours did not arrive; a mailing list or newsletter."""
MAX_LETTER = 25 * 1024 * 1024
"""Bytes; larger ones are refused by most mail servers before they come to us."""
MAX_PARTS = 100
MAX_TEXT = 20_000
MAX_FILES = 10
MAX_FILE = 5 * 1024 * 1024
MAX_FILES_SIZE = 15 * 1024 * 1024
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "heic": "image/heic", "txt": "text/plain", "csv": "text/csv",
         "xml": "application/xml", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "odt": "application/vnd.oasis.opendocument.text",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "ods": "application/vnd.oasis.opendocument.spreadsheet"}  # fmt: skip
"""What is kept, by the end of its name; the type a sender claims is not believed. Programs, archives and macros are named and dropped."""
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_AUTO_SUBJECT = re.compile(r"^\s*(?:(?:re|odp|aw)\s*:\s*)*(?:automatyczna odpowied|autoodpowied|odpowied[zź] automatyczna|poza biurem|jestem poza|nieobecno[sś][cć]|urlop\b"
                           r"|out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|automatische antwort|автоматична відповідь)", re.IGNORECASE)  # fmt: skip
_QUOTED = re.compile(r"^\s*(?:w dniu .{3,80}(?:napisał|pisze)|(?:dnia|dn\.) .{3,80}napisał|on .{5,120} wrote:|-{2,}\s*(?:wiadomość oryginalna|original message|oryginalna wiadomość"
                     r"|przekazana wiadomość|forwarded message)|od:\s.{1,200}$|from:\s.{1,200}$|_{8,})", re.IGNORECASE)  # fmt: skip
"""Where an answered letter begins, as Gmail, Thunderbird, Outlook and Polish portals write it."""
_SIGNED = re.compile(r"^\s*(?:-- ?|wysłan[eoy] z .{2,40}|sent from my .{2,40}|pobierz outlook.{0,40}|get outlook.{0,40})$", re.IGNORECASE)


@dataclass(frozen=True)
class File:
    """What came with a letter; its name cleaned."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Incoming:
    """A letter. ``text``: the sender's own words; ``quoted``: whether it answers something; ``ids``: every Message-ID it refers to, and, of a report, that it reports on."""

    kind: Kind
    sender: str
    subject: str
    text: str
    message_id: str = ""
    ids: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    dropped: tuple[str, ...] = ()
    quoted: bool = False
    gone: str = ""
    """Of a report: the address that could not be reached."""


def read_letter(raw: bytes) -> Incoming:
    """Read a letter. Raises MalformedError for what is none."""
    if not raw.strip() or len(raw) > MAX_LETTER:
        raise MalformedError
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw)
        return _read(message)
    except (MessageError, ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError, KeyError):
        raise MalformedError from None


def _read(message: EmailMessage) -> Incoming:
    sender = parseaddr(_header(message, "From"))[1].lower()
    if "@" not in sender:
        raise MalformedError
    parts = _parts(message)
    kind = _kind(message, sender)
    words, quoted = own_words(_text(parts))
    files, dropped = _files(parts)
    ids = _MESSAGE_ID.findall(" ".join([_header(message, "In-Reply-To"), _header(message, "References"), *(_reported(parts) if kind == "bounce" else ())]))
    return Incoming(
        kind, sender, _header(message, "Subject")[:200], words[:MAX_TEXT], "".join(_MESSAGE_ID.findall(_header(message, "Message-ID"))[:1]), tuple(dict.fromkeys(ids)),
        tuple(files), tuple(dropped), quoted, _failed_address(parts) if kind == "bounce" else "",
    )  # fmt: skip


def own_words(text: str) -> tuple[str, bool]:
    """What the sender wrote themselves, without what they answer and without the signature; whether something was answered.

    Where nothing would be left (a forwarded letter without a word), everything stays.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    answered = next((number for number, line in enumerate(lines) if _QUOTED.match(line)), len(lines))
    kept = [line for line in lines[:answered] if not line.startswith(">")]
    signed = next((number for number, line in enumerate(kept) if _SIGNED.match(line) and number > 0), len(kept))
    own = "\n".join(kept[:signed]).strip()
    quoted = answered < len(lines) or len(kept) < answered
    if quoted and own:
        reply = EmailReplyParser(languages=["pl", "en", "de"]).parse_reply(text=own)
        own = (reply or own).strip()
    return (own, quoted) if own else (text.strip(), quoted)


def _header(message: EmailMessage, name: str) -> str:
    """A header as one line of printable text, however broken it came."""
    try:
        value = str(message.get(name, ""))
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        value = next((str(raw) for key, raw in message.raw_items() if key.lower() == name.lower()), "")
    return " ".join("".join(char if char.isprintable() else " " for char in value).split())


def _kind(message: EmailMessage, sender: str) -> Kind:
    """Reports by their type (RFC 3464), automatic replies by RFC 3834 and by what older systems write, lists by RFC 2919."""
    content = message.get_content_type()
    if content == "multipart/report" or sender.partition("@")[0] in ("mailer-daemon", "postmaster") or _header(message, "Return-Path") == "<>":
        return "bounce" if content == "multipart/report" or _header(message, "X-Failed-Recipients") or "deliver" in _header(message, "Subject").lower() else "auto"
    submitted = _header(message, "Auto-Submitted").lower()
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "X-Autogenerated")
    if submitted not in ("", "no") or any(message.get(name) for name in marks) or _header(message, "Precedence").lower() in ("auto_reply", "junk"):
        return "auto"
    if message.get("List-Id") or message.get("List-Unsubscribe") or _header(message, "Precedence").lower() in ("bulk", "list"):
        return "list"
    local = sender.partition("@")[0]
    return "auto" if _AUTO_SUBJECT.match(_header(message, "Subject")) or local.startswith(("noreply", "no-reply", "nie-odpowiadaj")) else "letter"


def _parts(message: EmailMessage) -> list[EmailMessage]:
    found: list[EmailMessage] = []
    for part in message.walk():
        found.append(part)  # type: ignore[arg-type]
        if len(found) > MAX_PARTS:
            raise MalformedError
    return found


def _text(parts: list[EmailMessage]) -> str:
    """The first plain text, else the first HTML without its markup."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                text = _decoded(part)
                return get_text(text) if kind == "text/html" and text.strip() else text
    return ""


def _decoded(part: EmailMessage) -> str:
    """A text in the encoding it names, or, where that is wrong or unknown, in those that Polish mail programs use; without NUL, which PostgreSQL takes in no text."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    for encoding in (part.get_content_charset() or "utf-8", "utf-8", "cp1250"):
        try:
            return raw.decode(encoding).replace("\0", "")
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("utf-8", "replace").replace("\0", "")


def _files(parts: list[EmailMessage]) -> tuple[list[File], list[str]]:
    kept: list[File] = []
    dropped: list[str] = []
    for part in parts:
        name = part.get_filename()
        if part.is_multipart() or (part.get_content_disposition() != "attachment" and not name):
            continue
        content = part.get_payload(decode=True)
        shown = clean_name(name or "bez nazwy")
        kind = TYPES.get(shown.rpartition(".")[2].lower())
        size = sum(len(item.content) for item in kept)
        if kind and isinstance(content, bytes) and 0 < len(content) <= MAX_FILE and len(kept) < MAX_FILES and size + len(content) <= MAX_FILES_SIZE:
            kept.append(File(shown, kind, content))
        else:
            dropped.append(shown)
    return kept, dropped


def clean_name(name: str) -> str:
    """A name without folders, control characters and what file systems read in their own way; at most 100 characters, its end kept."""
    base = re.split(r"[\\/]", name)[-1]
    cleaned = re.sub(r"[^\w .,()+-]", "_", base).strip(" .") or "plik"
    return cleaned if len(cleaned) <= 100 else cleaned[:90] + cleaned[-10:]


def _reported(parts: list[EmailMessage]) -> Iterator[str]:
    """Message-IDs of the letter that a report is about, from the headers it gives back."""
    for part in parts[1:]:
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            yield part.as_string()[:20_000]
        elif part.get("Message-ID"):
            yield _header(part, "Message-ID")


def _failed_address(parts: list[EmailMessage]) -> str:
    for part in parts:
        for name in ("Final-Recipient", "Original-Recipient", "X-Failed-Recipients"):
            found = re.search(r"[^\s;<>]+@[^\s;<>]+", _header(part, name))
            if found:
                return found[0].lower()
    return ""
