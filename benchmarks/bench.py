"""Stock Rasa (``rasa run`` + ``rasa run actions``, REST channel) beside ``okienko serve``: one run, one machine, the same messages.

Both get the same intents and training sentences. Stock Rasa gets its recommended pipeline and policies (as ``rasa init`` writes
them) and one rule an intent with one custom action, the least a stock bot does; Okienko does its whole turn. Each client
plays the same conversations, one message after another. Prints turns a second, p50, p99, memory and the ratio; exits 1
when Okienko is not at least ``--factor`` times as fast.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.peers.diet import FALLBACK_PART, HEAD  # noqa: E402

PYTHON = sys.executable
ENVIRONMENT = {**os.environ, "PYTHONWARNINGS": "ignore", "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
CONVERSATIONS = [
    ["zatrudniam od środy dziewczynę na zlecenie, co mam zrobić?", "nie, skończyła studia", "co to jest ZUS RCA", "osoba z zewnątrz", "no ma etat", "1 grudnia", "dalej", "dalej"],
    ["zmarła mama, ja płaciłem za pogrzeb", "ja, jestem synem", "20 listopada", "składam sam", "dalej", "dalej", "dziękuję"],
    ["Płatnik nie widzi podpisu z karty", "na miejscu, bez zdalnego", "tam go widać", "jest w osobistych", "jest inny", "dalej", "tak"],
    ["do kiedy wysłać deklarację za październik", "jednoosobowa", "tylko za siebie", "15 października", "dalej", "dalej", "dalej", "dalej"],
    ["jak założyć konto przez internet w zusie", "mam profil zaufany", "dla siebie", "dalej", "wstecz", "dalej", "dalej"],
]
STOCK_CONFIG = HEAD + """  - name: ResponseSelector
    epochs: 100
    constrain_similarities: true
""" + FALLBACK_PART + """policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: UnexpecTEDIntentPolicy
    max_history: 5
    epochs: 100
  - name: TEDPolicy
    max_history: 5
    epochs: 100
    constrain_similarities: true
"""
STOCK_ACTION = """
from rasa_sdk import Action

class ActionAnswer(Action):
    def name(self):
        return "action_answer"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="ok " + str(tracker.latest_message["intent"]["name"]))
        return []
"""


@dataclass
class Figures:
    """What one system did at one number of clients."""

    turns: float
    p50: float
    p99: float
    silent: int


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def stock_project(folder: Path) -> None:
    """A stock Rasa project with our intents and sentences."""
    import yaml

    from bot.nlu.importer import KnowledgeImporter

    importer = KnowledgeImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "nlu_data")])
    examples: dict[str, list[str]] = {}
    for message in importer.get_nlu_data().intent_examples:
        examples.setdefault(message.get("intent"), []).append(message.get("text"))
    intents = sorted(examples)
    nlu = [{"intent": intent, "examples": "".join(f"- {text}\n" for text in examples[intent])} for intent in intents]
    rules = [{"rule": intent, "steps": [{"intent": intent}, {"action": "action_answer"}]} for intent in [*intents, "nlu_fallback"]]
    (folder / "data").mkdir()
    (folder / "data" / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, width=1000), encoding="utf-8")
    (folder / "data" / "rules.yml").write_text(yaml.safe_dump({"version": "3.1", "rules": rules}, allow_unicode=True), encoding="utf-8")
    domain = {"version": "3.1", "intents": [*intents, "nlu_fallback"], "actions": ["action_answer"], "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}}
    (folder / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
    (folder / "config.yml").write_text(STOCK_CONFIG, encoding="utf-8")
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    (folder / "actions").mkdir()
    (folder / "actions" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "actions" / "actions.py").write_text(STOCK_ACTION, encoding="utf-8")
    print(f"stock Rasa: {len(intents)} intents, {sum(map(len, examples.values()))} sentences", flush=True)


def memory(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of a process and its children, in MB."""
    parent = psutil.Process(process.pid)
    return sum(item.memory_info().rss for item in [parent, *parent.children(recursive=True)]) / 1e6


async def wait_for(url: str, seconds: float, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + seconds
    async with aiohttp.ClientSession() as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise SystemExit(f"{url}: the process ended early")
            try:
                async with client.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.3)
    raise SystemExit(f"{url} did not answer in {seconds:.0f} s")


