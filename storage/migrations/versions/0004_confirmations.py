"""Confirmations of warnings, and the way from a reply to the letter and the mail that it answers"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("report_mail_id", sa.Integer(), nullable=False),
        sa.Column("report_part", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name=op.f("fk_confirmations_mail_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_confirmations")),
    )
    op.create_index("ix_confirmations_report", "confirmations", ["report_mail_id", "report_part"])
    op.create_index(op.f("ix_mails_sender"), "mails", ["sender"])
    op.create_index(op.f("ix_mails_message_id"), "mails", ["message_id"])
    op.create_index(op.f("ix_letters_message_id"), "letters", ["message_id"])
