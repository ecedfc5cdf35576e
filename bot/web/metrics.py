"""What Prometheus is told; each application has its own registry, so that tests do not share counters."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counters and timings of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("okienko_requests", "HTTP requests", ("method", "route", "status"), registry=self.registry)
        self.seconds = Histogram("okienko_request_seconds", "Time of a request", ("route",), registry=self.registry, buckets=BUCKETS)
        self.turns = Counter("okienko_turns", "Turns of talk, by how they ended", ("outcome",), registry=self.registry)
        self.turn_seconds = Histogram("okienko_turn_seconds", "Time of a turn", registry=self.registry, buckets=BUCKETS)
        self.conversations = Counter("okienko_conversations", "Conversations begun", ("channel",), registry=self.registry)
        self.tickets = Counter("okienko_tickets", "Tickets opened", registry=self.registry)
        self.sockets = Gauge("okienko_sockets", "Open WebSockets", registry=self.registry)

    def page(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
