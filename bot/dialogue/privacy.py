"""Personal data masked at the one door to store and log: identifiers by their checksums, contacts by their shape."""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import iban, luhn
from stdnum.pl import nip, pesel, regon

_GAP = "[ \u00a0\u2009\u202f\u200b-]?"
"""What people put between digits, the invisible included."""
_DIGITS = re.compile(rf"(?<![\d-])(?:(?<!\w)PL{_GAP})?\d(?:{_GAP}\d){{8,25}}(?![\w-])", re.IGNORECASE)
_FOREIGN = re.compile(rf"(?<!\w)[A-Z]{{2}}\d{{2}}(?:{_GAP}[A-Z0-9]){{11,30}}(?!\w)", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w-])(?:(?:\+48|0048)[ -]?)?(?:[2-8]\d{2}[ -]\d{3}[ -]\d{3}|\d{2}[ -]\d{3}[ -]\d{2}[ -]\d{2}|[4-8]\d{8})(?![\w-])")
_DOCUMENT = re.compile(r"(?<!\w)[A-Z]{3}[ -]?\d{6}(?!\w)|(?<!\w)[A-Z]{2}[ -]?\d{7}(?!\w)", re.IGNORECASE)
_ALLOWED_PHONES = frozenset({"225601600", "224440255"})
"""The office's own numbers are no personal data."""

_WEIGHTS = (7, 3, 1, 7, 3, 1, 7, 3)


def mask(text: str) -> str:
    """The text with PESEL, NIP, REGON, account, card, document, phone and e-mail replaced by their names in brackets."""
    text = _EMAIL.sub("[e-mail]", text)
    text = _FOREIGN.sub(_account_name, text)
    text = _DIGITS.sub(_number_name, text)
    text = _DOCUMENT.sub(_document_name, text)
    return _PHONE.sub(_phone_name, text)


def _account_name(match: re.Match[str]) -> str:
    return "[konto]" if iban.is_valid(re.sub(r"\W", "", match.group())) else match.group()


def _number_name(match: re.Match[str]) -> str:
    raw = match.group()
    digits = re.sub(r"\D", "", raw)
    kinds: tuple[tuple[int | tuple[int, ...], Callable[[str], bool], str], ...] = (
        (26, lambda value: iban.is_valid("PL" + value), "[konto]"),
        (11, pesel.is_valid, "[PESEL]"),
        (10, nip.is_valid, "[NIP]"),
        ((9, 14), regon.is_valid, "[REGON]"),
        ((13, 15, 16, 19), luhn.is_valid, "[karta]"),
    )
    for lengths, valid, name in kinds:
        if len(digits) in (lengths if isinstance(lengths, tuple) else (lengths,)) and valid(digits):
            return name
    return "[konto]" if len(digits) == 26 else raw


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
