"""The survey of the whole service: a plain form, kept masked, told what is missing, and not more often than it may."""

from __future__ import annotations

from datetime import datetime, timezone

from aiohttp.test_utils import TestClient

from bot.counter.counter import Counter
from bot.counter.ports import Rating

HTML = {"Accept": "text/html"}
EVER = datetime(2000, 1, 1, tzinfo=timezone.utc)
GOOD = {"kim": "platnik", "znalazlem": "czesciowo", "latwosc": "4", "uwaga": "Więcej przykładów. Mój PESEL 44051401359"}


def kept(counter: Counter) -> list[Rating]:
    return counter.store.ratings(EVER)


async def test_the_footer_leads_to_a_form_that_needs_no_script(client: TestClient) -> None:
    for home in ("/", "/tekst"):
        assert 'href="/ankieta' in await (await client.get(home, headers=HTML)).text(), home
    text = await (await client.get("/ankieta", headers=HTML)).text()
    assert '<form method="post" action="/ankieta">' in text
    assert text.count("<fieldset") == text.count("<legend>") == 3
    assert "<script" not in text.partition("<main")[2].partition("</main>")[0]


async def test_the_profile_of_the_address_is_chosen(client: TestClient) -> None:
    text = await (await client.get("/ankieta?profil=platnik", headers=HTML)).text()
    assert 'name="kim" value="platnik" checked' in text
    assert text.count("checked") == 2


async def test_an_answer_is_kept_beside_the_others_and_masked(client: TestClient, counter: Counter) -> None:
    response = await client.post("/ankieta", data=GOOD, headers=HTML)
    assert response.status == 201
    assert "Dziękujemy" in await response.text()
    [rating] = kept(counter)
    assert (rating.channel, rating.solved, rating.score, rating.profile, rating.entry, rating.ticket) == ("portal", "czesciowo", 4, "platnik", None, None)
    assert rating.remark == "Więcej przykładów. Mój PESEL [PESEL]"


async def test_only_one_question_has_to_be_answered(client: TestClient, counter: Counter) -> None:
    assert (await client.post("/ankieta", data={"znalazlem": "tak", "kim": "", "latwosc": "", "uwaga": " "}, headers=HTML)).status == 201
    assert [(rating.solved, rating.score, rating.profile, rating.remark) for rating in kept(counter)] == [("tak", None, None, "")]


async def test_a_fault_is_told_beside_what_was_filled_in(client: TestClient, counter: Counter) -> None:
    for wrong in ({"znalazlem": ""}, {"znalazlem": "może"}, {"latwosc": "6"}, {"kim": "król"}, {"uwaga": "x" * 1001}):
        response = await client.post("/ankieta", data={**GOOD, **wrong}, headers=HTML)
        text = await response.text()
        assert response.status == 400, wrong
        assert 'role="alert"' in text
        if "uwaga" not in wrong:
            assert "Więcej przykładów" in text
    shown = await (await client.post("/ankieta", data={"uwaga": "<b>&"}, headers=HTML)).text()
    assert "&lt;b&gt;&amp;" in shown
    assert kept(counter) == []


async def test_strangers_pages_may_not_answer(client: TestClient, counter: Counter) -> None:
    response = await client.post("/ankieta", data=GOOD, headers={**HTML, "Origin": "https://evil.example"})
    assert response.status == 403
    assert kept(counter) == []


async def test_five_an_hour_from_one_address_and_faults_do_not_count(client: TestClient, counter: Counter) -> None:
    await client.post("/ankieta", data={}, headers=HTML)
    statuses = [(await client.post("/ankieta", data=GOOD, headers=HTML)).status for _ in range(6)]
    assert statuses == [201] * 5 + [429]
    refused = await (await client.post("/ankieta", data=GOOD, headers=HTML)).text()
    assert "Więcej przykładów" in refused
    assert len(kept(counter)) == 5


async def test_a_strange_character_does_no_harm(client: TestClient, counter: Counter) -> None:
    assert (await client.post("/ankieta", data={**GOOD, "uwaga": "a\0b"}, headers=HTML)).status == 201
    assert kept(counter)[0].remark == "ab"
