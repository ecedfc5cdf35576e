"""Codes that take a matter to another device, channel or consultant: short, without personal data, hopeless to guess.

Ten symbols of Crockford's alphabet are 50 bits. At the limit of ``bot.web.limits`` (ten tries in ten minutes from one address)
and with a million codes alive, a thousand addresses would need about two years for one hit; a code lives a month.
Beside the conversation that it was told in, only its hash is kept.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date, timedelta

from bot.dialogue import replies
from bot.dialogue.desk import Desk
from bot.dialogue.present import long_date
from bot.dialogue.replies import Reply

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
LENGTH = 10
LIVES = timedelta(days=30)
FEWEST_DIGITS = 2
"""So that no Polish word is ever taken for a code."""
_READ = str.maketrans("ILO", "110")
_SHAPE = re.compile(r"^(?:(?:mam |moj |to )?kod:? )?([0-9a-z]{5})[ -]?([0-9a-z]{5})$")


def make_code() -> str:
    """A fresh code, as it is shown: ``7K3QF-9M2XD``."""
    while True:
        symbols = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if sum(symbol.isdigit() for symbol in symbols) >= FEWEST_DIGITS:
            return f"{symbols[:5]}-{symbols[5:]}"


def find_code(text: str) -> str | None:
    """The code that a whole message is, in the form it was shown in; letters that look like digits are forgiven."""
    match = _SHAPE.match(" ".join(text.lower().replace("ó", "o").split()).strip(" .!?,"))
    if match is None:
        return None
    symbols = (match[1] + match[2]).upper().translate(_READ)
    if "U" in symbols or sum(symbol.isdigit() for symbol in match[1] + match[2]) < FEWEST_DIGITS:
        return None
    return f"{symbols[:5]}-{symbols[5:]}"


def hash_code(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(b"okienko-code:" + code.encode()).hexdigest()


def code_card(desk: Desk, code: str, until: date) -> Reply:
    """What the client is told: the code, where it can be opened, until when."""
    return replies.card("code", desk.phrase("code_title"), desk.phrase("code_made", code=code, day=long_date(until)), code=code, url=desk.places(code))
