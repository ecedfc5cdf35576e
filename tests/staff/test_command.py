"""``okienko users`` as an administrator of the system calls it."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest

from bot.cli import main


@pytest.fixture
def okienko(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("OKIENKO_DATABASE_URL", f"sqlite:///{tmp_path / 'o.db'}")
    monkeypatch.setattr("bot.cli.set_up", lambda *_: None)

    def call(*arguments: str, typed: str = "bardzo-dobre-hasło\n") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["users", *arguments])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return call


def test_accounts_from_the_command_line(okienko) -> None:
    assert okienko("add", "ewa", "--role", "administrator", "--name", "Ewa Nowak", "--email", "ewa@zus.example") == (0, "Dodano: ewa (administrator).\n")
    assert okienko("add", "ewa")[0] == 1
    assert okienko("add", "jan", typed="krótkie\n")[0] == 2
    assert okienko("role", "ewa", "editor")[0] == 0
    assert okienko("disable", "ewa")[0] == 0
    assert "wyłączone" in okienko("list")[1]
    assert okienko("enable", "ewa")[0] == 0
    assert okienko("reset-password", "ewa", typed="inne-bardzo-dobre\n")[0] == 0
    assert okienko("reset-password", "ewa", typed="krótkie\n")[0] == 2
    assert okienko("reset-totp", "ewa")[0] == 0
    code, told = okienko("disable", "nikt")
    assert (code, told) == (1, "Nie ma osoby „nikt”.\n")
    assert "ewa                  editor         czynne" in okienko("list")[1]
    assert "Ewa Nowak" in okienko("list")[1]


def test_the_log_from_the_command_line(okienko, tmp_path: Path) -> None:
    okienko("add", "ewa")
    okienko("role", "ewa", "editor")
    code, told = okienko("audit", "--verify")
    assert code == 0
    assert "wpisów 2" in told
    lines = okienko("audit", "--csv")[1].splitlines()
    assert len(lines) == 3
    assert ",'@cli,role_changed,ewa," in lines[2]
    with sqlite3.connect(tmp_path / "o.db") as connection:
        connection.execute("UPDATE audit SET actor = 'jan' WHERE seq = 1")
    connection.close()
    code, told = okienko("audit", "--verify")
    assert code == 1
    assert "zerwany na wpisie 1" in told
