"""Canned replies and teams: those that we have are right, and what is wrong in a file is told in a sentence with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cases.knowledge import Knowledge
from bot.errors import ConfigurationError
from bot.tickets.canned import KNOWN, parse_replies, read_replies
from bot.tickets.teams import parse_teams, read_teams

GOOD = "id: dobra\ntitle: Dobra\ntext: Zgłoszenie {numer}, {czego}.\nask: {czego: Czego?}\n"


def faults(folder: Path, text: str) -> str:
    (folder / "dobra.yml").write_text(text, encoding="utf-8")
    found, told = parse_replies(folder, {"sprawa"}, {"temat"})
    assert not found
    return "\n".join(map(str, told))


def test_our_own_replies_and_teams_are_right(root: Path, knowledge: Knowledge) -> None:
    topics = {entry.topic for entry in knowledge.entries.values()}
    replies = read_replies(root / "knowledge" / "replies", knowledge.entries, topics)
    assert len(replies) >= 12
    for reply in replies.values():
        filled = reply.fill(dict.fromkeys(reply.parameters, "coś"))
        assert "{" not in filled and "coś" in filled
    assert next(iter(read_teams(root / "knowledge" / "teams.yml"))) == "pierwsza_linia"


def test_a_reply_tells_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "dobra.yml").write_text(GOOD, encoding="utf-8")
    reply = read_replies(tmp_path, (), ())["dobra"]
    assert reply.missing({}) == {"numer": KNOWN["numer"], "czego": "Czego?"}
    assert reply.missing({"numer": "OK-1", "czego": "  "}) == {"czego": "Czego?"}
    assert reply.fill({"numer": "OK-1", "czego": "{numer}"}) == "Zgłoszenie OK-1, {numer}."


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (GOOD.replace("{czego}", "{nieznane}"), "nie wiadomo, skąd wziąć {nieznane}"),
        (GOOD.replace(", {czego}", ""), "w tekście nie ma {czego}"),
        (GOOD.replace("{numer}", "{numer!r}"), "nawias klamrowy ma obejmować jedną nazwę"),
        (GOOD.replace("{numer}", "{"), "nawias klamrowy"),
        (GOOD.replace("{numer}", "{}"), "nawias klamrowy"),
        (GOOD.replace("id: dobra", "id: inna"), "ma być takie jak nazwa pliku"),
        (GOOD + "entries: [nie_ma]\n", "nie ma sprawy „nie_ma”"),
        (GOOD + "topics: [nie_ma]\n", "nie ma tematu „nie_ma”"),
        (GOOD + "extra: x\n", "pole „extra” nie istnieje"),
        ("id: dobra\n", "brakuje pola"),
        ("id: [\n", "dobra.yml:"),
    ],
)
def test_faults_of_a_reply_are_told(tmp_path: Path, written: str, told: str) -> None:
    assert told in faults(tmp_path, written)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("pierwsza_linia: A\nplatnik: A\n", "stoi przy dwóch zespołach"),
        ("platnik: A\n", "brakuje zespołu „pierwsza_linia”"),
        ("pierwsza_linia: A\nZła nazwa: B\n", "nie może być identyfikatorem"),
        ("pierwsza_linia: A\nb_c: [x]\n", "ma mieć nazwę"),
        ("[]\n", "mają stać zespoły"),
    ],
)
def test_faults_of_teams_are_told(tmp_path: Path, written: str, told: str) -> None:
    path = tmp_path / "teams.yml"
    path.write_text(written, encoding="utf-8")
    assert told in "\n".join(map(str, parse_teams(path)[1]))
    with pytest.raises(ConfigurationError):
        read_teams(path)


def test_no_file_is_a_fault_too(tmp_path: Path) -> None:
    assert "nie ma tego pliku" in str(parse_teams(tmp_path / "teams.yml")[1][0])
