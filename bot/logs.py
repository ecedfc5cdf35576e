"""Logging of a process: our own lines, and of the libraries only what is wrong. Clients' words are never logged."""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from datetime import datetime, timezone

from bot.tracing import trace_id

NOISY = ("rasa", "rasa_sdk", "alembic", "sqlalchemy", "asyncio", "apscheduler", "matplotlib", "tensorflow", "pika", "kafka", "aiohttp.access", "httpx", "httpcore", "telegram")
"""Libraries that speak too much; Rasa's debug lines would even hold what clients wrote."""


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the fields given with it, and of a fault its trace."""

    _OWN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line = {"time": moment, "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        line |= {key: value for key, value in vars(record).items() if key not in self._OWN}
        line |= {"trace_id": found} if (found := trace_id()) else {}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class NoForeignBytes(logging.Filter):
    """What is no HTTP is told in one line: aiohttp would write down what was sent, an address or a header with somebody's words or token."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, this kind without its trace."""
        fault = record.exc_info[1] if record.exc_info else None
        if fault is not None and type(fault).__module__ == "aiohttp.http_exceptions":
            record.msg, record.args, record.exc_info, record.exc_text = "something that is no HTTP was refused (%s)", (type(fault).__name__,), None, None
            record.levelno, record.levelname = logging.INFO, "INFO"
        return True


def set_up(level: str, form: str = "text") -> None:
    """Configure logging (``form``: ``text`` or ``json``) and the warnings of libraries, before any of them is imported."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.simplefilter("ignore")
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    if form == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.getLogger("aiohttp.server").addFilter(NoForeignBytes())


def silence_engine() -> None:
    """Keep Rasa's structured logger to errors; called once Rasa is imported, since it configures itself then."""
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)
