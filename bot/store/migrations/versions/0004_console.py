"""The queue of the console: tickets are found by words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the words; those of tickets kept before are made from their packets."""
    import msgspec

    from bot.tickets.finding import words_of
    from bot.tickets.model import Packet

    op.add_column("tickets", sa.Column("found_by", sa.Text, nullable=False, server_default=""))
    kept = sa.table("tickets", sa.column("number", sa.String), sa.column("packet", sa.Text), sa.column("found_by", sa.Text))
    connection = op.get_bind()
    for number, packet in connection.execute(sa.select(kept.c.number, kept.c.packet)).all():
        words = words_of(number, msgspec.json.decode(packet, type=Packet))
        connection.execute(sa.update(kept).where(kept.c.number == number).values(found_by=words))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("tickets", "found_by")
