"""Letters from clients: which were taken, and what came with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "letters_in",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("ticket", sa.String(20), sa.ForeignKey("tickets.number", ondelete="SET NULL", name="fk_letters_in_ticket")),
        sa.Column("thread", sa.String(998), nullable=False, server_default=""),
        sa.Column("subject", sa.String(200), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_letters_in_sender", "letters_in", ["sender"])
    op.create_index("ix_letters_in_ticket", "letters_in", ["ticket"])
    op.create_index("ix_letters_in_at", "letters_in", ["at"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("ticket", sa.String(20), sa.ForeignKey("tickets.number", ondelete="CASCADE", name="fk_attachments_ticket"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_attachments_ticket", "attachments", ["ticket"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("attachments")
    op.drop_table("letters_in")
