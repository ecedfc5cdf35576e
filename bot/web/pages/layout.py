"""What every page of the portal shares: the profile that it was opened with, its tabs, and links that keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from aiohttp import web

from bot.cases.model import PROFILES
from bot.dialogue.desk import Desk

PROFILE = "profil"
"""The query parameter that carries the profile from page to page; an address without it is the canonical one."""


@dataclass(frozen=True)
class Layout:
    """The frame of a page."""

    profile: str
    tabs: list[dict[str, Any]]

    def link(self, path: str) -> str:
        """An address of ours that keeps the profile."""
        if not self.profile:
            return path
        parts = urlsplit(path)
        query = "&".join(filter(None, (parts.query, urlencode({PROFILE: self.profile}))))
        return urlunsplit(parts._replace(query=query))


def layout_of(request: web.Request, desk: Desk) -> Layout:
    """The frame for a request; an unknown profile counts as none."""
    asked = request.query.get(PROFILE, "")
    profile = asked if asked in PROFILES else ""
    tabs = [{"id": name, "label": desk.phrase(f"profile_{name}"), "short": desk.phrase(f"tab_{name}"), "active": name == profile} for name in PROFILES]
    return Layout(profile, tabs)
