"""Letters as people, phones and machines write them, from files."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.email.incoming import MAX_FILE, MAX_FILES, Incoming, clean_name, own_words, read_letter
from bot.channels.port import MalformedError

FOLDER = Path(__file__).parents[2] / "contracts" / "email"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_letter_is_read_as_it_should_be(name: str) -> None:
    raw, wanted = (FOLDER / f"{name}.eml").read_bytes(), EXPECTED[name]
    if wanted.get("malformed"):
        with pytest.raises(MalformedError):
            read_letter(raw)
        return
    letter = read_letter(raw)
    shown = {**{key: getattr(letter, key) for key in ("kind", "sender", "subject", "text", "quoted", "gone")}, "ids": list(letter.ids), "dropped": list(letter.dropped),
             "files": [item.name for item in letter.files], "length": len(letter.text)}  # fmt: skip
    assert {key: shown[key] for key in wanted if key in shown} == {key: value for key, value in wanted.items() if key in shown}
    assert all(words in letter.text for words in wanted.get("text_has", ())) and not any(words in letter.text for words in wanted.get("text_not", ()))
    assert not any(char in letter.subject for char in wanted.get("subject_not", ()))


def test_every_file_is_expected() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(EXPECTED) and len(EXPECTED) >= 40


def with_files(*files: tuple[str, bytes]) -> Incoming:
    message = EmailMessage()
    message["From"], message["Subject"] = "klient@example.org", "x"
    message.set_content("x")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return read_letter(message.as_bytes())


def test_attachments_are_kept_within_limits_and_the_others_named() -> None:
    letter = with_files(("duży.pdf", b"x" * (MAX_FILE + 1)), ("program.exe", b"MZ"), *((f"{number}.pdf", b"x") for number in range(MAX_FILES + 2)))
    assert [item.name for item in letter.files] == [f"{number}.pdf" for number in range(MAX_FILES)]
    assert letter.dropped == ("duży.pdf", "program.exe", "10.pdf", "11.pdf")
    assert {item.type for item in letter.files} == {"application/pdf"}


@given(st.binary(max_size=600))
def test_any_bytes_are_a_letter_or_no_letter(raw: bytes) -> None:
    try:
        read_letter(b"From: a@example.org\r\n" + raw)
    except MalformedError:
        return


@given(st.text(max_size=200))
def test_names_of_files_are_safe(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= 100 and not set(cleaned) & set('/\\:*?"<>|\0\r\n') and not cleaned.startswith(".")


@given(st.text(max_size=400))
def test_words_are_never_lost_to_nothing(text: str) -> None:
    own, _ = own_words(text)
    assert bool(own) == bool(text.replace("\r\n", "\n").strip())
