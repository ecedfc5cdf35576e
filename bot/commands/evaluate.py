"""``okienko evaluate``: how well sentences that training never saw are understood."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.commands import DONE, NOT_RIGHT, WRONG_USE
from bot.commands.common import Ears, command
from bot.commands.learning import keep_measured
from bot.dialogue.understanding import Understanding, decide
from bot.settings import Settings

Understand = Callable[[str], Understanding]


def add(parsers: Any) -> None:
    """Declare the command."""
    parser = command(parsers, "evaluate", "Zmierz rozumienie na zdaniach, których trening nie widział.", "okienko evaluate --first 0.80 --third 0.92 --html results/raport.html")
    parser.add_argument("--utterances", help="katalog zdań testowych, domyślnie tests/utterances")
    parser.add_argument("--json", action="store_true", help="wypisz wynik jako JSON")
    parser.add_argument("--html", metavar="PLIK", help="zapisz raport z wykresami")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="pokaż N źle zrozumianych zdań")
    parser.add_argument("--copies", action="store_true", help="zmierz też kopie zdań: bez polskich liter i z jednym błędem")
    parser.add_argument("--latency", action="store_true", help="zmierz tylko, ile trwa zrozumienie wiadomości o 300 i 2000 znaków")
    parser.add_argument("--against", metavar="MODEL", help="porównaj z innym modelem na tych samych zdaniach")
    parser.add_argument("--ablate", action="store_true", help="zmierz, ile warta jest każda część rozumienia (trwa kilka minut)")
    parser.add_argument("--first", type=float, default=0.0, help="wymagany udział trafnych pierwszych odpowiedzi")
    parser.add_argument("--third", type=float, default=0.0, help="wymagany udział trafnych w pierwszych trzech")
    parser.add_argument("--recall", type=float, default=0.0, help="wymagany udział rozpoznanych spraw nie naszych")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure and print."""
    from bot.compose import build_desk
    from bot.measure.scores import measure, understood
    from bot.measure.sentences import OUTSIDE, every_sentence

    root = Path(arguments.utterances) if arguments.utterances else settings.root / "tests" / "utterances"
    desk = build_desk(settings)
    sentences = [item for item in every_sentence(root, settings.learned_folder) if item.intent == OUTSIDE or desk.knowledge.entry(item.intent)]
    if not sentences:
        print(f"W {root} nie ma zdań testowych dla podawanych spraw.", file=sys.stderr)
        return WRONG_USE
    if arguments.ablate:
        return _ablate(desk, settings, sentences)
    understand = _understand(desk, settings)
    if arguments.latency:
        return _latency(sentences, understand)
    outcomes = understood(sentences, understand, desk.knowledge)
    keep_measured(settings, desk, outcomes)
    result = measure(outcomes, desk.knowledge)
    if arguments.copies:
        result["copies"] = _copies(sentences, understand, desk)
    if arguments.against:
        result["against"] = _against(arguments.against, outcomes, sentences, desk, settings)
    _show(result, arguments)
    whole = result["slices"]["wszystko"]
    passed = whole["first"] >= arguments.first and whole["third"] >= arguments.third and result["scope"]["recall"] >= arguments.recall
    return DONE if passed else NOT_RIGHT


def _understand(desk: Any, settings: Settings) -> Understand:
    ears = Ears(settings)
    return lambda text: decide(ears.hear(text), desk.knowledge, desk.finder)


def _latency(sentences: list[Any], understand: Understand) -> int:
    from bot.measure.latency import LENGTHS, latency

    found = latency([item.text for item in sentences if item.language == "pl"], understand)
    for chars, row in found.items():
        print(f"{chars:5} znaków, {row['messages']} wiadomości: p50 {row['p50']:.1f} ms, p99 {row['p99']:.1f} ms (cel: {LENGTHS[chars]:.0f} ms)")
    return DONE if all(row["p99"] <= LENGTHS[chars] for chars, row in found.items()) else NOT_RIGHT


def _copies(sentences: list[Any], understand: Understand, desk: Any) -> dict[str, Any]:
    from bot.measure.scores import accuracy, understood
    from bot.measure.sentences import OUTSIDE, with_slip, without_letters

    ours = [item for item in sentences if item.intent != OUTSIDE and item.language == "pl"]
    made = {"bez polskich liter": without_letters, "z jednym błędem": with_slip}
    return {name: accuracy(understood([copy(item) for item in ours], understand, desk.knowledge)) for name, copy in made.items()}


def _against(model: str, outcomes: list[Any], sentences: list[Any], desk: Any, settings: Settings) -> dict[str, Any]:
    from bot.measure.compare import compare
    from bot.measure.scores import understood

    other = understood(sentences, _understand(desk, replace(settings, model=model)), desk.knowledge)
    return compare(outcomes, other)


def _ablate(desk: Any, settings: Settings, sentences: list[Any]) -> int:
    from bot.measure.ablation import ablate

    polish = [item for item in sentences if item.language == "pl"]
    print(f"{'bez części':24} pierwsza  w trzech  nie nasze  fałszywe   p50 ms")
    for name, row in ablate(desk.knowledge, desk.finder, settings.root / "nlu_data", polish, settings.learned_folder / "training.yml"):
        print(f"{name:24} {row['first']:7.1%}  {row['third']:7.1%}  {row['recall']:8.1%}  {row['false_alarms']:7.1%}  {row['p50']:7.1f}", flush=True)
    return DONE


def _show(result: dict[str, Any], arguments: argparse.Namespace) -> None:
    if arguments.html:
        from bot.measure.report import write_report

        write_report(result, Path(arguments.html), title="Jak Okienko rozumie")
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return
    print("\n".join(_lines(result, arguments.wrong)))
    if arguments.html:
        print(f"Raport: {arguments.html}")


def _lines(result: dict[str, Any], wrong: int) -> list[str]:
    rows = {**result["slices"], **{f"język {name}": row for name, row in result["languages"].items()}, **result.get("copies", {})}
    lines = [f"{'':28} zdań  pierwsza  w trzech"]
    lines += [f"{key:28} {row['total']:5}  {row['first']:7.1%}  {row['third']:7.1%}" for key, row in rows.items()]
    scope, time = result["scope"], result["milliseconds"]
    lines.append(f"nie nasze: rozpoznane {scope['recall']:.1%} z {scope['outside']}, odrzucone dobre pytania {scope['false_alarms']:.1%}")
    lines.append(f"kalibracja: ECE {result['calibration']['error']:.3f}")
    lines.append(f"czas zrozumienia: p50 {time['p50']:.1f} ms, p99 {time['p99']:.1f} ms")
    if result["confused"]:
        lines.append("najczęściej mylone (powinno być → jest):")
        lines += [f"  {row['count']:3} {row['wanted']} → {row['found']}" for row in result["confused"][:12]]
    lines += [f"  „{item['text']}”: {item['wanted']} → {item['found']} ({item['kind']} {item['confidence']})" for item in result["wrong"][:wrong]]
    if "against" in result:
        lines += _compared(result["against"])
    return lines


def _compared(against: dict[str, Any]) -> list[str]:
    mine, other = against["mine"], against["other"]
    lines = [f"ten model {mine['first']:.1%} / {mine['third']:.1%}, tamten {other['first']:.1%} / {other['third']:.1%}"]
    for key, title in (("won", "zyskane"), ("lost", "stracone")):
        lines.append(f"{title}: {len(against[key])}")
        lines += [f"  „{item['text']}”: {item['wanted']} (było {item['before'][:1]}, jest {item['found'][:1]})" for item in against[key][:20]]
    return lines
