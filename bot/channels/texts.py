"""Replies as the text of a chat message, and long texts in pieces: between paragraphs, lines, sentences or words, in this order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Measure = Callable[[str], int]
_BREAKS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s+"), re.compile(r"\s+"))


@dataclass(frozen=True)
class Block:
    """A reply for a chat: its paragraphs as one text, and what may be chosen."""

    text: str
    choices: Sequence[Mapping[str, str]] = ()


def block_of(reply: Mapping[str, Any], author: str) -> Block:
    """Everything of a reply that a chat can show; links stand in the text with their addresses."""
    paragraphs = [part for part in (_speaker(reply, author), *_said(reply)) if part]
    return Block("\n\n".join(paragraphs), tuple(reply.get("choices") or ()))


def pieces(text: str, limit: int, measure: Measure = len) -> list[str]:
    """The text in pieces of at most ``limit`` units, broken where it hurts least; nothing is lost but the space at a break."""
    rest, found = text.strip(), []
    while rest:
        if measure(rest) <= limit:
            return [*found, rest]
        end = _longest(rest, limit, measure)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return found


def numbered(labels: Sequence[str]) -> str:
    """Choices as lines, so that a number typed chooses one."""
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, start=1))


def with_numbers(block: Block) -> str:
    """The text with the choices numbered below it."""
    return "\n\n".join(part for part in (block.text, numbered([choice["label"] for choice in block.choices])) if part)


def utf16_units(text: str) -> int:
    """The length as platforms count it that count UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _longest(text: str, limit: int, measure: Measure) -> int:
    """Where the first piece ends: the last good break within the limit, but not in its first third while a lesser break comes later."""
    most = _most(text, limit, measure)
    for pattern in _BREAKS:
        ends = [match.start() for match in pattern.finditer(text, 0, most + 1) if 0 < match.start() <= most]
        if ends and (ends[-1] >= most // 3 or pattern is _BREAKS[-1]):
            return ends[-1]
    return most


def _most(text: str, limit: int, measure: Measure) -> int:
    """How many characters fit, by halving."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= limit else (low, middle - 1)
    return low


def _speaker(reply: Mapping[str, Any], author: str) -> str:
    if author != "person":
        return ""
    name = str(reply.get("name") or "")
    return f"Konsultant {name}:" if name and name != "Konsultant" else "Konsultant:"


def _said(reply: Mapping[str, Any]) -> Iterator[str]:
    kind = reply["kind"]
    if kind == "step":
        yield from _step(reply)
    elif kind == "checklist":
        yield from _checklist(reply)
    elif kind == "ticket":
        yield str(reply.get("text", ""))
        yield f"Numer zgłoszenia: {reply['number']}\nKod: {reply['code']}"
    else:
        yield from _plain(reply)


def _plain(reply: Mapping[str, Any]) -> Iterator[str]:
    yield str(reply.get("title") or "")
    yield str(reply.get("text") or "")
    yield str(reply.get("hint") or "")
    if reply.get("code"):
        yield f"Kod: {reply['code']}"
    if reply.get("url"):
        yield str(reply["url"])
    yield _links(reply.get("links"))


def _step(reply: Mapping[str, Any]) -> Iterator[str]:
    head = f"Krok {reply['position']} z {reply['of']}: {reply['title']}" if reply.get("position") else str(reply.get("title") or "")
    yield head
    yield str(reply.get("only_if") or "")
    yield str(reply.get("text") or "")
    forms = [_form(item) for item in reply.get("forms") or ()]
    yield f"Formularze: {'; '.join(forms)}" if forms else ""
    attach = [str(item) for item in reply.get("attach") or ()]
    yield "Dołącz: " + "; ".join(attach) if attach else ""
    due = (reply.get("deadline") or {}).get("text")
    yield f"Termin: {due}" if due else ""
    yield str(reply.get("late") or "")
    yield str(reply.get("caution") or "")
    yield _links(reply.get("links"))


def _form(item: Any) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    return " – ".join(str(item[key]) for key in ("symbol", "title") if item.get(key))


def _checklist(reply: Mapping[str, Any]) -> Iterator[str]:
    yield str(reply.get("title") or "")
    yield str(reply.get("text") or "")
    yield "\n".join(f"{item['position']}. {item['title']}" for item in reply.get("items") or ())
    links = reply.get("links")
    yield f"Cała lista: {links['html']}" if isinstance(links, Mapping) and links.get("html") else ""


def _links(links: Any) -> str:
    if not isinstance(links, Sequence) or isinstance(links, str):
        return ""
    return "\n".join(f"{item['title']}: {item['url']}" for item in links if isinstance(item, Mapping) and item.get("url"))
