"""The clauses of a message that may each speak of a matter of its own."""

from __future__ import annotations

import re

from bot.text.lemmas import content
from bot.text.normalise import fold

MOST = 4
"""Clauses looked at; a longer message is a story, not a list of matters."""
MAX_CHARS = 600
FEWEST_WORDS = 2
"""Words of content in a clause that can name a matter."""
_BREAK = re.compile(
    r"(?<=[?!;.])\s+|\n+|[,;]?\s+(?:a\s+)?(?:poza\s+tym|oprócz\s+tego|oprocz\s+tego|dodatkowo|przy\s+okazji|po\s+drugie|druga\s+sprawa|drugie\s+pytanie|druga\s+rzecz|"
    r"i\s+jeszcze|oraz\s+jeszcze|a\s+jeszcze|no\s+i\s+jeszcze|a\s+także|a\s+takze|oraz|i\s+też|i\s+tez)\b[\s:,-]*",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\?|\b(?:jak|kiedy|gdzie|ile|czy|co|jaki|jaka|jakie|jakich|ktory|ktora|do kiedy|skad|komu|kto|chce|chcial|chcialam|chcialabym|chcialbym|musze|potrzebuje|prosze|moge|trzeba|szukam|"
    r"zglosic|zalozyc|zlozyc|wyslac|dostac|zmienic|odzyskac|zapytac|pytanie)\b"
)


def clauses(text: str) -> list[str]:
    """The clauses that each ask or want something, in order, with what was told before them; empty unless there are two."""
    if len(text) > MAX_CHARS:
        return []
    groups: list[str] = []
    told: list[str] = []
    for part in (piece.strip(" ,;-") for piece in _BREAK.split(text)):
        if not part:
            continue
        told.append(part)
        if _REQUEST.search(fold(part)) and len(content(" ".join(told))) >= FEWEST_WORDS:
            groups.append(" ".join(told))
            told = []
    if groups and told:
        groups[-1] = " ".join([groups[-1], *told])
    return groups if 2 <= len(groups) <= MOST else []
