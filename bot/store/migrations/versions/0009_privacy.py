"""Legal holds, and the register of consents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ticket", sa.String(20)),
        sa.Column("conversation_id", sa.String(32)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("placed_by", sa.String(60), nullable=False),
        sa.Column("placed_at", sa.DateTime, nullable=False),
        sa.Column("erasing_wanted_at", sa.DateTime),
        sa.Column("released_by", sa.String(60)),
        sa.Column("released_at", sa.DateTime),
    )
    op.create_index("ix_holds_ticket", "holds", ["ticket"])
    op.create_index("ix_holds_conversation_id", "holds", ["conversation_id"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ended_by", sa.String(20)),
    )
    op.create_index("ix_consents_subject", "consents", ["subject"])
    op.create_index("ix_consents_ended_at", "consents", ["ended_at"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("consents")
    op.drop_table("holds")
