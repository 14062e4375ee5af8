"""Units as lists have them, and who succeeded whom"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "listed_units",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["units.code"], name=op.f("fk_listed_units_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_listed_units")),
    )
    op.create_table(
        "successions",
        sa.Column("predecessor", sa.Text(), nullable=False),
        sa.Column("successor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["predecessor"], ["units.code"], name=op.f("fk_successions_predecessor")),
        sa.ForeignKeyConstraint(["successor"], ["units.code"], name=op.f("fk_successions_successor")),
        sa.PrimaryKeyConstraint("predecessor", "successor", name=op.f("pk_successions")),
    )
