"""Staff accounts: second factor, outside identity; sessions, tries to come in, the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
_ADDED = ("name", "email", "oidc_subject", "must_change", "totp_secret", "totp_last", "recovery")


def upgrade() -> None:
    """Widen the accounts and create the tables."""
    op.add_column("users", sa.Column("name", sa.String(120), nullable=False, server_default=""))
    op.add_column("users", sa.Column("email", sa.String(120), nullable=False, server_default=""))
    op.add_column("users", sa.Column("oidc_subject", sa.String(255)))
    op.add_column("users", sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("users", sa.Column("totp_secret", sa.String(64)))
    op.add_column("users", sa.Column("totp_last", sa.Integer, nullable=False, server_default="0"))
    op.add_column("users", sa.Column("recovery", sa.Text, nullable=False, server_default="[]"))
    op.create_index("ix_users_oidc_subject", "users", ["oidc_subject"], unique=True)
    op.create_table(
        "staff_sessions",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("login", sa.String(60), sa.ForeignKey("users.login", ondelete="CASCADE", name="fk_staff_sessions_login"), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("pending", sa.String(64)),
    )
    op.create_index("ix_staff_sessions_login", "staff_sessions", ["login"])
    op.create_index("ix_staff_sessions_seen_at", "staff_sessions", ["seen_at"])
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_sign_in_failures_key", "sign_in_failures", ["key"])
    op.create_index("ix_sign_in_failures_at", "sign_in_failures", ["at"])
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("object", sa.String(120), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    """Drop them."""
    for name in ("audit", "sign_in_failures", "staff_sessions"):
        op.drop_table(name)
    op.drop_index("ix_users_oidc_subject", "users")
    with op.batch_alter_table("users") as table:
        for name in _ADDED:
            table.drop_column(name)
