"""What turns came to, the profile of a rating, and the views that measures are read from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.views import create_views, drop_views

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table and the views."""
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id", ondelete="SET NULL", name="fk_outcomes_conversation_id")),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("profile", sa.String(20)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("entry", sa.String(80)),
        sa.Column("step", sa.String(120)),
        sa.Column("confidence", sa.Float),
    )
    op.create_index("ix_outcomes_at", "outcomes", ["at"])
    op.create_index("ix_outcomes_conversation_id", "outcomes", ["conversation_id"])
    op.add_column("ratings", sa.Column("profile", sa.String(20)))
    create_views(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    drop_views(op.get_bind())
    op.drop_column("ratings", "profile")
    op.drop_table("outcomes")
