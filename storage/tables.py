"""The tables. Each comment says what one row means.

Two tables are for ever: `raws` (with `mails`' entry columns) and `decisions`. What a mail was understood to be,
versions, values and problems are derived and can be rebuilt; `letters`, `issues` and `trail` are history and never
derived again.
Types are portable to PostgreSQL; instants are stored in UTC.
"""

import sqlalchemy as sa

from storage.instants import Instant

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# A folder of a mailbox and how far it was read (RFC 9051 §2.3.1.1: UIDs hold within one UIDVALIDITY).
folders = sa.Table(
    "folders",
    metadata,
    sa.Column("mailbox", sa.Text, primary_key=True),
    sa.Column("folder", sa.Text, primary_key=True),
    sa.Column("uidvalidity", sa.BigInteger, nullable=False),
    sa.Column("last_uid", sa.BigInteger, nullable=False),
)

# A mail that the server listed and did not hand over; it is asked for again until it comes or is gone.
unfetched = sa.Table(
    "unfetched",
    metadata,
    sa.Column("mailbox", sa.Text, primary_key=True),
    sa.Column("folder", sa.Text, primary_key=True),
    sa.Column("uidvalidity", sa.BigInteger, primary_key=True),
    sa.Column("uid", sa.BigInteger, primary_key=True),
    sa.Column("noted_at", Instant, nullable=False),
)

# One pass over all mailboxes, complete or not. No letter may say "not received" on an older one.
passes = sa.Table(
    "passes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("finished_at", Instant),
    sa.Column("error", sa.Text, nullable=False, default=""),
)

