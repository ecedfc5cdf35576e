"""The command line as people call it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import COMMANDS, build_parser
from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def okienko(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "bot", *arguments]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, env={**os.environ, **environment})


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        build_parser().parse_args([name, "--help"])
    assert left.value.code == 0
    assert "Przykład:" in capsys.readouterr().out


def test_wrong_use_and_wrong_settings_end_with_two() -> None:
    assert okienko("nie-ma").returncode == 2
    assert okienko("ask").returncode == 2
    done = okienko("db", "status", OKIENKO_PORT="dużo", OKIENKO_DAY="wczoraj")
    assert done.returncode == 2
    assert "OKIENKO_PORT" in done.stderr
    assert "OKIENKO_DAY" in done.stderr


def test_the_knowledge_is_clean() -> None:
    done = okienko("check", "--day", "2026-11-24", "--no-warnings")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "summary:", "sumary:", "pole „sumary” nie istnieje"),
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "if: {student: tak, wlasny_pracownik: nie}", "if: {student: moze}", "takiej nie ma"),
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "forms: [ZUS ZZA]", "forms: [ZUS QQQ]", "nie ma w katalogu"),
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "forms: [ZUS ZZA]", "forms: [ZUS RZA]", "wycofany"),
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "{figure:minimalne_wynagrodzenie}", "{figure:nie_ma}", "wielkości „nie_ma” nie ma"),
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "next: [", "next: [nie_ma_takiej, ", "„nie_ma_takiej” nie jest sprawą"),
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "if: {student: nie, wlasny_pracownik: nie, inny_tytul: tak}", "if: {student: tak, inny_tytul: tak}", "nie prowadzi żadna droga"),
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "verified_on: 2026-11-22", "verified_on: 2026-11-22\nvalid_to: 2026-01-01", "przestał obowiązywać"),
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "id: zgloszenie_zleceniobiorcy", "id: inne", "nie zgadza się z nazwą pliku"),
        ("knowledge/platnik/certyfikaty/certyfikat_niewidoczny.yml", "cause: nie_wybrano", "cause: nie_ma", "przyczyny „nie_ma” nie ma"),
        ("knowledge/cases/ogolny/umowienie_wizyty.yml", "  konto:\n    ask:", "  zbedne:\n    ask: Czy pada?\n    answers: {tak: {label: T}, nie: {label: N}}\n  konto:\n    ask:", "niczego nie zmienia"),
        ("knowledge/cases/ogolny/opinia_o_obsludze.yml", 'sources:\n  - {url: "https://www.zus.pl/o-zus/kontakt/skargi-i-wnioski"}\n', "sources: []\n", "brakuje źródła"),
        ("knowledge/cases/ogolny/umowienie_wizyty.yml", "topic: kontakt", "topic: nie_ma_tematu", "tematu „nie_ma_tematu” nie ma"),
        ("knowledge/cases/ogolny/umowienie_wizyty.yml", "summary: >-\n", "summary: >-\n  " + "Ala ma kota i psa oraz " * 9 + "kanarka.\n", "słów; podziel je"),
        ("knowledge/cases/ogolny/umowienie_wizyty.yml", "summary: >-\n", "summary: >-\n  Bezprecedensowa administracyjnoprawna odpowiedzialność przedsiębiorczyni za nieuregulowanie należności ubezpieczeniowych wymaga natychmiastowego zainteresowania ubezpieczonej.\n", "tekst jest za trudny"),
        ("knowledge/cases/platnik/odroczenie_platnosci.yml", "goto: uklad_ratalny", "goto: nie_ma_celu", "„nie_ma_celu” nie istnieje"),
        ("knowledge/cases/platnik/zgloszenie_zleceniobiorcy.yml", "      law: kpa\n", "", "podaj „law”"),
        ("knowledge/figures/skladki.yml", "  unit: zł\n", "  unit: [zł\n", "skladki.yml"),
        ("nlu_data/ogolny/podstawy.yml", "    - rezerwacja wizyty\n", "    - rezerwacja wizyty\n    - jak założyć konto w eZUS\n", "zostaw je w jednym"),
        ("nlu_data/ogolny/podstawy.yml", "- intent: umowienie_wizyty", "- intent: umowienie_wizyty_inaczej", "nie ma w knowledge"),
    ],
)
def test_each_kind_of_fault_is_found_with_its_file(tmp_path: Path, path: str, old: str, new: str, expected: str) -> None:
    for name in ("knowledge", "nlu_data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    target = tmp_path / path
    text = target.read_text(encoding="utf-8")
    assert old in text
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    only = [Path(path).stem] if path.startswith(("knowledge/cases", "knowledge/platnik")) else []
    done = okienko("check", *only, "--day", "2026-11-24", "--no-warnings", "--knowledge", str(tmp_path / "knowledge"), "--nlu-data", str(tmp_path / "nlu_data"))
    assert done.returncode == 1, done.stdout
    assert any(expected in line and target.name in line for line in done.stdout.splitlines()), done.stdout


def test_what_is_soon_to_expire_and_nearly_the_same_is_remarked_on(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "nlu_data", tmp_path / "nlu_data")
    path = tmp_path / "nlu_data" / "ogolny" / "podstawy.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("    - rezerwacja wizyty\n", "    - rezerwacja wizyty\n    - chciałbym założyć nowe konto na portalu eZUS dla siebie\n", 1).replace("- intent: konto_ezus\n  examples: |\n", "- intent: konto_ezus\n  examples: |\n    - chciałabym założyć nowe konta na portalu eZUS dla siebie\n", 1), encoding="utf-8")
    done = okienko("check", "--day", "2026-11-24", "--nlu-data", str(tmp_path / "nlu_data"))
    assert "podstawy.yml" in next(line for line in done.stdout.splitlines() if "prawie to samo zdanie uczy" in line and "podstawy.yml" in line)
    assert "„minimalne_wynagrodzenie” straci ważność 2026-12-31" in done.stdout


def test_an_entry_that_people_s_words_do_not_teach_is_a_fault(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "nlu_data", tmp_path / "nlu_data")
    for path in (tmp_path / "nlu_data").rglob("*.yml"):
        path.write_text(path.read_text(encoding="utf-8").replace("- intent: instalacja_brak_uprawnien\n", "- intent: instalacja_net_framework\n"), encoding="utf-8")
    done = okienko("check", "--day", "2026-11-24", "--no-warnings", "--nlu-data", str(tmp_path / "nlu_data"))
    assert done.returncode == 1
    assert "„instalacja_brak_uprawnien” ma 0 zdań uczących" in done.stdout


def test_what_will_have_expired_is_listed_for_a_day() -> None:
    done = okienko("check", "--day", "2027-02-01")
    assert "„minimalne_wynagrodzenie” nie ma wartości na 2027-02-01" in done.stdout
    assert done.returncode == 1


def test_the_schemas_for_editors_are_written(tmp_path: Path) -> None:
    assert okienko("check", "--schema", str(tmp_path)).returncode == 0
    schema = json.loads((tmp_path / "case.schema.json").read_text(encoding="utf-8"))
    assert "zgloszenie" not in json.dumps(schema)
    assert "steps" in json.dumps(schema)


def test_accounts_tickets_and_pruning_on_an_empty_store(tmp_path: Path) -> None:
    store = {"OKIENKO_DATABASE_URL": f"sqlite:///{tmp_path / 'o.db'}"}
    assert okienko("users", "add", "ewa", "--role", "consultant", stdin="bardzo-dobre-hasło\n", **store).returncode == 0
    assert okienko("users", "add", "jan", stdin="krótkie\n", **store).returncode == 2
    assert "ewa" in okienko("users", "list", **store).stdout
    assert "Zgłoszeń: 0." in okienko("tickets", **store).stdout
    assert okienko("tickets", "OK-1", **store).returncode == 1
    assert "rozmowy bez ruchu (po 180 dniach): 0 – do usunięcia" in okienko("prune", "--dry-run", **store).stdout
    assert okienko("db", "status", **store).returncode == 0


def test_a_case_is_drawn_for_its_reviewer() -> None:
    done = okienko("graph", "zgloszenie_zleceniobiorcy")
    assert done.stdout.startswith("flowchart TD")
    assert "ZUS ZUA" in done.stdout
    assert okienko("graph", "nie_ma").returncode == 1


@pytest.mark.training
def test_sentences_that_training_never_saw_are_understood(model: Path) -> None:
    done = okienko("evaluate", "--json", "--first", "0.89", "--third", "0.97", "--recall", "0.90", OKIENKO_MODEL=str(model))
    found = json.loads(done.stdout)
    assert done.returncode == 0, found["slices"]["wszystko"] | found["scope"]
    assert found["scope"]["false_alarms"] <= 0.04
    assert found["calibration"]["error"] <= 0.05


@pytest.mark.training
def test_one_message_a_line_in_one_understanding_a_line_out(model: Path) -> None:
    lines = [{"text": "zapłaciłam za pogrzeb mamy", "n": 1}, {"text": "rca", "profile": "platnik"}, {"text": "dalej"}, {"text": ""}]
    done = okienko("ask", "--jsonl", stdin="\n".join(json.dumps(line, ensure_ascii=False) for line in lines), OKIENKO_MODEL=str(model))
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(item["kind"], item["id"]) for item in found] == [("case", "zasilek_pogrzebowy"), ("form", "ZUS RCA"), ("command", "next"), ("unclear", None)]
    assert okienko("ask", "--jsonl", stdin="nie json\n", OKIENKO_MODEL=str(model)).returncode == 2


@pytest.mark.training
def test_a_talk_in_the_terminal_reaches_a_step(model: Path, tmp_path: Path) -> None:
    said = "zapłaciłam za pogrzeb mamy\n1\n1 listopada\nnie\n\n"
    done = okienko("talk", stdin=said, OKIENKO_MODEL=str(model), OKIENKO_DATABASE_URL=f"sqlite:///{tmp_path / 'o.db'}")
    assert "Krok 1 z 4" in done.stdout, done.stdout + done.stderr


def test_every_setting_is_documented() -> None:
    from dataclasses import fields

    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert all(f"OKIENKO_{item.name.upper()}" in text for item in fields(Settings))


def test_secrets_come_from_files_too(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("tajne\n", encoding="utf-8")
    assert Settings.from_env({"OKIENKO_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == "tajne"
