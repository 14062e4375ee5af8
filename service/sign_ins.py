"""Which accounts their servers refuse, noted where they are used: an alarm tells of it (service.alarm_conditions).

An account that cannot be reached is neither: nobody knows then.
"""

from service import assemble
from storage import alarms

# The account of [smtp]; a mailbox goes by its name, which is never empty.
WAY_OUT = ""


def note_refused(rollcall: assemble.Rollcall, account: str, sentence: str) -> None:
    """Note that a server does not accept an account's user and password, in a sentence without them."""
    with rollcall.store.writing() as connection:
        alarms.note_refused(connection, account, sentence, rollcall.now())


def note_accepted(rollcall: assemble.Rollcall, account: str) -> None:
    """Note that an account could be used; a pass each minute writes nothing where nothing was wrong."""
    with rollcall.store.reading() as connection:
        is_refused = any(each.account == account for each in alarms.refused_accounts(connection))
    if is_refused:
        with rollcall.store.writing() as connection:
            alarms.forget_refused(connection, account)
