"""What was done with a file of a mail and why: the few English words of `Part.why`, each written once.

service/part_words.py says them in the office's language. `intake.decide` tells by some of them what the sender can do.
"""

OPENED = "opened"
EMPTY_ARCHIVE = "an archive without a file in it"
NO_PROGRAM = "not opened: no program for this kind of archive is installed"
PASSWORD = "not opened: protected by a password"  # noqa: S105 - words, not a password
VOLUMES = "not opened: one piece of an archive that was cut into several"
DAMAGED_ARCHIVE = "not opened: the archive is damaged"
TOO_DEMANDING = "not opened: unpacking it takes more memory than allowed"
CLOSED_MEMBER = "not taken out: the archive is protected by a password"
DAMAGED_MEMBER = "not taken out: damaged"
UNKNOWN_METHOD = "not taken out: compressed by a method that is not read"
LITTER = "left by the sender's system"
INLINE_PICTURE = "inline image"
EMPTY = "0 bytes"
LOCK_FILE = "lock file of an open workbook"
PROGRAM = "a program"
WITH_PASSWORD = "password-protected"  # noqa: S105 - words, not a password
SIGNATURE = "a signature; it was not checked"
ENCRYPTED_MAIL = "an encrypted mail, not opened"
SAVED_MAIL = "a mail saved by Outlook, not opened"
NO_WORKBOOK = "not a workbook"
IN_OLDER_MAIL = "in an older mail that was sent along"
OF_A_LOWER_BODY = "a report of a lower level, beside the unit's own"
TOO_MANY = "not read: the mail holds too many workbooks"

NAMELESS = "archive"
"""What an archive without a name is called in the path of its members."""

# Why an archive stayed closed, or a member in it, though nothing is hostile: what the sender can do about it differs.
CLOSED_BY_PASSWORD = frozenset({PASSWORD, CLOSED_MEMBER})
BROKEN = frozenset({DAMAGED_ARCHIVE, DAMAGED_MEMBER, UNKNOWN_METHOD, TOO_DEMANDING})


def read_as(form: str, version: str, others: int = 0) -> str:
    """Return that a workbook was read as a version of a form, with `others` that make one report with it."""
    return f"read as {form} version {version}" + (f", one report with {others} more" if others else "")
