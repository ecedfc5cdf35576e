"""The checklist on paper: nothing lost, nothing executed, readable for everybody, and the dates in a calendar."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from bot.cases.model import Case
from bot.cases.routes import routes
from bot.cases.walk import walk
from bot.dialogue.desk import Desk
from bot.dialogue.present import Presenter
from bot.dialogue.session import Session
from bot.papers.calendar import as_calendar, event_as_calendar
from bot.papers.pdf import as_pdf
from bot.papers.qr import as_svg
from bot.papers.text import as_text

ADDRESS = "https://okienko.example/lista/abc-123"
CODE = "KOT-4821"
DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.utc)
LETTERS = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"
HOSTILE = '#import "@preview/x:1.0.0": * #read("/etc/passwd") ] } ) \\ $x^2$ "q" <script>alert(1)</script> *b* _i_ `c` @ref <label> // k /* k */'
PRINTED = ("title", "answers", "needs", "take_along", "items", "outcome", "verified")
NOT_FOR_PEOPLE = {"kind", "id", "date", "simple"}
"""What is not printed; simpler words are for the screen, where they are asked for: a list twice as long is no simpler."""
ORDER = {"student": "nie", "wlasny_pracownik": "nie", "inny_tytul": "nie", "chorobowe": "tak", "poczatek": "2026-11-22"}
FUNERAL = {"kto_zaplacil": "rodzina", "zgon": "2026-11-02", "zaklad": "nie"}


def checklist(desk: Desk, name: str, answers: dict[str, str]) -> dict[str, Any]:
    """The checklist of a client who has given these answers and done every step."""
    entry = desk.knowledge.entries[name]
    assert isinstance(entry, Case)
    return Presenter(desk, Session()).checklist(entry, walk(entry, answers, [step.id for step in entry.steps]))


def longest(desk: Desk, name: str) -> dict[str, Any]:
    """The checklist of one of the longest routes."""
    found = max(itertools.islice(routes(desk.knowledge.entries[name]), 40), key=lambda route: len(route.steps))
    return checklist(desk, name, found.answers)


def strings(part: Any, key: str = "") -> Iterator[str]:
    """Every text of a checklist that is meant for people."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from strings(value, name)
    elif isinstance(part, list):
        for value in part:
            yield from strings(value, key)
    elif isinstance(part, str) and key not in NOT_FOR_PEOPLE:
        yield part


def squeezed(text: str) -> str:
    return "".join(text.split())


def lost(reply: dict[str, Any], paper: str) -> list[str]:
    """The texts of a checklist that a paper does not have."""
    found = squeezed(paper)
    texts = strings([reply.get(key) for key in PRINTED])
    return [text for text in [*texts, *(f"{item['position']}. {item['title']}" for item in reply["items"])] if squeezed(text) not in found]


