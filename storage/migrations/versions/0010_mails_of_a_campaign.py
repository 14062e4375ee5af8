"""Indexes by which a campaign's mails and the keys of letters are found, and refused addresses"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# What `letters.error` began with, so far, where a server refused the address itself.
REFUSED = "the address is refused: "


def upgrade() -> None:
    op.create_index("ix_mails_campaign", "mails", ["campaign", "reason", "received_at"])
    op.create_index(
        "ix_mails_signed_copies",
        "mails",
        ["campaign", "unit"],
        sqlite_where=sa.text("signed_copy = 1"),
        postgresql_where=sa.text("signed_copy"),
    )
    op.create_index("ix_letters_kind", "letters", ["kind", "key"])
    refusals = op.create_table(
        "refusals",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_refusals_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_refusals")),
    )
    op.execute(refusals.insert().from_select(["letter_id", "address", "at", "reply"], _refused_so_far()))


def _refused_so_far() -> sa.Select[tuple[object, ...]]:
    """Return what the letters say: one that failed was refused its first addressee, one that was sent its second."""
    letter = sa.table("letters", *map(sa.column, ("id", "to", "state", "next_try_at", "error"))).alias("letter")
    copy = sa.table("copies", sa.column("letter_id"), sa.column("cc")).alias("copy")
    was_sent = letter.c.state == "sent"
    address = sa.case((was_sent, copy.c.cc), else_=letter.c.to)
    reply = sa.func.substr(letter.c.error, len(REFUSED) + 1)
    return (
        sa.select(letter.c.id, address, letter.c.next_try_at, reply)
        .select_from(letter.outerjoin(copy, copy.c.letter_id == letter.c.id))
        .where(
            sa.func.substr(letter.c.error, 1, len(REFUSED)) == REFUSED,
            sa.or_(letter.c.state == "failed", sa.and_(was_sent, copy.c.cc.is_not(None))),
        )
    )
