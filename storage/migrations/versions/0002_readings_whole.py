"""What was read of a version as one document instead of a row for each value"""

import json
import sys

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "readings",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_readings_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_readings")),
    )
    connection = op.get_bind()
    for (version_id,) in connection.execute(sa.text("SELECT id FROM versions ORDER BY id")).all():
        documents: dict[str, list[object]] = {"header": [], "body": []}
        rows = sa.text('SELECT * FROM "values" WHERE version_id = :version_id ORDER BY position')
        for row in connection.execute(rows, {"version_id": version_id}).mappings():
            documents[row["place"]].append(value_of(row))
        written = {place: json.dumps(values, ensure_ascii=False) for place, values in documents.items()}
        insert = sa.text('INSERT INTO readings (version_id, header, "values") VALUES (:version_id, :header, :body)')
        connection.execute(insert, {"version_id": version_id, **written})
    op.drop_table("values")


def value_of(row: sa.RowMapping) -> list[object]:
    """Return a value as the array name, column, sheet, cell, raw, value, type, rule, row."""
    scalar = scalar_of(row["number"], row["text"], row["type"])
    return [
        row["name"],
        row["column"],
        row["sheet"],
        row["cell"],
        row["raw"],
        scalar,
        row["type"],
        row["rule"],
        row["row"],
    ]


def scalar_of(number: float | None, text: str | None, type_: str) -> object:
    """Return what number and text held together: both are there for a whole number that no double holds."""
    if number is None:
        return text
    if text is not None:
        return int(text)
    if type_ == "yes_no":
        return bool(number)
    if abs(number) > sys.float_info.max:
        return None
    return int(number) if number.is_integer() and type_ != "decimal" else number