def ask(program: str, *options: str, pdf: bytes) -> str:
    done = subprocess.run([program, *options, "-", *(["-"] if program == "pdftotext" else [])], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def read(pdf: bytes, reply: dict[str, Any]) -> str:
    """The text of a PDF as a reader takes it out, without the feet of its pages."""
    title = r"\s+".join(re.escape(word) for word in reply["case"]["title"].split())
    foot = title + r"\s+strona \d+ z \d+"
    return re.sub(foot, "", ask("pdftotext", "-raw", pdf=pdf))


def printed(reply: dict[str, Any], **more: Any) -> bytes:
    return as_pdf(reply, **{"address": ADDRESS, "printed": DAY, "code": CODE, **more})


def written(reply: dict[str, Any], **more: Any) -> str:
    return as_text(reply, **{"address": ADDRESS, "printed": DAY, "code": CODE, **more})


def replaced(part: Any, text: str) -> Any:
    """The same checklist with another text in every place meant for people, behind what stands there."""
    if isinstance(part, dict):
        return {key: value if key in {*NOT_FOR_PEOPLE, "url"} else replaced(value, text) for key, value in part.items()}
    if isinstance(part, list):
        return [replaced(value, text) for value in part]
    return f"{part} {text}" if isinstance(part, str) else part


@pytest.fixture
def order(desk: Desk) -> dict[str, Any]:
    return checklist(desk, "zgloszenie_zleceniobiorcy", ORDER)


@pytest.fixture
def funeral(desk: Desk) -> dict[str, Any]:
    return checklist(desk, "zasilek_pogrzebowy", FUNERAL)


@pytest.fixture
def full(order: dict[str, Any]) -> dict[str, Any]:
    """A checklist with every field there is."""
    item = {**order["items"][1], "only_if": "Tylko gdy jest zgoda.", "why": "Bo tak.", "simple": "Wyślij druk.", "caution": "Nie zwlekaj.",
            "ask_there": ["Czy to wszystko?"], "links": [{"title": "eZUS", "url": "https://www.zus.pl/ezus"}]}  # fmt: skip
    item["deadline"] = {**item["deadline"], "basis": "art. 36 ust. 4 ustawy systemowej"}
    return {**order, "needs": ["numer PESEL"], "items": [order["items"][0], item, *order["items"][2:]]}


# --- text


def test_the_text_has_everything(order: dict[str, Any], funeral: dict[str, Any], full: dict[str, Any], desk: Desk) -> None:
    for reply in (order, funeral, full, longest(desk, "odtworzenie_po_utracie_komputera")):
        text = written(reply)
        assert not lost(reply, text)
        assert ADDRESS in text and CODE in text and "24.11.2026" in text


def test_a_form_an_attachment_and_a_deadline_stand_at_their_act(full: dict[str, Any]) -> None:
    act = written(full).split("[ ] 2. ")[1].split("[ ] 3. ")[0]
    for part in ("ZUS ZUA", "oświadczenie zleceniobiorcy", "program Płatnik", "30 listopada 2026", "dzień wolny", "art. 36 ust. 4", "Zapytaj tam:"):
        assert squeezed(part) in squeezed(act), part


def test_a_form_that_two_acts_need_is_listed_once_among_the_forms(order: dict[str, Any]) -> None:
    forms = written(order).split("\nFormularze\n")[1].split("\nCo zrobić")[0]
    assert forms.count("[ ] ZUS ZUA") == 1
    assert forms.count("https://www.zus.pl/") == 4


def test_the_text_fits_the_page_and_addresses_stay_whole(desk: Desk) -> None:
    for name in ("zgloszenie_zleceniobiorcy", "skladki_z_budzetu_opieka_nad_dzieckiem"):
        for line in written(longest(desk, name)).splitlines():
            assert len(line) <= 76 or (line.split() == [line.strip()] and "://" in line), line


def test_what_is_missing_leaves_no_empty_heading() -> None:
    bare = {"kind": "checklist", "title": "Lista", "case": {"id": "x", "title": "X"}, "verified": "Sprawdzono.",
            "items": [{"position": 1, "id": "a", "title": "Zrób to", "text": "Tak."}]}  # fmt: skip
    text = written(bare, code=None)
    for heading in ("Twoje odpowiedzi", "Najpierw", "Weź ze sobą", "Formularze", "Gdzie", "Co będzie", "Kod powrotu", "None"):
        assert heading not in text
    paper = read(printed(bare, code=None), bare)
    assert "Zrób to" in paper and "Formularze" not in paper and "Kod powrotu" not in paper


def test_a_skipped_question_says_when_the_step_concerns_the_client(desk: Desk) -> None:
    reply = checklist(desk, "zasilek_pogrzebowy", {**FUNERAL, "zaklad": "_skip"})
    assert any("only_if" in item for item in reply["items"])
    assert not lost(reply, written(reply))
    assert not lost(reply, read(printed(reply), reply))


# --- PDF


def test_the_pdf_keeps_every_letter(full: dict[str, Any]) -> None:
    lettered = replaced(full, LETTERS)
    paper = read(printed(lettered), lettered)
    assert squeezed(paper).count(LETTERS) > 50
    assert not lost(lettered, paper)


def test_the_pdf_is_tagged_titled_and_says_its_language(full: dict[str, Any]) -> None:
    pdf = printed(full)
    info = ask("pdfinfo", pdf=pdf)
    assert re.search(r"^Tagged:\s+yes$", info, re.MULTILINE)
    assert re.search(r"^Page size:.*A4", info, re.MULTILINE)
    assert re.search(r"^Author:\s+Okienko$", info, re.MULTILINE)
    assert re.search(rf"^Title:\s+{re.escape(full['title'])}$", info, re.MULTILINE)
    assert b"/Lang(pl" in pdf and b"pdfuaid" in pdf


def test_the_pdf_has_real_headings_lists_and_a_picture_with_words(full: dict[str, Any]) -> None:
    pdf = printed(full)
    tree = ask("pdfinfo", "-struct-text", pdf=pdf)
    assert re.findall(r"^ *(H\d)", tree, re.MULTILINE).count("H1") == 1
    assert tree.count("  H3 ") == len(full["items"])
    assert re.search(r"^ *LI ", tree, re.MULTILINE)
    assert b"/Alt(Kod QR z adresem tej listy: https://okienko" in pdf


def test_pages_are_numbered_and_addresses_can_be_clicked(full: dict[str, Any]) -> None:
    pdf = printed(full)
    pages = int(re.search(r"^Pages:\s+(\d+)", ask("pdfinfo", pdf=pdf), re.MULTILINE)[1])  # type: ignore[index]
    assert re.findall(r"strona (\d+) z (\d+)", ask("pdftotext", pdf=pdf)) == [(str(number), str(pages)) for number in range(1, pages + 1)]
    clickable = ask("pdfinfo", "-url", pdf=pdf)
    for url in (ADDRESS, "https://www.zus.pl/ezus", full["items"][1]["forms"][0]["url"]):
        assert url in clickable


def test_only_web_addresses_can_be_clicked(full: dict[str, Any]) -> None:
    full["items"][1]["links"] = [{"title": "zła", "url": "javascript:alert(1)"}, {"title": "plik", "url": "file:///etc/passwd"}]
    pdf = printed(full)
    assert "javascript" not in ask("pdfinfo", "-url", pdf=pdf) and "file:" not in ask("pdfinfo", "-url", pdf=pdf)
    assert "javascript:alert(1)" in read(pdf, full)


def test_what_people_wrote_is_printed_and_never_executed(full: dict[str, Any]) -> None:
    hostile = replaced(full, HOSTILE)
    for paper in (read(printed(hostile), hostile), written(hostile)):
        assert not lost(hostile, paper)
        assert "root:" not in paper


def test_control_characters_are_left_out_and_pictograms_break_nothing(full: dict[str, Any]) -> None:
    full["needs"] = ["dowód\x00 osobisty\x07\u202e", "zdjęcie 😀 中"]
    pdf = printed(full)
    assert "dowód osobisty\n" in read(pdf, full)
    assert "Tagged:          yes" in ask("pdfinfo", pdf=pdf)
    assert "[ ] dowód osobisty\n[ ] zdjęcie 😀 中\n" in written(full)


def test_the_same_checklist_gives_the_same_file(full: dict[str, Any]) -> None:
    first = printed(full)
    printed({**full, "title": "Inna"})
    assert printed(full) == first


@pytest.mark.slow
def test_every_case_and_procedure_can_be_printed_whole(desk: Desk) -> None:
    cases = [entry.id for entry in desk.knowledge.entries.values() if isinstance(entry, Case)]
    assert len(cases) > 200
    faults = {}
    for name in cases:
        reply = longest(desk, name)
        pdf = printed(reply)
        missing = [*lost(reply, read(pdf, reply)), *lost(reply, written(reply)), *([] if b"pdfuaid" in pdf else ["PDF/UA"])]
        if missing:
            faults[name] = missing
    assert not faults


# --- calendar


def test_the_calendar_has_the_last_days(order: dict[str, Any]) -> None:
    made = as_calendar(order, address=ADDRESS, now=NOW)
    assert made is not None
    calendar = Calendar.from_ical(made)
    assert calendar["version"] == "2.0" and "Okienko" in calendar["prodid"]
    event, = calendar.walk("VEVENT")
    assert event["dtstart"].dt == date(2026, 11, 30) and event["dtend"].dt == date(2026, 12, 1)
    assert event["summary"] == "Termin: Zgłoś zleceniobiorcę na ZUS ZUA"
    assert event["dtstamp"].dt == NOW
    assert event["url"] == ADDRESS and event["transp"] == "TRANSPARENT" and event["categories"].cats == ["ZUS"]
    item = order["items"][1]
    for part in (item["text"], item["deadline"]["text"], item["deadline"]["reason"], item["late"], ADDRESS):
        assert part in event["description"]


def test_it_reminds_in_the_morning_three_days_and_one_day_before(order: dict[str, Any]) -> None:
    event, = Calendar.from_ical(as_calendar(order, address=ADDRESS, now=NOW) or b"").walk("VEVENT")
    start = datetime.combine(event["dtstart"].dt, datetime.min.time())
    alarms = event.walk("VALARM")
    assert [start + alarm["trigger"].dt for alarm in alarms] == [datetime(2026, 11, 27, 9), datetime(2026, 11, 29, 9)]
    assert {str(alarm["action"]) for alarm in alarms} == {"DISPLAY"}


def uid(made: bytes | None) -> str:
    event, = Calendar.from_ical(made or b"").walk("VEVENT")
    return str(event["uid"])


def test_an_event_keeps_its_name_as_long_as_case_step_and_day_are_the_same(order: dict[str, Any], funeral: dict[str, Any]) -> None:
    first = uid(as_calendar(order, address=ADDRESS, now=NOW))
    assert uid(as_calendar(order, address="https://inny.example/", now=NOW + timedelta(days=1))) == first
    order["items"][1]["deadline"]["date"] = "2026-12-01"
    assert uid(as_calendar(order, address=ADDRESS, now=NOW)) != first
    assert uid(as_calendar(funeral, address=ADDRESS, now=NOW)) != first


def test_one_step_alone_is_the_same_event(order: dict[str, Any]) -> None:
    one = event_as_calendar(order["items"][1], case=order["case"], address=ADDRESS, now=NOW)
    assert one == as_calendar(order, address=ADDRESS, now=NOW)
    assert event_as_calendar(order["items"][0], case=order["case"], address=ADDRESS, now=NOW) is None


def test_there_is_no_calendar_without_days(desk: Desk) -> None:
    reply = checklist(desk, "zgloszenie_zleceniobiorcy", {**ORDER, "student": "tak"})
    assert as_calendar(reply, address=ADDRESS, now=NOW) is None


def test_the_calendar_keeps_texts_as_texts(order: dict[str, Any]) -> None:
    order["items"][1]["title"] = "A\r\nEND:VEVENT;,\\ " + HOSTILE
    event, = Calendar.from_ical(as_calendar(order, address=ADDRESS, now=NOW) or b"").walk("VEVENT")
    assert squeezed(HOSTILE) in squeezed(event["summary"])


# --- QR


def test_the_code_is_a_picture_with_words_that_fits_a_strict_page() -> None:
    title = 'Kod QR "listy" <b> & spółki'
    svg = as_svg(ADDRESS, title=title)
    assert svg.startswith("<svg ") and "style" not in svg and "<b>" not in svg
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root.attrib["role"] == "img" and root.attrib["aria-label"] == title
    assert root.findtext(f"{space}title") == title and root.findtext(f"{space}desc") == ADDRESS
    assert "viewBox" in root.attrib and "width" not in root.attrib


def test_a_longer_address_makes_a_larger_code() -> None:
    def side(address: str) -> int:
        return int(ElementTree.fromstring(as_svg(address, title="Kod")).attrib["viewBox"].split()[2])

    assert side(ADDRESS) < side(ADDRESS * 5)
    with pytest.raises(ValueError):
        as_svg("x" * 4000, title="Kod")


def test_the_template_comes_with_the_package(root: Path) -> None:
    assert '"**/*.typ"' in (root / "pyproject.toml").read_text(encoding="utf-8")
    assert list((root / "bot" / "papers").rglob("*.typ"))
