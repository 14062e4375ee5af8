"""Indexes by which the letters of the last hour and day are counted"""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_letters_sent_at", "letters", ["sent_at", "to", "kind"])
    op.create_index("ix_letters_queued_at", "letters", ["queued_at", "kind", "state", "to", "mail_id"])
