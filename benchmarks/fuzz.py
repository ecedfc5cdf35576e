"""Bad inputs, counted: what strangers may send, thrown at what reads it until the number asked for is reached or something breaks.

1. atheris, guided by coverage, on every parser of ``fuzz_targets.py`` (each begins with real inputs from the contracts);
2. Hypothesis on whole conversations: any words and buttons in any order; every turn answers, nothing unmasked is kept;
3. schemathesis on a running service, from its own OpenAPI: no fault of ours, no answer that is not described; first everything but erasing, with
   a conversation and a ticket that exist, then all calls.

The first and the third need packages that do not fit beside Rasa's; ``make fuzz`` keeps them in an environment of their own (``benchmarks/fuzz.lock``).
Prints how many inputs each part tried; exits 1 when anything broke or fewer were tried than ``--runs`` and ``--cases`` ask for.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bench import ENVIRONMENT, PYTHON, free_port  # noqa: E402
from benchmarks.fuzz_targets import PLANTED, TARGETS  # noqa: E402

OWN = ROOT / ".fuzz-venv" / "bin"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def parsers(runs: int) -> tuple[int, list[str]]:
    """atheris on each target."""
    tried, broken = 0, []
    with tempfile.TemporaryDirectory(prefix="okienko-fuzz-") as folder:
        for name in TARGETS:
            done = subprocess.run([OWN / "python", "-W", "ignore", ROOT / "benchmarks" / "fuzz_targets.py", name, str(runs)], cwd=folder, capture_output=True, text=True, env=ENVIRONMENT)
            count = int((re.search(r"number_of_executed_units: (\d+)", done.stderr) or ["", "0"])[1])
            tried += count
            print(f"  {name:14} {count:8} inputs{'' if done.returncode == 0 else '   BROKEN'}", flush=True)
            if done.returncode != 0 or count < runs:
                broken.append(f"{name}:\n{done.stderr[-1500:]}")
    return tried, broken


def talks(count: int) -> tuple[int, list[str]]:
    """Hypothesis on conversations."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    from bot.cases.loader import load_knowledge
    from bot.clock import Clock
    from bot.counter.counter import Counter
    from bot.counter.turns import take_turn
    from bot.dialogue.desk import Desk
    from bot.dialogue.understanding import Heard, Ranked
    from bot.store.memory import MemoryStore

    desk = Desk(load_knowledge(ROOT / "knowledge"), Clock())
    names = sorted(desk.knowledge.entries)
    said = st.one_of(st.text(max_size=300), st.sampled_from(["dalej", "wstecz", "tak", "nie", "konsultant", "co to jest ZUS RCA", *PLANTED]), st.lists(st.sampled_from(PLANTED), min_size=1, max_size=4).map(" ".join))
    ranked = st.lists(st.tuples(st.sampled_from(names), st.floats(0, 1)), max_size=4)
    act = st.tuples(said, ranked, st.one_of(st.none(), st.integers(0, 12), st.text(max_size=70)))
    tried = 0

    @settings(max_examples=count, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(act, min_size=1, max_size=10))
    def talk(acts: list[tuple[str, list[tuple[str, float]], Any]]) -> None:
        nonlocal tried
        counter = Counter(desk, MemoryStore())
        opened = counter.open()
        choices = [choice["id"] for reply in opened.replies for choice in reply.get("choices", ())]
        for number, (words, ranking, press) in enumerate(acts):
            tried += 1
            choice = (choices[press % len(choices)] if choices else None) if isinstance(press, int) else press
            with_person = counter.with_person(opened.id)
            turn = take_turn(counter, opened.id, words, Heard(words, tuple(Ranked(*item) for item in ranking)), choice, str(number))
            assert turn.replies or with_person or counter.with_person(opened.id), "a turn without an answer"
            choices = [item["id"] for reply in turn.replies for item in reply.get("choices", ())] or choices
        kept = json.dumps([message.body for message in counter.said(opened.id)], ensure_ascii=False)
        assert not [value for value in PLANTED if value in kept], "kept unmasked"

    try:
        talk()
    except Exception as error:
        return tried, [f"a conversation: {type(error).__name__}: {error}"]
    return tried, []


