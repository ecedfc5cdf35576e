"""Stock Rasa (``rasa run`` + ``rasa run actions``, REST channel) beside ``okienko serve``: one run, one machine, the same messages.

Stock Rasa gets ``--matters`` of our intents, spread evenly, with at most ``--each`` sentences (all of them would train for hours, and more rules make
it slower), its recommended pipeline and policies (as ``rasa init`` writes them) and one rule an intent with one custom action, the least a stock bot does.
Okienko serves everything it has and does its whole turn. Each client plays the same conversations, one message after another. Stock Rasa runs as
two processes (``rasa run``, ``rasa run actions``); Okienko as one on SQLite and as two on PostgreSQL, each conversation staying with its process as a proxy
would keep it. Then, at half of the most it did, messages are sent at fixed moments and timed from those. Exits 1 below ``--factor`` or above ``--p99``.
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
from collections.abc import Iterator
from contextlib import contextmanager
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


def stock_project(folder: Path, matters: int, each: int) -> None:
    """A stock Rasa project with our intents and sentences."""
    import yaml

    from bot.nlu.importer import KnowledgeImporter

    importer = KnowledgeImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "nlu_data")])
    examples: dict[str, list[str]] = {}
    for message in importer.get_nlu_data().intent_examples:
        examples.setdefault(message.get("intent"), []).append(message.get("text"))
    names = sorted(examples)
    intents = names[:: max(1, len(names) // matters)] if matters else names
    examples = {intent: examples[intent][:each or None] for intent in intents}
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


async def drive(urls: list[str], stock: bool, clients: int, seconds: float) -> Figures:
    """Let so many clients talk for so long; each begins conversation after conversation, the processes in turn."""
    spent: list[float] = []
    silent = 0
    stop = time.perf_counter() + seconds

    async def talk(number: int, client: aiohttp.ClientSession) -> None:
        nonlocal silent
        turn = number
        while time.perf_counter() < stop:
            words = CONVERSATIONS[turn % len(CONVERSATIONS)]
            turn += 1
            send = await begin(urls[turn % len(urls)], stock, client)
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


async def half_load(urls: list[str], rate: float, seconds: float) -> tuple[float, float]:
    """Send so many messages a second at fixed moments; p50 and p99 in milliseconds, from the moment planned, so that a stall counts for everyone who waits."""
    spent: list[float] = []
    lanes = 24

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:

        async def lane(number: int, start: float) -> None:
            turn, planned, every = number, start + number / rate, lanes / rate
            while planned < start + seconds:
                send = await begin(urls[turn % len(urls)], False, client)
                for text in CONVERSATIONS[turn % len(CONVERSATIONS)]:
                    await asyncio.sleep(max(0.0, planned - time.perf_counter()))
                    await send(text)
                    spent.append(time.perf_counter() - planned)
                    planned += every
                turn += 1
                planned = max(planned, time.perf_counter())

        start = time.perf_counter() + 0.2
        await asyncio.gather(*(lane(number, start) for number in range(lanes)))
    spent.sort()
    return 1000 * spent[len(spent) // 2], 1000 * spent[int(len(spent) * 0.99)]


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


async def measure(name: str, urls: list[str], stock: bool, seconds: float, processes: list[subprocess.Popen[bytes]]) -> dict[int, Figures]:
    await drive(urls, stock, 2, 2.0)
    found = {clients: await drive(urls, stock, clients, seconds) for clients in (1, 16)}
    for clients, figures in found.items():
        print(f"{name:24} {clients:3} clients: {figures.turns:7.1f} turns/s  p50 {figures.p50:7.1f} ms  p99 {figures.p99:7.1f} ms  unanswered {figures.silent}", flush=True)
    print(f"{name:24} memory: {sum(map(memory, processes)):.0f} MB in {len(processes)} process(es)", flush=True)
    return found


def run_stock(seconds: float, matters: int, each: int) -> dict[int, Figures]:
    folder = Path(tempfile.mkdtemp(prefix="stock-rasa-"))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        stock_project(folder, matters, each)
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
            return await measure("stock Rasa, 2 processes", [f"http://127.0.0.1:{port}"], True, seconds, processes)

        return asyncio.run(go())
    finally:
        for process in processes:
            process.terminate()
        shutil.rmtree(folder, ignore_errors=True)


def run_okienko(seconds: float, database: str, count: int) -> tuple[dict[int, Figures], tuple[float, float]]:
    ports = [free_port() for _ in range(count)]
    common = {**ENVIRONMENT, "OKIENKO_DATABASE_URL": database, "OKIENKO_LOG_LEVEL": "ERROR", "OKIENKO_LIMITS": "0", "OKIENKO_SECRET_KEY": "bench"}
    start = lambda port: subprocess.Popen([PYTHON, "-W", "ignore", "-m", "bot", "serve"], cwd=ROOT, env={**common, "OKIENKO_PORT": str(port)}, stdout=subprocess.DEVNULL)  # noqa: E731
    processes = [start(port) for port in ports]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    try:

        async def go() -> tuple[dict[int, Figures], tuple[float, float]]:
            for url, process in zip(urls, processes, strict=True):
                await wait_for(f"{url}/readyz", 120, process)
            name = f"Okienko, {count} process{'es' if count > 1 else ''}"
            found = await measure(name, urls, False, seconds, processes)
            rate = found[16].turns / 2
            p50, p99 = await half_load(urls, rate, seconds)
            print(f"{name:24} half load, {rate:5.1f} turns/s:             p50 {p50:7.1f} ms  p99 {p99:7.1f} ms", flush=True)
            return found, (p50, p99)

        return asyncio.run(go())
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


@contextmanager
def fresh_postgres() -> Iterator[str | None]:
    """A database of our own on the local server, dropped afterwards; None where there is no server."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import OperationalError

    name, server = f"okienko_bench_{os.getpid()}", "postgresql://postgres@127.0.0.1:5432"
    admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        yield None
        return
    yield f"{server}/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def main() -> int:
    """Run all and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each number of clients talks")
    parser.add_argument("--factor", type=float, default=10.0, help="how many times stock's turns a second are required")
    parser.add_argument("--p99", type=float, default=30.0, help="milliseconds at half load that are allowed")
    parser.add_argument("--matters", type=int, default=30, help="how many matters stock Rasa learns; 0: all")
    parser.add_argument("--each", type=int, default=25, help="how many sentences each; 0: all")
    arguments = parser.parse_args()
    print(f"load average before: {os.getloadavg()[0]:.2f}, cores: {os.cpu_count()}", flush=True)
    stock = run_stock(arguments.seconds, arguments.matters, arguments.each)
    with tempfile.TemporaryDirectory(prefix="okienko-") as folder:
        best, waits = run_okienko(arguments.seconds, f"sqlite:///{folder}/okienko.db", 1)
    with fresh_postgres() as database:
        if database is not None:
            best, waits = run_okienko(arguments.seconds, database, 2)
        else:
            print("no PostgreSQL at its standard local port: one process on SQLite stands for the machine")
    ratio = best[16].turns / stock[16].turns
    print(f"the machine does {ratio:.1f} times stock's turns a second (wanted {arguments.factor:g}); p99 at half load {waits[1]:.1f} ms (allowed {arguments.p99:g})")
    return 0 if ratio >= arguments.factor and waits[1] <= arguments.p99 else 1


if __name__ == "__main__":
    sys.exit(main())
