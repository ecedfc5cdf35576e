"""Every phrase used is there and used, and stands nowhere else; personal numbers are masked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from bot.cases.knowledge import Knowledge
from bot.cases.model import PROFILES
from bot.channels.taking import ERASE_WORDS
from bot.dialogue.patterns.surveying import SCORES, SOLVED
from bot.dialogue.privacy import mask
from bot.tickets.model import TicketStatus
from tests.conftest import ROOT


def test_every_phrase_used_in_code_is_there_and_every_phrase_is_used(knowledge: Knowledge) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    used = set(re.findall(r'phrase\(\s*f?"([a-z_]+)"', code)) | set(re.findall(r'"((?:button|offer|to_people)_[a-z_]+)"', code))
    used |= {f"button_{name}" for name in re.findall(r'command\("([a-z]+)"\)', code)} | {f"{kind}_{name}" for name in PROFILES for kind in ("profile", "tab")} | {f"ticket_{status}" for status in get_args(TicketStatus)} | {"hint_date", "hint_number", "foreign_uk", "foreign_ru", "foreign_en"}
    used |= {f"survey_solved_{name}" for name in SOLVED} | {f"survey_score_{score}" for score in SCORES} | {"people_live", "people_later", "people_closed", "maybe_correction", "code_unknown", "code_too_many", ERASE_WORDS}
    used |= {f"letter_{kind}_{part}" for kind in ("confirm", "due") for part in ("subject", "text")}
    known = {key for key in knowledge.phrases if not key.startswith(("command_", "popular_", "outside_", "said_"))}
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
