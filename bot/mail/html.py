"""A letter's text as HTML: paragraphs, lists and links of it, in a frame that needs nothing from anywhere and suits light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_FRAME = """<!doctype html>
<html lang="pl">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>{title}</title></head>
<body style="margin:0;padding:16px;font:16px/1.5 sans-serif">
<div style="max-width:640px;margin:0 auto">
<p style="font-weight:bold;border-bottom:3px solid #00897e;padding-bottom:8px">Okienko</p>
{body}
</div>
</body>
</html>
"""


def as_html(text: str, title: str) -> str:
    """The same words: blank lines part paragraphs, lines that begin with a number or a dash are a list, quoted lines stand apart, addresses are links."""
    return _FRAME.format(title=escape(title), body="\n".join(_block(part) for part in re.split(r"\n\s*\n", text.strip()) if part.strip()))


def _block(part: str) -> str:
    lines = part.split("\n")
    if all(line.startswith(">") for line in lines):
        quoted = "<br>".join(_line(line.lstrip("> ")) for line in lines)
        return f'<blockquote style="margin:8px 0;padding-left:12px;border-left:3px solid #999">{quoted}</blockquote>'
    return f"<p>{'<br>'.join(_lines(lines))}</p>"


def _lines(lines: list[str]) -> Iterator[str]:
    """Numbers and dashes of lists stay as they are written: a letter is read as text too, and both should say the same."""
    for line in lines:
        indent = "&nbsp;" * (len(line) - len(line.lstrip(" ")))
        yield indent + _line(line.strip())


def _line(line: str) -> str:
    parts, place = [], 0
    for match in _ADDRESS.finditer(line):
        parts += [escape(line[place : match.start()]), f'<a href="{escape(match[0])}">{escape(match[0])}</a>']
        place = match.end()
    return "".join([*parts, escape(line[place:])])
