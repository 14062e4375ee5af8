"""Rulings of persons on reports, what decisions taught, and which decision followed from which"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "rulings",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_rulings_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_rulings")),
    )
    op.create_table(
        "lessons",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_lessons_decision_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_lessons")),
    )
    op.create_index(op.f("ix_lessons_address"), "lessons", ["address"])
    op.create_table(
        "staff_answers",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carried_out", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_staff_answers_mail_id")),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_staff_answers")),
    )
    op.create_index(op.f("ix_staff_answers_word"), "staff_answers", ["word"])
    place = ("mailbox", "folder", "uidvalidity", "uid")
    op.create_table(
        "sent_mails",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*place, name=op.f("pk_sent_mails")),
    )
    op.create_table(
        "sent_replies",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*place, "answers", name=op.f("pk_sent_replies")),
    )
    op.create_index(op.f("ix_sent_replies_answers"), "sent_replies", ["answers"])
    # Until now nothing said which decision taught an address: each that can have is taken to.
    op.execute(
        "INSERT INTO lessons (decision_id, unit, address, valid_from) "
        "SELECT decisions.id, decisions.unit, addresses.address, addresses.valid_from "
        "FROM decisions JOIN mails ON mails.id = decisions.mail_id "
        "JOIN addresses ON addresses.unit = decisions.unit AND addresses.address = lower(mails.sender) "
        "WHERE decisions.kind = 'assign' AND decisions.undone_at IS NULL AND addresses.source = 'learned' "
        "AND addresses.valid_from IS NOT NULL"
    )
