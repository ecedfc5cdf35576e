"""What every page of the portal shares: the profile that it was opened with, whether it is shown as text only, its tabs, and
links that keep all this."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from aiohttp import web

from bot.cases.model import PROFILES
from bot.dialogue.desk import Desk

PROFILE = "profil"
"""The query parameter that carries the profile from page to page; an address without it is the canonical one."""
VIEW = "widok"
"""The query parameter that carries the text-only mode from page to page; an address without it is the canonical one."""
TEXT = "tekst"
"""The value of ``VIEW`` for text only."""
TEXT_START = "/tekst"
"""The first page in text-only mode; it and what lies under it are always text only."""


@dataclass(frozen=True)
class Layout:
    """The frame of a page."""

    profile: str
    tabs: list[dict[str, Any]]
    plain: bool = False
    graphic: str = "/"
    """The address of the same page with its looks."""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What links and forms carry on: names and values."""
        return _kept(self.profile, plain=self.plain)

    def link(self, path: str) -> str:
        """An address of ours that keeps the profile and the text-only mode, unless it names its own."""
        return _with(path, self.kept)


def layout_of(request: web.Request, desk: Desk) -> Layout:
    """The frame for a request; an unknown profile or view counts as none."""
    asked = request.query.get(PROFILE, "")
    profile = asked if asked in PROFILES else ""
    plain = _always_plain(request.path) or request.query.get(VIEW) == TEXT
    start = TEXT_START if plain else "/"
    tabs = [
        {"id": name, "label": desk.phrase(f"profile_{name}"), "short": desk.phrase(f"tab_{name}"), "active": name == profile,
         "path": _with(start, _kept(name, plain=plain))}
        for name in PROFILES
    ]  # fmt: skip
    return Layout(profile, tabs, plain, _graphic(request, profile))


def _kept(profile: str, *, plain: bool) -> list[tuple[str, str]]:
    return [(name, value) for name, value in ((PROFILE, profile), (VIEW, TEXT if plain else "")) if value]


def _with(path: str, kept: Iterable[tuple[str, str]]) -> str:
    parts = urlsplit(path)
    own = parse_qs(parts.query)
    more = urlencode([(name, value) for name, value in kept if name not in own])
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, more)))))


def _always_plain(path: str) -> bool:
    return path == TEXT_START or path.startswith(TEXT_START + "/")


def _graphic(request: web.Request, profile: str) -> str:
    """The present page without the text-only mode; the first page for those that have no other looks or whose path reads as a host."""
    if _always_plain(request.path) or request.path.startswith(("//", "/\\")):
        return _with("/", _kept(profile, plain=False))
    query = [(name, value) for name, value in request.query.items() if name != VIEW]
    return urlunsplit(("", "", request.rel_url.raw_path, urlencode(query), ""))
