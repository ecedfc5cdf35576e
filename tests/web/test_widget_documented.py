"""What the documentation says of the widget's attributes, events and properties is what its source has."""

from __future__ import annotations

import re

from tests.conftest import ROOT

DOCS = (ROOT / "docs" / "widget.md").read_text(encoding="utf-8")
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "widget" / "src").glob("*.ts")))


def test_attributes() -> None:
    used = set(re.findall(r'(?:get|has)Attribute\("([a-z]+)"\)', SOURCE)) - {"aria"} | set(re.findall(r":host\(\[([a-z]+)", SOURCE)) - {"hidden"}
    table = DOCS.split("| attribute |")[1].split("| event")[0]
    assert set(re.findall(r"^\| `([a-z]+)`", table, re.MULTILINE)) == used


def test_events() -> None:
    table = DOCS.split("| event")[1].split("| custom property |")[0]
    assert set(re.findall(r"`(okienko-[a-z]+)`", table)) == set(re.findall(r'emit\("(okienko-[a-z]+)"', SOURCE))


def test_custom_properties() -> None:
    table = DOCS.split("| custom property |")[1].split("##")[0]
    assert set(re.findall(r"`(--okienko-[a-z-]+)`", table)) == set(re.findall(r"var\((--okienko-[a-z-]+)", SOURCE))


def test_nothing_is_read_as_markup_and_nothing_comes_from_elsewhere() -> None:
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "setAttribute(\"style\"", "cookie"):
        assert forbidden not in SOURCE
    built = (ROOT / "widget" / "dist" / "okienko.js").read_text(encoding="utf-8")
    assert not re.findall(r"https?://(?!\$)[a-z]", built) and built.isascii()
