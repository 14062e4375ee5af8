"""What a person may do about a mail that waits, as the command to type; the most likely one."""

from storage import decisions, overviews

# Why a mail waits, where the usual end is that the person takes it as it stands ...
_TO_ACCEPT = frozenset({
    "nil_report", "confirmation", "several_tables", "unclear_columns", "after_close", "before_open", "older_version",
    "several_mails",
})  # fmt: skip
# ... where it goes back to the unit with his words ...
_TO_RETURN = frozenset({
    "correction_in_prose", "several_workbooks", "lower_level_reports", "format_not_read", "archive_not_opened",
    "password",
})  # fmt: skip
# ... and where it is settled in another way (a call, an answer from the mailbox), and then dismissed: all others.


def decision(row: overviews.MailRow, by: str) -> decisions.NewDecision | None:
    """Return the decision that settles a waiting mail most likely, None where only the person can say whose it is."""
    if row.outcome == "quarantined":
        return decisions.NewDecision(decisions.DISMISS, by, row.id)
    if row.unit is None:
        return decisions.NewDecision(decisions.ASSIGN, by, row.id, unit=row.proposal) if row.proposal else None
    kind = decisions.ACCEPT if row.reason in _TO_ACCEPT else decisions.DISMISS
    kind = decisions.RETURN if row.reason in _TO_RETURN else kind
    return decisions.NewDecision(kind, by, row.id)


def command(row: overviews.MailRow) -> str:
    """Return what to type about a waiting mail."""
    made = decision(row, "")
    if made is None:
        return f"rollcall review assign {row.receipt} UNIT"
    if made.kind == decisions.ASSIGN:
        remember = " --remember" if row.reason == "unknown_sender" else ""
        return f"rollcall review assign {row.receipt} {made.unit}{remember}"
    note = ' --note "..."' if made.kind == decisions.RETURN else ""
    return f"rollcall review {made.kind} {row.receipt}{note}"
