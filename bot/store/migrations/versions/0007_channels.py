"""Clients of chat platforms, and what they did there that is not taken yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "peers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE", name="fk_peers_conversation_id")),
        sa.Column("delivered", sa.Integer, nullable=False, server_default="0"),
        sa.Column("part", sa.Integer, nullable=False, server_default="0"),
        sa.Column("heard_at", sa.DateTime, nullable=False),
        sa.Column("knocked", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("not_before", sa.DateTime),
        sa.Column("held_until", sa.DateTime),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("channel", "address", name="uq_peers_channel_address"),
    )
    op.create_index("ix_peers_conversation_id", "peers", ["conversation_id"])
    op.create_table(
        "arrivals",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("peer_id", sa.String(32), sa.ForeignKey("peers.id", ondelete="SET NULL", name="fk_arrivals_peer_id")),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("channel", "event", name="uq_arrivals_channel_event"),
    )
    op.create_index("ix_arrivals_peer_id", "arrivals", ["peer_id"])
    op.create_index("ix_arrivals_received_at", "arrivals", ["received_at"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("arrivals")
    op.drop_table("peers")
