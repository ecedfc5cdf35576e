"""Codes to go on elsewhere, letters waiting to be sent, reminders; what people do with tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables, and what tickets are worked with."""
    _codes_and_letters()
    _tickets()
    _ratings()


def _codes_and_letters() -> None:
    op.create_table(
        "codes",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE", name="fk_codes_conversation_id")),
        sa.Column("carried", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_codes_conversation_id", "codes", ["conversation_id"])
    op.create_index("ix_codes_expires_at", "codes", ["expires_at"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("letter", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.DateTime, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_outbox_not_before", "outbox", ["not_before"])
    op.create_table(
        "reminders",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reminder", sa.Text, nullable=False),
        sa.Column("next_on", sa.String(10)),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_reminders_next_on", "reminders", ["next_on"])
    op.create_index("ix_reminders_created_at", "reminders", ["created_at"])


def _tickets() -> None:
    for column in (
        sa.Column("version", sa.Integer, nullable=False, server_default="0"),
        sa.Column("team", sa.String(40), nullable=False, server_default="pierwsza_linia"),
        sa.Column("assignee", sa.String(60)),
        sa.Column("labels", sa.Text, nullable=False, server_default="[]"),
        sa.Column("contact", sa.Text),
        sa.Column("first_answer_at", sa.DateTime),
        sa.Column("touched_at", sa.DateTime),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("promised_on", sa.String(10)),
        sa.Column("resolution", sa.String(20)),
        sa.Column("resolved_entry", sa.String(80)),
    ):
        op.add_column("tickets", column)
    op.create_index("ix_tickets_assignee", "tickets", ["assignee"])
    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("number", sa.String(20), sa.ForeignKey("tickets.number", ondelete="CASCADE", name="fk_ticket_events_number"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_ticket_events_number", "ticket_events", ["number"])


def _ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("entry", sa.String(80)),
        sa.Column("ticket", sa.String(20)),
        sa.Column("solved", sa.String(10), nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("remark", sa.Text, nullable=False),
    )
    op.create_index("ix_ratings_at", "ratings", ["at"])
    op.create_index("ix_ratings_entry", "ratings", ["entry"])
