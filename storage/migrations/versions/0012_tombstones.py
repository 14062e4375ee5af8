"""What was erased: the hash of the bytes that are gone, when, by whom and why"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_tombstones_mail_id")),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_sha256"), "tombstones", ["sha256"])
