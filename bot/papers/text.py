"""The checklist as plain text: for e-mail, Braille lines, old printers and everybody who likes it plain."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from bot.papers.parts import Checklist, clean, forms_of, places_of, printable
from bot.papers.words import WORDS, short_date

WIDTH = 76
BOX = "[ ] "
INDENT = "    "


def as_text(checklist: Checklist, *, address: str, printed: date, code: str | None = None) -> str:
    """Everything in the checklist, wrapped at 76 columns (an address is never broken); ends with a line break.

    ``address`` is where the list can be opened again, ``code`` the resume code if there is one.
    """
    data = printable(checklist)
    parts = [
        [*_wrap(data["title"]), "=" * min(len(data["title"]), WIDTH), f"{WORDS['printed']} {short_date(printed)}"],
        _section("answers", (line for item in data.get("answers", ()) for line in _wrap(f"{item['question']}: {item['answer']}", "- "))),
        _section("needs", _boxes(data.get("needs"))),
        _section("take_along", _boxes(data.get("take_along"))),
        _section("forms", (line for form in forms_of(data) for line in _form(form))),
        _section("steps", _steps(data.get("items", ()))),
        _section("places", (line for place in places_of(data) for line in _place(place))),
        _section("outcome", (line for text in data.get("outcome", ()) for line in _wrap(text))),
        _section("again", _again(clean(address), clean(code))),
        _wrap(data.get("verified")),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _wrap(text: str | None, first: str = "", indent: str | None = None) -> list[str]:
    """A text in lines; ``first`` stands before it and ``indent`` (its width in spaces if not given) before what follows."""
    rest = " " * len(first) if indent is None else indent
    lines: list[str] = []
    for line in (text or "").splitlines():
        lead = rest if lines else first
        lines += textwrap.wrap(line, WIDTH, initial_indent=lead, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)
    return lines


def _section(key: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    while found and not found[-1]:
        found.pop()
    return [WORDS[key], "-" * len(WORDS[key]), *found] if found else []


def _boxes(texts: Iterable[str] | None, indent: str = "") -> Iterator[str]:
    for text in texts or ():
        yield from _wrap(text, indent + BOX)


def _form(form: Mapping[str, Any]) -> list[str]:
    return [*_wrap(_named(form), BOX), *_address(form.get("url"))]


def _place(place: Mapping[str, Any]) -> list[str]:
    return [*_wrap(f"{place['label']}: {place['text']}", "- "), *_address(place.get("url"), "  ")]


def _named(form: Mapping[str, Any]) -> str:
    title = form.get("title")
    return f"{form['symbol']} – {title}" if title and title != form["symbol"] else str(form["symbol"])


def _address(url: str | None, indent: str = INDENT) -> list[str]:
    return [indent + url] if url else []


def _steps(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for item in items:
        yield from _wrap(f"{item['position']}. {item['title']}", BOX)
        for lines in (_what(item), _papers(item), _when(item), _asking(item)):
            yield from lines
        yield ""


def _labelled(key: str, text: str | None) -> list[str]:
    return _wrap(f"{WORDS[key]} {text}", INDENT, INDENT + "  ") if text else []


def _what(item: Mapping[str, Any]) -> Iterator[str]:
    yield from _wrap(item.get("only_if"), INDENT)
    yield from _wrap(item.get("text"), INDENT)
    yield from _labelled("why", item.get("why"))


def _papers(item: Mapping[str, Any]) -> Iterator[str]:
    for form in item.get("forms") or ():
        yield from _labelled("form", _named(form))
    if item.get("attach"):
        yield INDENT + WORDS["attach"]
        yield from _boxes(item["attach"], INDENT + "  ")
    yield from _labelled("where", ", ".join(place["label"] for place in item.get("where") or ()))


def _when(item: Mapping[str, Any]) -> Iterator[str]:
    deadline = item.get("deadline") or {}
    yield from _labelled("deadline", deadline.get("text"))
    for key in ("reason", "basis"):
        yield from _labelled(key, deadline.get(key))
    for key in ("late", "caution"):
        yield from _labelled(key, item.get(key))


def _asking(item: Mapping[str, Any]) -> Iterator[str]:
    if item.get("ask_there"):
        yield INDENT + WORDS["ask_there"]
        for question in item["ask_there"]:
            yield from _wrap(question, INDENT + "  - ")
    for link in item.get("links") or ():
        yield from _labelled("link", link["title"])
        yield from _address(link["url"], INDENT + "  ")


def _again(address: str, code: str | None) -> Iterator[str]:
    yield WORDS["address"]
    yield from _address(address, "  ")
    if code:
        yield f"{WORDS['code']} {code}"