# The bytes of a mail as the server gave them, once however often it was seen.
raws = sa.Table(
    "raws",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

# The last number given in a series, such as the receipt numbers of a year.
counters = sa.Table(
    "counters",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

# A mail whose bytes and texts were erased: what the bytes were, when they went, by whom and why.
tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("mail_id", sa.ForeignKey("mails.id"), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)

# The ledger: one UID seen in one folder, or one imported file. The columns from `handled_at` on are derived.
mails = sa.Table(
    "mails",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("receipt", sa.Text, nullable=False, unique=True),
    sa.Column("mailbox", sa.Text, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("uidvalidity", sa.BigInteger),
    sa.Column("uid", sa.BigInteger),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("raws.sha256"), nullable=False, index=True),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("received_by", sa.Text, nullable=False),  # what the receipt time was taken from
    sa.Column("entered_at", Instant, nullable=False),
    sa.Column("answerable", sa.Boolean, nullable=False),
    sa.Column("handed_in_for", sa.Text, nullable=False, default=""),
    sa.Column("file_name", sa.Text, nullable=False, default=""),  # of a workbook handed in without a mail
    sa.Column("cut", sa.Boolean, nullable=False, default=False),  # too large: only its beginning was fetched
    sa.Column("handled_at", Instant, index=True),
    sa.Column("outcome", sa.Text),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("detail", sa.Text, nullable=False, default=""),
    sa.Column("unit", sa.Text),
    sa.Column("proposal", sa.Text),
    sa.Column("campaign", sa.Text),
    sa.Column("signed_copy", sa.Boolean, nullable=False, default=False),
    sa.Column("sender", sa.Text, nullable=False, default="", index=True),
    sa.Column("sender_name", sa.Text, nullable=False, default=""),
    sa.Column("subject", sa.Text, nullable=False, default=""),
    sa.Column("message_id", sa.Text, nullable=False, default="", index=True),
    sa.Column("references", sa.Text, nullable=False, default=""),
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.Column("parts", sa.Text, nullable=False, default="[]"),
    sa.Column("evidence", sa.Text, nullable=False, default="[]"),
    # The bytes belong to the place: a broken server gives one UID to two mails, and neither may be lost.
    sa.UniqueConstraint("mailbox", "folder", "uidvalidity", "uid", "sha256"),
    sa.Index("ix_mails_waiting", "outcome", "received_at"),
    # A board asks for a campaign's mails of a few reasons; a row is kilobytes, and years of them are kept.
    sa.Index("ix_mails_campaign", "campaign", "reason", "received_at"),
    sa.Index(
        "ix_mails_signed_copies",
        "campaign",
        "unit",
        sqlite_where=sa.text("signed_copy = 1"),
        postgresql_where=sa.text("signed_copy"),
    ),
)

# A unit that a waiting or returned mail may belong to: it is never called missing meanwhile.
candidates = sa.Table(
    "candidates",
    metadata,
    sa.Column("mail_id", sa.ForeignKey("mails.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("unit", sa.Text, primary_key=True, index=True),
)

# A mail by which a unit confirmed the figures of one version of its report: the version by its mail and part, since
# versions may be derived again. Derived, as versions are; it counts while that version stands with warnings only.
confirmations = sa.Table(
    "confirmations",
    metadata,
    sa.Column("mail_id", sa.ForeignKey("mails.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("campaign", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("report_mail_id", sa.Integer, nullable=False),
    sa.Column("report_part", sa.Integer, nullable=False),
    sa.Index("ix_confirmations_report", "report_mail_id", "report_part"),
)

# A body that reports, as the register knows it. The code is the only stable key.
units = sa.Table(
    "units",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("definition", sa.Text, nullable=False),
)

# A unit as a list given to `units import` has it. Where there is one, it goes before what rosters say of the unit.
listed_units = sa.Table(
    "listed_units",
    metadata,
    sa.Column("code", sa.ForeignKey("units.code"), primary_key=True),
    sa.Column("definition", sa.Text, nullable=False),
    sa.Column("listed_at", Instant, nullable=False),
)

# That one unit takes over from another, wholly or in part, from a day on; many to many.
successions = sa.Table(
    "successions",
    metadata,
    sa.Column("predecessor", sa.ForeignKey("units.code"), primary_key=True),
    sa.Column("successor", sa.ForeignKey("units.code"), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("effective", sa.Date, nullable=False),
)

# An address of a unit for a span of days, and who said so: a roster, a list, or a person who assigned a mail.
addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("unit", sa.ForeignKey("units.code"), primary_key=True),
    sa.Column("address", sa.Text, primary_key=True, index=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("position", sa.Integer, nullable=False, default=0),
)

# A form version as it was when a campaign was applied with it.
forms = sa.Table(
    "forms",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("definition", sa.Text, nullable=False),
)

# One round of asking. `digest` is of the folder's files: a changed folder is applied again.
campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("definition", sa.Text, nullable=False),
    sa.Column("form_name", sa.Text, nullable=False),
    sa.Column("form_version", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("applied_at", Instant, nullable=False),
    sa.ForeignKeyConstraint(["form_name", "form_version"], ["forms.name", "forms.version"]),
)

# A unit on a campaign's roster, frozen with the name and the way of addressing that it had then.
roster = sa.Table(
    "roster",
    metadata,
    sa.Column("campaign", sa.ForeignKey("campaigns.name"), primary_key=True),
    sa.Column("unit", sa.ForeignKey("units.code"), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("obligation", sa.Text, nullable=False),
    sa.Column("definition", sa.Text, nullable=False),
)

# One report that one unit sent in one campaign, in one workbook or several. `settled_at` is when it was known to be
# theirs.
versions = sa.Table(
    "versions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mail_id", sa.ForeignKey("mails.id"), nullable=False, index=True),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("campaign", sa.ForeignKey("campaigns.name"), nullable=False),
    sa.Column("unit", sa.ForeignKey("units.code"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("form_version", sa.Text, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("settled_at", Instant, nullable=False),
    sa.UniqueConstraint("mail_id", "part"),
    sa.Index("ix_versions_standing", "campaign", "unit", "current"),
)

# What was read of a version: JSON arrays of roll.reports.Value, the filled-in lines above the table and every asked-for
# cell in the form's order, each value with its cell. They are written once and always asked for together.
readings = sa.Table(
    "readings",
    metadata,
    sa.Column("version_id", sa.ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("header", sa.Text, nullable=False),
    sa.Column("values", sa.Text, nullable=False),
)

# What else is known of where a version came from: when its mail was sent, by its own word; and of a version in several
# workbooks alone, as JSON, these workbooks, and from which of them each value is.
origins = sa.Table(
    "origins",
    metadata,
    sa.Column("version_id", sa.ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sent_at", Instant),
    sa.Column("sources", sa.Text),
)

# One problem found in a version.
problems = sa.Table(
    "problems",
    metadata,
    sa.Column("version_id", sa.ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("sheet", sa.Text, nullable=False),
    sa.Column("cell", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("found", sa.Text, nullable=False),
    sa.Column("expected", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
)

# A version that ends otherwise since a person ruled on it: how it ended before, for mails that were settled until then.
rulings = sa.Table(
    "rulings",
    metadata,
    sa.Column("version_id", sa.ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ruled_at", Instant, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
)

# What a person settled: assign, accept, return, dismiss, extend, exempt. Never changed; an undone one says when.
decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("mail_id", sa.ForeignKey("mails.id"), index=True),
    sa.Column("campaign", sa.Text),
    sa.Column("unit", sa.Text),
    sa.Column("until", Instant),
    sa.Column("note", sa.Text, nullable=False, default=""),
    sa.Column("undone_at", Instant),
)

# An address that a decision taught: the unit's from that day on, while the decision is in force.
lessons = sa.Table(
    "lessons",
    metadata,
    sa.Column("decision_id", sa.ForeignKey("decisions.id"), primary_key=True),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False, index=True),
    sa.Column("valid_from", sa.Date, nullable=False),
)

# A mail by which staff took up a proposal of the digest, and whether the decision was made: a proposal is good once.
staff_answers = sa.Table(
    "staff_answers",
    metadata,
    sa.Column("mail_id", sa.ForeignKey("mails.id"), primary_key=True),
    sa.Column("word", sa.Text, nullable=False, index=True),
    sa.Column("done_at", Instant, nullable=False),
    sa.Column("carried_out", sa.Boolean, nullable=False),
)

# A mail in the Sent folder of a mailbox, as evidence that a person answered; never intake. Its place, as in `mails`.
sent_mails = sa.Table(
    "sent_mails",
    metadata,
    sa.Column("mailbox", sa.Text, primary_key=True),
    sa.Column("folder", sa.Text, primary_key=True),
    sa.Column("uidvalidity", sa.BigInteger, primary_key=True),
    sa.Column("uid", sa.BigInteger, primary_key=True),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("to", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
)

# A mail that one in the Sent folder answers, by its Message-ID (In-Reply-To and References).
sent_replies = sa.Table(
    "sent_replies",
    metadata,
    sa.Column("mailbox", sa.Text, primary_key=True),
    sa.Column("folder", sa.Text, primary_key=True),
    sa.Column("uidvalidity", sa.BigInteger, primary_key=True),
    sa.Column("uid", sa.BigInteger, primary_key=True),
    sa.Column("answers", sa.Text, primary_key=True, index=True),
)

# The outbox: one letter we owe or sent, with its finished bytes.
letters = sa.Table(
    "letters",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("campaign", sa.Text),
    sa.Column("unit", sa.Text),
    sa.Column("step", sa.Text, nullable=False, default=""),
    sa.Column("mail_id", sa.ForeignKey("mails.id"), index=True),
    sa.Column("to", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False, index=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("queued_at", Instant, nullable=False),
    sa.Column("next_try_at", Instant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("sent_at", Instant),
    sa.Index("ix_letters_owed", "state", "priority", "id"),
    sa.Index("ix_letters_recipient", "to", "state"),
    sa.Index("ix_letters_unit", "campaign", "unit", "kind"),
    # Whether an alert or a digest was written already is asked by its key, without reading letters.
    sa.Index("ix_letters_kind", "kind", "key"),
    # What went out and what was queued of late is counted before each letter. A row holds its letter's bytes before its
    # instants, so that without these every letter ever sent would be read through.
    sa.Index("ix_letters_sent_at", "sent_at", "to", "kind"),
    sa.Index("ix_letters_queued_at", "queued_at", "kind", "state", "to", "mail_id"),
)

# What a digest told of one campaign, as JSON (figures by their names in `status`): the next one says what changed.
digests = sa.Table(
    "digests",
    metadata,
    sa.Column("campaign", sa.Text, primary_key=True),
    sa.Column("told_at", Instant, primary_key=True),
    sa.Column("figures", sa.Text, nullable=False),
)

# The second addressee of a letter that has one (Cc). A table of its own: `letters` holds every letter's bytes.
copies = sa.Table(
    "copies",
    metadata,
    sa.Column("letter_id", sa.ForeignKey("letters.id"), primary_key=True),
    sa.Column("cc", sa.Text, nullable=False),
)

# That a server refused an addressee of a letter, the first or the second, while the letter was handed over, and its
# words. A table of its own: it is asked for at each round, and `letters` has each letter's bytes before its state.
refusals = sa.Table(
    "refusals",
    metadata,
    sa.Column("letter_id", sa.ForeignKey("letters.id"), primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("reply", sa.Text, nullable=False),
)

# What happened and who did it, in order; only ever added to.
trail = sa.Table(
    "trail",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False, default=""),
)

# One consolidated workbook that was written, and as of when.
issues = sa.Table(
    "issues",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("campaign", sa.Text, nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.UniqueConstraint("campaign", "issued_at"),
)

# The version of one unit's report that went into an issue, by its mail and part: versions may be derived again.
issue_reports = sa.Table(
    "issue_reports",
    metadata,
    sa.Column("issue_id", sa.ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("unit", sa.Text, primary_key=True),
    sa.Column("mail_id", sa.Integer, nullable=False),
    sa.Column("part", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
)

# Something about the machine that a person must be told of (notifications.alarms): first seen, confirmed, no longer
# seen, over. `facts` is JSON.
alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("condition", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("raised_at", Instant),
    sa.Column("gone_at", Instant),
    sa.Column("over_at", Instant),
    sa.Column("facts", sa.Text, nullable=False),
)

# What is told of an alarm through one channel, and how often that was tried; `told_at` is empty until it succeeds.
alarm_notices = sa.Table(
    "alarm_notices",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("alarm_id", sa.ForeignKey("alarms.id", ondelete="CASCADE"), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("told_at", Instant),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("next_try_at", Instant, nullable=False),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Index("ix_alarm_notices_alarm", "alarm_id", "channel"),
)

# An account that a server refuses, until it takes it again: a mailbox by its name, the way out by an empty one.
refused_accounts = sa.Table(
    "refused_accounts",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
)

# A switch that outlives the process, such as `paused`.
switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
