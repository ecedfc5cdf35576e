"""Every phrase used is there and used; any sequence of commands and answers leaves a valid place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.knowledge import Knowledge
from bot.cases.loader import load_knowledge
from bot.cases.model import PROFILES
from bot.clock import Clock
from bot.dialogue.desk import Desk
from bot.dialogue.privacy import mask
from bot.tickets.model import TicketStatus
from tests.conftest import DAY, ROOT
from tests.dialogue.talk import Talk

KNOWLEDGE = load_knowledge(ROOT / "knowledge")
WORDS = ["tak", "nie", "nie wiem", "dalej", "wstecz", "pomiń", "powtórz", "od nowa", "przerwij", "menu", "pomoc", "wznów", "ok", "1 grudnia", "5", "drukuj",
         "to nie to", "konsultant", "co to jest ZUS RCA", "dzień dobry", "", "zzz"]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(KNOWLEDGE.entries)), st.lists(st.one_of(st.sampled_from(WORDS), st.integers(0, 6)), max_size=25))
def test_any_sequence_of_commands_answers_and_buttons_leaves_a_valid_place(name: str, acts: list[str | int]) -> None:
    talk = Talk(Desk(KNOWLEDGE, Clock(DAY))).say("zaczynamy", **{name: 0.95})
    for act in acts:
        if isinstance(act, int):
            choices = [choice["id"] for reply in talk.replies for choice in reply.get("choices", ())]
            if choices:
                talk.press_id(choices[act % len(choices)])
        else:
            talk.say(act)
        for frame in talk.session.stack:
            assert frame.entry in KNOWLEDGE.entries
        assert talk.session.misses <= 2


def test_every_phrase_used_in_code_is_there_and_every_phrase_is_used(knowledge: Knowledge) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    used = set(re.findall(r'phrase\(\s*f?"([a-z_]+)"', code)) | set(re.findall(r'"((?:button|offer|to_people|form|office)_[a-z_]+)"', code))
    used |= {f"button_{name}" for name in re.findall(r'command\("([a-z]+)"\)', code)} | {f"{kind}_{name}" for name in PROFILES for kind in ("profile", "tab")} | {f"ticket_{status}" for status in get_args(TicketStatus)} | {"hint_date", "hint_number", "foreign_uk", "foreign_ru", "foreign_en"}
    known = {key for key in knowledge.phrases if not key.startswith(("command_", "popular_", "outside_"))}
    assert not {key for key in used if not key.endswith("_")} - known
    assert not known - used


def test_personal_numbers_are_masked_by_their_checksums() -> None:
    said = "PESEL 44051401359, NIP 526-10-40-828, konto 61 1090 1014 0000 0712 1981 2874, tel. 600 700 800, a@b.pl, dowód ABA300000"
    assert mask(said) == "PESEL [PESEL], NIP [NIP], konto [konto], tel. [telefon], [e-mail], dowód [dowód]"
    assert mask("kod 04 11 30, kwota 4806 zł, 12345678901, infolinia 22 560 16 00") == "kod 04 11 30, kwota 4806 zł, 12345678901, infolinia 22 560 16 00"


def test_no_sentence_for_clients_stands_in_code() -> None:
    for path in (ROOT / "bot" / "dialogue").rglob("*.py"):
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            assert not re.search(r'add\(replies\.\w+\(f?"', line), f"{path}: {line}"
