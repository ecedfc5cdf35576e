"""What is fuzzed: everything that reads what strangers send, each as a function of bytes that either does its work or refuses in a way we foresaw.

Run by itself it fuzzes one target with atheris, guided by what the code does: ``fuzz_targets.py NAME RUNS``, in the environment of ``benchmarks/fuzz.lock``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

TODAY, NOW = date(2026, 11, 26), datetime(2026, 11, 26, tzinfo=timezone.utc)
SECRET = "fuzz"
PLANTED = ("44051401359", "526-000-12-46", "ABA300000", "61 1090 1014 0000 0712 1981 2874", "501 234 567", "jan.kowalski@example.org")
"""Personal data that nobody has."""
Target = Callable[[bytes], None]


def words(raw: bytes) -> str:
    """Bytes as the text that a web server would hand over."""
    return raw.decode("utf-8", "replace")


def text(raw: bytes) -> None:
    """Reading Polish: cleaning, clauses, dates, numbers of tickets, codes, language."""
    from bot.counter.codes import find_code
    from bot.text.clauses import clauses
    from bot.text.dates import find_date
    from bot.text.normalise import clean, fold, normalise
    from bot.tickets.reading import find_address, find_number

    said = words(raw)
    assert clean(clean(said)) == clean(said), "cleaning twice changes something"
    assert all(part.strip() for part in clauses(said))
    fold(said), normalise(said), find_date(said, TODAY), find_number(said), find_address(said), find_code(said)


def privacy(raw: bytes) -> None:
    """Masking: what is masked stays masked, and masking finds nothing new in its own work."""
    from bot.dialogue.privacy import mask

    masked = mask(words(raw))
    assert mask(masked) == masked, "masking twice changes something"


def letter(raw: bytes) -> None:
    """A letter as it came."""
    from bot.channels.email.incoming import read_letter
    from bot.channels.port import MalformedError

    try:
        found = read_letter(raw)
    except MalformedError:
        return
    assert "\0" not in found.subject + found.text and "\n" not in found.subject


def _signed(raw: bytes) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest(), "X-Telegram-Bot-Api-Secret-Token": SECRET}


def messenger(raw: bytes) -> None:
    """A signed call of Messenger."""
    from bot.channels.messenger.incoming import arrivals
    from bot.channels.port import MalformedError

    try:
        arrivals(raw, _signed(raw), SECRET)
    except MalformedError:
        return


def whatsapp(raw: bytes) -> None:
    """A signed call of WhatsApp."""
    from bot.channels.port import MalformedError
    from bot.channels.whatsapp.incoming import arrivals

    try:
        arrivals(raw, _signed(raw), SECRET, "1")
    except MalformedError:
        return


def telegram(raw: bytes) -> None:
    """A call of Telegram with the right word."""
    from bot.channels.port import MalformedError
    from bot.channels.telegram.incoming import arrivals

    try:
        arrivals(raw, _signed(raw), SECRET, NOW)
    except MalformedError:
        return


def frame(raw: bytes) -> None:
    """A frame of the socket, and the body of a message."""
    from bot.errors import UsageError
    from bot.web.api.socket import _frame, _types

    said = words(raw)
    try:
        _types(said)
        _frame(said).act()
    except UsageError:
        return


def letters_html(raw: bytes) -> None:
    """What was written as HTML of a letter: no tag of the writer's gets through."""
    from bot.mail.html import as_html

    assert "<script" not in as_html(words(raw), "x").lower()


TARGETS: dict[str, Target] = {item.__name__: item for item in (text, privacy, letter, messenger, whatsapp, telegram, frame, letters_html)}


def seeds(name: str) -> list[bytes]:
    """Real inputs to begin with."""
    contracts = ROOT / "tests" / "contracts"
    if name == "letter":
        return [path.read_bytes() for path in sorted((contracts / "email").glob("*.eml"))]
    if (contracts / name).is_dir():
        kept = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((contracts / name).glob("*.json"))]
        return [json.dumps(item["body"], ensure_ascii=False).encode() for items in kept for item in items if "body" in item]
    if name == "frame":
        return [b'{"text": "dzie\xc5\x84 dobry", "client_id": "a1"}', b'{"choice": "abc"}', b'{"type": "typing"}', b'{"open": "konto_ezus"}']
    return ["; ".join(PLANTED).encode(), b"5 grudnia, a potem 3.12.2026; co dalej z OK-2611-00001 ABCD-EFGH"]


def main() -> None:
    """One target, so many runs; libFuzzer prints what it did and keeps what broke."""
    import tempfile

    import atheris

    name, runs = sys.argv[1], sys.argv[2]
    with atheris.instrument_imports(include=["bot"]):
        TARGETS[name](b"")
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(name)):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], f"-runs={runs}", "-max_len=4096", "-seed=1", "-print_final_stats=1", "-verbosity=0", folder], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
