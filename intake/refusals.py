"""What cannot be opened though nothing is wrong with its sender: why, for which file, and which letter says what to do.

Asked where no report could be read of a mail: then it goes back, and nobody of the office has to look.
"""

from intake import part_remarks
from roll import mails

# By the reason that a mail is given: the remarks on its files, the first that is found counts. A piece of a cut archive
# goes first: it cannot be opened whatever else is done; then the password, as with workbooks.
_REASONS = (
    ("archive_volumes", frozenset({part_remarks.VOLUMES})),
    ("encrypted", part_remarks.CLOSED_BY_PASSWORD),
    ("unreadable", part_remarks.BROKEN),
)
_LETTERS = {"encrypted": "archive_password", "unreadable": "archive_damaged"}


def reason_of(contents: mails.Contents) -> str:
    """Return why what was sent cannot be opened, empty where nothing stayed closed."""
    if "encrypted_mail" in contents.flaws:
        return "encrypted_mail"
    return next((reason for reason, remarks in _REASONS if _refused(contents, remarks)), "")


def file_of(contents: mails.Contents) -> mails.Part | None:
    """Return the file that a letter about the refusal names: the archive that was attached, not what lay in it."""
    remarks = next((remarks for _, remarks in _REASONS if _refused(contents, remarks)), frozenset[str]())
    return next(iter(_refused(contents, remarks)), None)


def letter_for(contents: mails.Contents, reason: str) -> str:
    """Return the receipt that says what to do, of a mail that was given a reason."""
    return _LETTERS.get(reason, reason) if reason == reason_of(contents) else reason


def _refused(contents: mails.Contents, remarks: frozenset[str]) -> list[mails.Part]:
    """Return the attached files with one of the remarks; for a member, the archive around it."""
    found = []
    for place, part in enumerate(contents.parts):
        if part.why in remarks and not part.inline:
            around = [other for other in contents.parts[:place] if _holds(other, part)]
            found.append(around[0] if around else part)
    return found


def _holds(archive: mails.Part, part: mails.Part) -> bool:
    """Say whether a file lay in an archive, however deep."""
    place = f"{archive.path}/{archive.name}".lstrip("/")
    return archive.kind in mails.ARCHIVE_KINDS and f"{part.path}/".startswith(f"{place}/")
