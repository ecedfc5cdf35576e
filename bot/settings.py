"""The settings, read once from the environment (prefix ``OKIENKO_``); every fault is told at the start, all at once.

Each setting may also come from a file, named by ``<SETTING>_FILE``. ``docs/settings.md`` lists them; a test compares.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from bot.errors import ConfigurationError

PREFIX = "OKIENKO_"


@dataclass(frozen=True)
class Settings:
    """How this process runs."""

    root: Path = field(default_factory=Path.cwd, metadata={"doc": "katalog projektu: knowledge/, models/, var/"})
    host: str = field(default="127.0.0.1", metadata={"doc": "adres, na którym słucha serwer"})
    port: int = field(default=8080, metadata={"doc": "port, na którym słucha serwer"})
    public_url: str = field(default="", metadata={"doc": "adres, pod którym serwis widzą klienci; domyślnie z HOST i PORT"})
    database_url: str = field(default="", metadata={"doc": "baza danych; domyślnie SQLite w var/okienko.db"})
    redis_url: str = field(default="", metadata={"doc": "Redis dla wielu procesów; domyślnie brak"})
    engine_url: str = field(default="", metadata={"doc": "adres osobnego silnika Rasa; domyślnie silnik w tym samym procesie"})
    model: str = field(default="", metadata={"doc": "plik modelu; domyślnie najnowszy w models/"})
    secret_key: str = field(default="", metadata={"doc": "tajny klucz serwisu; domyślnie losowy przy każdym starcie"})
    day: date | None = field(default=None, metadata={"doc": "udawany dzisiejszy dzień, RRRR-MM-DD"})
    drafts: bool = field(default=False, metadata={"doc": "1, aby pokazać także wpisy nieopublikowane"})
    allowed_origins: str = field(default="", metadata={"doc": "witryny (po przecinku), na których wolno osadzić okienko; * – każda"})
    learned: Path = field(default=Path("var/learned"), metadata={"doc": "katalog zdań ze zgłoszeń, przyjętych przez redakcję; względny liczy się od ROOT"})
    log_level: str = field(default="INFO", metadata={"doc": "poziom dziennika"})
    smtp_url: str = field(default="", metadata={"doc": "serwer poczty: smtp://serwer:25, smtp+starttls://konto:hasło@serwer:587 albo smtps://…; domyślnie brak, bez listów"})
    mail_from: str = field(default="", metadata={"doc": "adres, z którego Okienko wysyła listy; potrzebny z SMTP_URL"})
    mail_in_url: str = field(default="", metadata={"doc": "skrzynka listów od klientów: imaps://konto:hasło@serwer/INBOX, imap://… albo maildir:///katalog; domyślnie brak"})
    oidc_issuer: str = field(default="", metadata={"doc": "dostawca tożsamości obsługi (OIDC), np. https://logowanie.urzad.pl; domyślnie brak"})
    oidc_client_id: str = field(default="", metadata={"doc": "identyfikator Okienka u dostawcy tożsamości; potrzebny z OIDC_ISSUER"})
    oidc_client_secret: str = field(default="", metadata={"doc": "hasło Okienka u dostawcy tożsamości; puste, gdy dostawca go nie daje"})
    staff_mail: str = field(default="", metadata={"doc": "adres, na który przychodzi list o każdym nowym zgłoszeniu; potrzebny SMTP_URL"})
    staff_webhook: str = field(default="", metadata={"doc": "adres, pod który idzie JSON o każdym nowym zgłoszeniu, podpisany kluczem SECRET_KEY; domyślnie brak"})
    trusted_proxies: int = field(default=0, metadata={"doc": "ile własnych serwerów pośredniczących stoi przed serwisem; z nich bierze się adres klienta"})
    messenger_app_secret: str = field(default="", metadata={"doc": "klucz aplikacji Messengera, którym Meta podpisuje wywołania; domyślnie brak, bez Messengera"})
    messenger_verify_token: str = field(default="", metadata={"doc": "słowo, którym Meta sprawdza adres webhooka Messengera"})
    messenger_page_token: str = field(default="", metadata={"doc": "token strony, z którego Okienko pisze w Messengerze"})
    messenger_api_url: str = field(default="https://graph.facebook.com/v23.0", metadata={"doc": "adres Graph API dla Messengera"})
    whatsapp_app_secret: str = field(default="", metadata={"doc": "klucz aplikacji WhatsApp, którym Meta podpisuje wywołania; domyślnie brak, bez WhatsAppa"})
    whatsapp_verify_token: str = field(default="", metadata={"doc": "słowo, którym Meta sprawdza adres webhooka WhatsAppa"})
    whatsapp_token: str = field(default="", metadata={"doc": "token, z którego Okienko pisze w WhatsAppie"})
    whatsapp_phone_id: str = field(default="", metadata={"doc": "identyfikator numeru telefonu (Phone number ID) w WhatsApp Cloud API"})
    whatsapp_template: str = field(default="", metadata={"doc": "nazwa zatwierdzonego szablonu (język pl), który po 24 godzinach mówi, że czeka odpowiedź; domyślnie brak"})
    whatsapp_api_url: str = field(default="https://graph.facebook.com/v23.0", metadata={"doc": "adres Graph API dla WhatsAppa"})
    telegram_token: str = field(default="", metadata={"doc": "token bota z BotFather; domyślnie brak, bez Telegrama"})
    telegram_secret: str = field(default="", metadata={"doc": "słowo (litery, cyfry, _ i -), którym Telegram podpisuje wywołania"})
    telegram_api_url: str = field(default="https://api.telegram.org", metadata={"doc": "adres Bot API"})
    limits: float = field(default=1.0, metadata={"doc": "mnożnik limitów zapytań; 0 wyłącza je (do prób pod obciążeniem)"})
    tracker_url: str = field(default="", metadata={"doc": "baza, w której osobny silnik Rasa trzyma zdarzenia; usunięcie rozmowy sięga także tam; domyślnie brak"})
    ticket_days: int = field(default=365, metadata={"doc": "po tylu dniach od zamknięcia zgłoszenie usuwa „okienko prune”"})
    log_format: str = field(default="text", metadata={"doc": "postać dziennika: text albo json"})
    otlp_url: str = field(default="", metadata={"doc": "adres kolektora OpenTelemetry (OTLP przez HTTP), na przykład http://localhost:4318; domyślnie brak, bez śladów"})
    drain_seconds: int = field(default=0, metadata={"doc": "ile sekund po wezwaniu do zatrzymania (SIGTERM) serwis jeszcze pracuje, a /readyz mówi 503, żeby serwer pośredniczący zdążył go pominąć"})
    retention_days: int = field(default=180, metadata={"doc": "po tylu dniach ciszy rozmowę usuwa „okienko prune”"})

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. Raises ConfigurationError that lists every fault."""
        env = os.environ if env is None else env
        values: dict[str, Any] = {}
        faults: list[str] = []
        for item in fields(cls):
            name = PREFIX + item.name.upper()
            try:
                raw = _read(env, name)
                if raw is not None:
                    values[item.name] = _parse(str(item.type), raw)
            except ValueError as error:
                faults.append(f"{name}: {error}")
        if faults:
            raise ConfigurationError("Ustawienia mają błędy:\n" + "\n".join(faults))
        return cls(**values)

    @property
    def var(self) -> Path:
        """Where this service keeps its files."""
        return self.root / "var"

    @property
    def learned_folder(self) -> Path:
        """Where the sentences learned from tickets are kept."""
        return self.root / self.learned

    @property
    def database(self) -> str:
        """The URL of the database in force."""
        return self.database_url or f"sqlite:///{self.var / 'okienko.db'}"

    @property
    def address(self) -> str:
        """Where clients reach the service."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0") else self.host  # noqa: S104
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def origins(self) -> frozenset[str]:
        """Sites that may embed the widget, beside our own."""
        return frozenset(origin.strip().rstrip("/") for origin in self.allowed_origins.split(",") if origin.strip())


def fresh_secret() -> str:
    """A key for a process that was given none."""
    return secrets.token_urlsafe(32)


def _read(env: Mapping[str, str], name: str) -> str | None:
    path = env.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError:
            raise ValueError(f"nie da się odczytać pliku „{path}” podanego w {name}_FILE") from None
    return env.get(name) or None


def _parse(kind: str, raw: str) -> Any:
    if kind == "int":
        try:
            return int(raw)
        except ValueError:
            raise ValueError(f"„{raw}” nie jest liczbą całkowitą") from None
    if kind == "float":
        try:
            return float(raw.replace(",", "."))
        except ValueError:
            raise ValueError(f"„{raw}” nie jest liczbą") from None
    if kind == "bool":
        if raw.lower() not in ("0", "1", "true", "false"):
            raise ValueError(f"„{raw}” ma być 0 albo 1")
        return raw.lower() in ("1", "true")
    if kind.startswith("date"):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise ValueError(f"„{raw}” nie jest datą RRRR-MM-DD") from None
    return Path(raw) if kind == "Path" else raw
