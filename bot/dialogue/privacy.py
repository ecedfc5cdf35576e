"""Personal data masked at the one door to store and log: identifiers by their checksums, contacts by their shape."""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import iban, luhn
from stdnum.pl import nip, pesel, regon

_GAP = "[ \u00a0\u2009\u202f\u200b-]?"
"""What people put between digits, the invisible included."""
_DIGITS = re.compile(rf"(?<![\d-])(?:(?<!\w)PL{_GAP})?\d(?:{_GAP}\d){{8,}}(?![\w-])", re.IGNORECASE)
_FOREIGN = re.compile(rf"(?<!\w)[A-Z]{{2}}\d{{2}}(?:{_GAP}[A-Z0-9]){{11,30}}(?!\w)", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])(?:(?:\+48|0048)[ -]?)?(?:[2-8]\d{2}[ -]\d{3}[ -]\d{3}|\d{2}[ -]\d{3}[ -]\d{2}[ -]\d{2}|[4-8]\d{8})(?![\w-])")
_DOCUMENT = re.compile(r"(?<!\w)[A-Z]{3}[ -]?\d{6}(?!\w)|(?<!\w)[A-Z]{2}[ -]?\d{7}(?!\w)", re.IGNORECASE)
_ALLOWED_PHONES = frozenset({"225601600", "224440255"})
"""The office's own numbers are no personal data."""

_WEIGHTS = (7, 3, 1, 7, 3, 1, 7, 3)


_KINDS: tuple[tuple[frozenset[int], Callable[[str], bool], str], ...] = (
    (frozenset({11}), pesel.is_valid, "[PESEL]"),
    (frozenset({10}), nip.is_valid, "[NIP]"),
    (frozenset({9, 14}), regon.is_valid, "[REGON]"),
    (frozenset({13, 15, 16, 19}), luhn.is_valid, "[karta]"),
)
_WRITTEN = frozenset({(11,), (6, 5), (10,), (3, 3, 2, 2), (3, 2, 2, 3), (9,), (3, 3, 3), (14,), (26,), (2, 4, 4, 4, 4, 4, 4), (16,), (4, 4, 4, 4), (13,), (15,), (19,)})
"""Groups of digits in which such numbers are written when several stand beside one another."""
_PHONES = frozenset({(3, 3, 3), (2, 3, 2, 2), (9,)})
_BEGINNINGS = frozenset(form[:length] for form in _WRITTEN | _PHONES for length in range(1, len(form) + 1))
_PASSES = 5


def mask(text: str) -> str:
    """The text with PESEL, NIP, REGON, account, card, document, phone and e-mail replaced by their names in brackets.

    What a replaced number leaves beside it is looked at again.
    """
    for _ in range(_PASSES):
        masked = _masked(text)
        if masked == text:
            break
        text = masked
    return text


def _masked(text: str) -> str:
    text = _EMAIL.sub("[e-mail]", text)
    text = _FOREIGN.sub(_account_name, text)
    text = _DIGITS.sub(_number_names, text)
    text = _DOCUMENT.sub(_document_name, text)
    return _PHONE.sub(_phone_name, text)


def _account_name(match: re.Match[str]) -> str:
    return "[konto]" if iban.is_valid(re.sub(r"\W", "", match.group())) else match.group()


def _number_names(match: re.Match[str]) -> str:
    """A run of digits is one number, or several beside one another, of which as many digits as possible are named."""
    raw = match.group()
    whole = _number_name(re.sub(r"\D", "", raw))
    return whole or _several(raw)


def _number_name(digits: str) -> str:
    if len(digits) == 26:
        return "[konto]"
    return next((name for lengths, valid, name in _KINDS if len(digits) in lengths and valid(digits)), "")


def _several(raw: str) -> str:
    """The run cut where it hides most; a phone number among the others is left for its own turn, so that none is made of its parts."""
    groups = [(found.start(), found.end()) for found in re.finditer(r"\d+", raw)]
    hidden, cuts = [0] * (len(groups) + 1), [(place + 1, "") for place in range(len(groups))]
    for first in range(len(groups) - 1, -1, -1):
        hidden[first] = hidden[first + 1]
        form: tuple[int, ...] = ()
        for last in range(first, len(groups)):
            start, end = groups[last]
            form = (*form, end - start)
            if form not in _BEGINNINGS:
                break
            digits = "".join(raw[begin:stop] for begin, stop in groups[first : last + 1])
            name = _number_name(digits) if form in _WRITTEN else ""
            if (name or _like_phone(form, digits)) and len(digits) + hidden[last + 1] > hidden[first]:
                hidden[first], cuts[first] = len(digits) + hidden[last + 1], (last + 1, name)
    told, place, done = [], 0, 0
    while place < len(groups):
        after, name = cuts[place]
        if name:
            told.append(raw[done : groups[place][0]] + name)
            done = groups[after - 1][1]
        place = after
    return "".join([*told, raw[done:]])


def _like_phone(form: tuple[int, ...], digits: str) -> bool:
    return form in _PHONES and digits[0] in ("45678" if form == (9,) else "2345678" if form == (3, 3, 3) else "0123456789")


def _document_name(match: re.Match[str]) -> str:
    value = re.sub(r"[ -]", "", match.group()).upper()
    letters = len(value) - 6 if len(value) == 9 and value[2].isalpha() else 2
    numbers = [ord(char) - 55 if char.isalpha() else int(char) for char in value]
    if letters == 3:
        control = sum(number * weight for number, weight in zip(numbers[:3] + numbers[4:], (7, 3, 1, 7, 3, 1, 7, 3), strict=False))
        return "[dowód]" if control % 10 == numbers[3] else match.group()
    control = sum(number * weight for number, weight in zip(numbers[:2] + numbers[3:], _WEIGHTS, strict=False))
    return "[paszport]" if control % 10 == numbers[2] else match.group()


def _phone_name(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())[-9:]
    return match.group() if digits in _ALLOWED_PHONES else "[telefon]"
