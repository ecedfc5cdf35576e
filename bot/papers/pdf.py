"""The checklist as a PDF for print: A4, tagged for screen readers, set with the fonts that are built into Typst."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Literal

import typst

from bot.errors import OkienkoError
from bot.papers.parts import Checklist, clean, forms_of, places_of, printable
from bot.papers.qr import as_svg
from bot.papers.words import WORDS, short_date

TEMPLATE = Path(__file__).parent / "templates" / "checklist.typ"
Standard = Literal["ua-1"]

_busy = threading.Lock()
"""The compiler is one for the process and takes one document at a time."""


def as_pdf(checklist: Checklist, *, address: str, printed: date, code: str | None = None) -> bytes:
    """The checklist as PDF/UA-1; the same input gives the same bytes. Blocks for some hundredths of a second.

    ``address`` is where the list can be opened again (also as a QR code), ``code`` the resume code if there is one. A text
    with a character that no built-in font has (a pictogram, Chinese) comes out tagged but without the claim of PDF/UA.
    Raises OkienkoError when the document cannot be set, ValueError for an address too long for a code.
    """
    data = _data(checklist, clean(address), printed, code)
    inputs = {"data": json.dumps(data, sort_keys=True), "qr": as_svg(clean(address), title=WORDS["qr"])}
    moment = datetime(printed.year, printed.month, printed.day, tzinfo=timezone.utc)
    try:
        return _compile(inputs, moment, "ua-1")
    except typst.TypstError:
        pass
    try:
        return _compile(inputs, moment, None)
    except typst.TypstError as error:
        raise OkienkoError("Nie udało się przygotować pliku PDF. Weź tę listę jako tekst.") from error


def _data(checklist: Checklist, address: str, printed: date, code: str | None) -> dict[str, object]:
    data = printable(checklist)
    more = {"address": address, "printed": short_date(printed), "code": clean(code), "words": dict(WORDS)}
    return {**data, **more, "forms": forms_of(data), "places": places_of(data)}


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts, ignore_system_fonts=True)


def _compile(inputs: dict[str, str], moment: datetime, standard: Standard | None) -> bytes:
    with _busy:
        made = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=standard, timestamp=moment)
    assert isinstance(made, bytes)
    return made
