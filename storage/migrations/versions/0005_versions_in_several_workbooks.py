"""Versions that came in several workbooks, and when their mail was sent"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("versions") as versions:
        versions.add_column(sa.Column("sent_at", sa.DateTime(timezone=True)))
        versions.add_column(sa.Column("sources", sa.Text(), nullable=False, server_default=""))