async def drive(url: str, stock: bool, clients: int, seconds: float) -> Figures:
    """Let so many clients talk for so long; each begins conversation after conversation."""
    spent: list[float] = []
    silent = 0
    stop = time.perf_counter() + seconds

    async def talk(number: int, client: aiohttp.ClientSession) -> None:
        nonlocal silent
        turn = number
        while time.perf_counter() < stop:
            words = CONVERSATIONS[turn % len(CONVERSATIONS)]
            turn += 1
            send = await begin(url, stock, client)
            for text in words:
                started = time.perf_counter()
                answer = await send(text)
                spent.append(time.perf_counter() - started)
                silent += not answer
                if time.perf_counter() > stop:
                    return

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
        started = time.perf_counter()
        await asyncio.gather(*(talk(number, client) for number in range(clients)))
        elapsed = time.perf_counter() - started
    spent.sort()
    return Figures(len(spent) / elapsed, 1000 * spent[len(spent) // 2], 1000 * spent[int(len(spent) * 0.99)], silent)


async def begin(url: str, stock: bool, client: aiohttp.ClientSession) -> Any:
    """A function that says one thing in a new conversation and returns what was answered."""
    if stock:
        sender = uuid.uuid4().hex

        async def say(text: str) -> Any:
            async with client.post(f"{url}/webhooks/rest/webhook", json={"sender": sender, "message": text}) as response:
                return await response.json()

        return say
    async with client.post(f"{url}/api/v1/conversations", json={}) as response:
        begun = await response.json()
    headers = {"Authorization": f"Bearer {begun['token']}"}

    async def tell(text: str) -> Any:
        async with client.post(f"{url}/api/v1/conversations/{begun['id']}/messages", json={"text": text}, headers=headers) as response:
            return (await response.json())["replies"]

    return tell


async def measure(url: str, stock: bool, seconds: float, processes: list[subprocess.Popen[bytes]]) -> dict[int, Figures]:
    await drive(url, stock, 1, 2.0)
    found = {clients: await drive(url, stock, clients, seconds) for clients in (1, 16)}
    name = "stock rasa" if stock else "okienko"
    for clients, figures in found.items():
        print(f"{name:11} {clients:3} clients: {figures.turns:7.1f} turns/s  p50 {figures.p50:7.1f} ms  p99 {figures.p99:7.1f} ms  unanswered {figures.silent}", flush=True)
    print(f"{name:11} memory: {sum(map(memory, processes)):.0f} MB in {len(processes)} process(es)", flush=True)
    return found


def run_stock(seconds: float) -> dict[int, Figures]:
    folder = Path(tempfile.mkdtemp(prefix="stock-rasa-"))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        stock_project(folder)
        started = time.perf_counter()
        log = (folder / "log.txt").open("wb")
        subprocess.run([PYTHON, "-W", "ignore", "-m", "rasa", "train", "--fixed-model-name", "stock"], cwd=folder, env=ENVIRONMENT, stdout=log, stderr=log, check=True)
        print(f"stock Rasa trained in {time.perf_counter() - started:.0f} s", flush=True)
        port, actions = free_port(), free_port()
        (folder / "endpoints.yml").write_text(f'action_endpoint:\n  url: "http://127.0.0.1:{actions}/webhook"\n', encoding="utf-8")
        processes.append(subprocess.Popen([PYTHON, "-W", "ignore", "-m", "rasa", "run", "actions", "--port", str(actions)], cwd=folder, env=ENVIRONMENT, stdout=log, stderr=log))
        processes.append(subprocess.Popen([PYTHON, "-W", "ignore", "-m", "rasa", "run", "--port", str(port), "--credentials", "credentials.yml"], cwd=folder, env=ENVIRONMENT, stdout=log, stderr=log))

        async def go() -> dict[int, Figures]:
            await wait_for(f"http://127.0.0.1:{actions}/health", 120, processes[0])
            await wait_for(f"http://127.0.0.1:{port}/", 180, processes[1])
            return await measure(f"http://127.0.0.1:{port}", True, seconds, processes)

        return asyncio.run(go())
    finally:
        for process in processes:
            process.terminate()
        shutil.rmtree(folder, ignore_errors=True)


def run_okienko(seconds: float) -> dict[int, Figures]:
    folder = Path(tempfile.mkdtemp(prefix="okienko-"))
    port = free_port()
    environment = {**ENVIRONMENT, "OKIENKO_PORT": str(port), "OKIENKO_DATABASE_URL": f"sqlite:///{folder / 'okienko.db'}", "OKIENKO_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen([PYTHON, "-W", "ignore", "-m", "bot", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:

        async def go() -> dict[int, Figures]:
            await wait_for(f"http://127.0.0.1:{port}/readyz", 120, process)
            return await measure(f"http://127.0.0.1:{port}", False, seconds, [process])

        return asyncio.run(go())
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run both and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each number of clients talks")
    parser.add_argument("--factor", type=float, default=4.0, help="how many times stock's turns a second are required")
    arguments = parser.parse_args()
    stock = run_stock(arguments.seconds)
    ours = run_okienko(arguments.seconds)
    ratios = {clients: ours[clients].turns / stock[clients].turns for clients in ours}
    for clients, ratio in ratios.items():
        print(f"{clients:3} clients: okienko does {ratio:.1f} times stock's turns a second")
    return 0 if min(ratios.values()) >= arguments.factor else 1


if __name__ == "__main__":
    sys.exit(main())
