"""The addresses of the portal's pages, told once."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from bot.cases.knowledge import form_slug
from bot.cases.model import Guide

ANSWER = "o."
"""Prefix of the query parameters that hold answers, by question id."""
BACK = "/wroc"
"""Where a code is opened."""


def path_of(entry: Guide) -> str:
    """The page of an entry."""
    return f"/sprawy/{entry.id}" if entry.kind == "case" else f"/platnik/{entry.id}"


def walk_path(entry: Guide) -> str:
    """The walk through an entry, one question at a time."""
    return f"{path_of(entry)}/krok-po-kroku"


def form_path(symbol: str) -> str:
    """The page of a form, by its symbol."""
    return f"/formularze/{form_slug(symbol)}"


def term_path(name: str) -> str:
    """The page of a term."""
    return f"/slownik/{name}"


def office_path(name: str) -> str:
    """The page of an office."""
    return f"/placowki/{name}"


def topic_path(topic: str) -> str:
    """The page of a topic."""
    return f"/tematy/{topic}"


def news_path(name: str) -> str:
    """A piece of news."""
    return f"/aktualnosci/{name}"


def text_path(name: str) -> str:
    """A page of text."""
    return "/" + name.replace("_", "-")


def list_path(entry: Guide) -> str:
    """The checklist of an entry; what the answers in its query make of it."""
    return f"{path_of(entry)}/lista"


def answers_query(answers: Mapping[str, str]) -> str:
    """Answers as a query, with its question mark; empty for none."""
    return "?" + urlencode({ANSWER + name: value for name, value in answers.items()}) if answers else ""


def list_links(entry: Guide, answers: Mapping[str, str], base: str = "") -> dict[str, str]:
    """A client's checklist in every form: ``html``, ``pdf``, ``text``, ``calendar``."""
    query = answers_query(answers)
    whole = base + list_path(entry)
    return {"html": whole + query, "pdf": f"{whole}.pdf{query}", "text": f"{whole}.txt{query}", "calendar": f"{whole}.ics{query}"}


def code_address(code: str, base: str = "") -> str:
    """Where a code is opened, with the code filled in."""
    return f"{base}{BACK}?{urlencode({'kod': code})}"
