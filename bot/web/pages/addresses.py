"""The addresses of the portal's pages, told once."""

from __future__ import annotations

from bot.cases.knowledge import form_slug
from bot.cases.model import Guide


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
