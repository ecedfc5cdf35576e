"""The tables of Okienko, alike on SQLite and PostgreSQL. Times are UTC; JSON is text, since only we read it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint, false

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("token_hash", String(64), nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False, default=0),
    Column("cursor", Integer, nullable=False, default=0),
    Column("channel", String(20), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("updated_at", DateTime, nullable=False, index=True),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("author", String(10), nullable=False),
    Column("client_id", String(64)),
    Column("body", Text, nullable=False),
    Column("created_at", DateTime, nullable=False),
    UniqueConstraint("conversation_id", "client_id", name="uq_messages_client_id"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("code_hash", String(64), nullable=False),
    Column("conversation_id", String(32), ForeignKey("conversations.id", ondelete="SET NULL"), index=True),
    Column("status", String(20), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("entry", String(80)),
    Column("packet", Text, nullable=False),
    Column("created_at", DateTime, nullable=False, index=True),
    Column("updated_at", DateTime, nullable=False),
    Column("version", Integer, nullable=False, default=0, server_default="0"),
    Column("team", String(40), nullable=False, default="pierwsza_linia", server_default="pierwsza_linia"),
    Column("assignee", String(60), index=True),
    Column("labels", Text, nullable=False, default="[]", server_default="[]"),
    Column("contact", Text),
    Column("first_answer_at", DateTime),
    Column("touched_at", DateTime),
    Column("closed_at", DateTime),
    Column("promised_on", String(10)),
    Column("resolution", String(20)),
    Column("resolved_entry", String(80)),
    Column("found_by", Text, nullable=False, default="", server_default=""),
    Index("ix_tickets_status_created_at", "status", "created_at"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("entry", String(80), index=True),
    Column("ticket", String(20)),
    Column("solved", String(10), nullable=False),
    Column("score", Integer),
    Column("remark", Text, nullable=False),
    Column("profile", String(20)),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime, nullable=False, index=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id", ondelete="SET NULL"), index=True),
    Column("channel", String(20), nullable=False),
    Column("profile", String(20)),
    Column("kind", String(20), nullable=False),
    Column("entry", String(80)),
    Column("step", String(120)),
    Column("confidence", Float),
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("number", String(20), ForeignKey("tickets.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("actor", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
)

codes = Table(
    "codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("carried", Text, nullable=False),
    Column("expires_at", DateTime, nullable=False, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("letter", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", DateTime, nullable=False, index=True),
    Column("created_at", DateTime, nullable=False),
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("reminder", Text, nullable=False),
    Column("next_on", String(10), index=True),
    Column("created_at", DateTime, nullable=False, index=True),
)

users = Table(
    "users",
    metadata,
    Column("login", String(60), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", DateTime, nullable=False),
    Column("name", String(120), nullable=False, default=""),
    Column("email", String(120), nullable=False, default=""),
    Column("oidc_subject", String(255), index=True, unique=True),
    Column("must_change", Boolean, nullable=False, default=False),
    Column("totp_secret", String(64)),
    Column("totp_last", Integer, nullable=False, default=0),
    Column("recovery", Text, nullable=False, default="[]"),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("login", String(60), ForeignKey("users.login", ondelete="CASCADE"), nullable=False, index=True),
    Column("stage", String(10), nullable=False),
    Column("way", String(10), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False, index=True),
    Column("pending", String(64)),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", String(64), nullable=False, index=True),
    Column("at", DateTime, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime, nullable=False, index=True),
    Column("actor", String(60), nullable=False),
    Column("action", String(40), nullable=False),
    Column("object", String(120), nullable=False),
    Column("detail", Text, nullable=False),
    Column("address", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket", String(20), ForeignKey("tickets.number", ondelete="CASCADE"), nullable=False, index=True, unique=True),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("entry", String(80)),
    Column("created_at", DateTime, nullable=False),
    Column("looked_at", DateTime, nullable=False),
    Column("decided_by", String(60)),
    Column("decided_at", DateTime),
    Column("taught_by", String(60)),
    Column("taught_at", DateTime),
    Column("measured_at", DateTime),
    Column("understood_as", String(80)),
    Column("confidence", Float),
    Column("told_at", DateTime),
    Column("version", Integer, nullable=False),
)

# Clients of chat platforms

peers = Table(
    "peers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("address", String(128), nullable=False),
    Column("conversation_id", String(32), ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("delivered", Integer, nullable=False, default=0, server_default="0"),
    Column("part", Integer, nullable=False, default=0, server_default="0"),
    Column("heard_at", DateTime, nullable=False),
    Column("knocked", Boolean, nullable=False, default=False, server_default=false()),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("not_before", DateTime),
    Column("held_until", DateTime),
    Column("created_at", DateTime, nullable=False),
    UniqueConstraint("channel", "address", name="uq_peers_channel_address"),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(20), nullable=False),
    Column("event", String(64), nullable=False),
    Column("peer_id", String(32), ForeignKey("peers.id", ondelete="SET NULL"), index=True),
    Column("at", DateTime, nullable=False),
    Column("body", Text),
    Column("received_at", DateTime, nullable=False, index=True),
    UniqueConstraint("channel", "event", name="uq_arrivals_channel_event"),
)

# Letters from clients

letters_in = Table(
    "letters_in",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("sender", String(64), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("ticket", String(20), ForeignKey("tickets.number", ondelete="SET NULL"), index=True),
    Column("thread", String(998), nullable=False, default="", server_default=""),
    Column("subject", String(200), nullable=False, default="", server_default=""),
    Column("at", DateTime, nullable=False, index=True),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("ticket", String(20), ForeignKey("tickets.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("at", DateTime, nullable=False),
)

# What privacy asks for

holds = Table(
    "holds",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket", String(20), index=True),
    Column("conversation_id", String(32), index=True),
    Column("reason", Text, nullable=False),
    Column("placed_by", String(60), nullable=False),
    Column("placed_at", DateTime, nullable=False),
    Column("erasing_wanted_at", DateTime),
    Column("released_by", String(60)),
    Column("released_at", DateTime),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("purpose", String(20), nullable=False),
    Column("subject", String(32), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("given_at", DateTime, nullable=False),
    Column("ended_at", DateTime, index=True),
    Column("ended_by", String(20)),
)