def service(cases: int) -> tuple[int, list[str]]:
    """schemathesis on a running service."""
    with tempfile.TemporaryDirectory(prefix="okienko-fuzz-") as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {**ENVIRONMENT, "OKIENKO_DATABASE_URL": f"sqlite:///{folder}/okienko.db", "OKIENKO_LIMITS": "0", "OKIENKO_PORT": str(port), "OKIENKO_LOG_LEVEL": "ERROR", "OKIENKO_PUBLIC_URL": url}
        with (Path(folder) / "log.txt").open("wb") as log:
            process = subprocess.Popen([PYTHON, "-W", "ignore", "-m", "bot", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
            try:
                wait(f"{url}/readyz", process)
                tried, broken = 0, []
                for more in (["--exclude-method", "DELETE"], []):
                    if process.poll() is None:
                        count, faults = schemathesis(url, Path(folder), cases, more)
                        tried, broken = tried + count, broken + faults
            finally:
                alive = process.poll() is None
                process.terminate()
                process.wait(30)
        logged = (Path(folder) / "log.txt").read_text(encoding="utf-8")
    broken += [] if alive else [f"the service ended:\n{logged[-1500:]}"]
    return tried, broken + ([f"the service wrote a trace:\n{logged[-1500:]}"] if "Traceback" in logged else [])


def schemathesis(url: str, folder: Path, cases: int, more: list[str]) -> tuple[int, list[str]]:
    """One run, on a description whose paths name a conversation and a ticket that are there."""
    described, begun, opened = ask("GET", f"{url}/api/v1/openapi.json"), ask("POST", f"{url}/api/v1/conversations", {}), ask("POST", f"{url}/api/v1/tickets", {"question": "x"})
    for path, item in described["paths"].items():
        known = {"id": begun["id"] if "conversations" in path else "zgloszenie_zleceniobiorcy", "number": opened["number"], "code": opened["code"]}
        for parameter in (found for operation in item.values() for found in operation.get("parameters", ()) if found["name"] in known):
            parameter |= {"schema": {"anyOf": [{"const": known[parameter["name"]]}, {"type": "string", "maxLength": 80}]}, "example": known[parameter["name"]]}
    file = folder / "openapi.json"
    file.write_text(json.dumps(described), encoding="utf-8")
    call = [OWN / "st", "run", file, "--url", url, "-H", f"Authorization: Bearer {begun['token']}", "-n", str(cases), "-c", CHECKS, "--continue-on-failure", "--no-color", "--seed", "1",
            "--exclude-path", "/api/v1/conversations/{id}/socket", "--request-timeout", "20", "--warnings", "off", *more]  # fmt: skip
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    count = int((re.search(r"(\d+) generated", done.stdout) or ["", "0"])[1])
    print(f"  {'the service, all calls' if not more else 'the service, no erasing':24} {count:6} calls{'' if done.returncode == 0 else '   BROKEN'}", flush=True)
    return count, [] if done.returncode == 0 and count else [done.stdout[-4000:] + done.stderr[-500:]]


def ask(method: str, url: str, body: Any = None) -> Any:
    """A JSON call."""
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method), timeout=20) as response:
        return json.load(response)


def wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the service is ready."""
    for _ in range(400):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            if process.poll() is not None:
                raise SystemExit("the service ended early") from None
            time.sleep(0.3)
    raise SystemExit("the service did not get ready")


def main() -> int:
    """All three, and how many in all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=30_000, help="inputs of each parser")
    parser.add_argument("--talks", type=int, default=1000, help="conversations of up to ten turns")
    parser.add_argument("--cases", type=int, default=40, help="calls of each operation of the API, in each of the two runs")
    arguments = parser.parse_args()
    tried, broken = 0, []
    for name, part in (("parsers (atheris)", lambda: parsers(arguments.runs)), ("conversations (Hypothesis)", lambda: talks(arguments.talks)), ("the API (schemathesis)", lambda: service(arguments.cases))):
        started = time.perf_counter()
        print(name, flush=True)
        count, faults = part()
        tried, broken = tried + count, broken + faults
        print(f"  {count} bad inputs tried in {time.perf_counter() - started:.0f} s, broken: {len(faults)}", flush=True)
    for fault in broken:
        print(f"\n{fault}")
    print(f"bad inputs tried: {tried}, broken: {len(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
