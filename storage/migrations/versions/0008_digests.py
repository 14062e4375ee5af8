"""What digests told, and the second addressee of a letter"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "told_at", name=op.f("pk_digests")),
    )
    op.create_table(
        "copies",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("cc", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_copies_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_copies")),
    )
