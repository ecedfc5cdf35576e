"""What the tests of pages for staff read on them: numbered links, the form of a question, the words."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Screen:
    """A page as it came."""

    text: str

    @property
    def words(self) -> str:
        """The page without marks, one space between words."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    def part(self, name: str) -> str:
        """The words of one column: ``main``, ``nav``, ``aside``."""
        found = re.findall(rf"<{name}\b.*?</{name}>", self.text, re.S)
        return Screen(" ".join(found)).words

    def keyed(self, key: str) -> str | None:
        """The address of the link with a key."""
        found = re.search(rf'<a href="([^"]+)"[^>]*data-key="{re.escape(key)}"', self.text)
        return html.unescape(found[1]).partition("#")[0] if found else None

    def link(self, label: str) -> str:
        """The address of the first link whose words hold the label."""
        for href, inside in re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', self.text, re.S):
            if label in Screen(inside).words:
                return html.unescape(href).partition("#")[0]
        raise AssertionError(f"no link {label!r} on the page: {self.words[:400]}")

    def filled(self, value: str) -> str:
        """The address to which the form of the question leads, with a value typed in."""
        form = re.search(r'<form class="given" action="([^"]+)">(.*?)</form>', self.text, re.S)
        assert form, self.words[:400]
        kept = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2])
        asked = re.search(r'<input id="odpowiedz" name="([^"]+)"', form[2])
        assert asked
        return f"{form[1]}?" + urlencode([*((name, html.unescape(held)) for name, held in kept), (asked[1], value)])

    @property
    def client_address(self) -> str:
        """The address to give to the client."""
        found = re.search(r'<input id="adres" readonly value="([^"]+)"', self.text)
        assert found
        return html.unescape(found[1])
