"""What closed tickets could teach, and what editors decided about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ticket", sa.String(20), sa.ForeignKey("tickets.number", ondelete="CASCADE", name="fk_proposals_ticket"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("entry", sa.String(80)),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("looked_at", sa.DateTime, nullable=False),
        sa.Column("decided_by", sa.String(60)),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("taught_by", sa.String(60)),
        sa.Column("taught_at", sa.DateTime),
        sa.Column("measured_at", sa.DateTime),
        sa.Column("understood_as", sa.String(80)),
        sa.Column("confidence", sa.Float),
        sa.Column("told_at", sa.DateTime),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_proposals_ticket", "proposals", ["ticket"], unique=True)
    op.create_index("ix_proposals_state", "proposals", ["state"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("proposals")
