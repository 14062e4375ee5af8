"""What is inside a mail: bytes in, Contents out, knowing only the forms. Runs in the limited child process."""

from collections.abc import Sequence
from dataclasses import replace

from forms import form as forms_form
from forms import package
from forms import read as forms_read
from intake import message, unpack
from roll import mails, outcomes, reports

# A mail with more workbooks than this is no report: the largest known case has one for each of 24 communes.
WORKBOOKS_READ = 60


class Reader:
    """Reads mails and workbooks against a few forms, prepared once."""

    def __init__(self, forms: Sequence[forms_form.Form]) -> None:
        self._prepared = [forms_read.prepare(form) for form in forms]

    def read(self, raw: bytes) -> mails.Contents:
        """Return everything that one mail holds. Never raises for what the mail contains."""
        parsed = message.parse(raw)
        unpacked = unpack.unpack(parsed.leaves)
        parts: list[mails.Part] = []
        readings: list[reports.Reading] = []
        for file in unpacked.files:
            part = mails.Part(
                name=file.name,
                kind=file.kind,
                size=len(file.data),
                sha256=file.sha256,
                used=False,
                why=file.why,
                path=file.path,
                inline=file.inline,
            )
            if file.kind in mails.WORKBOOK_KINDS and len(readings) < WORKBOOKS_READ:
                readings.append(self._read_file(file))
                used, why = _use(readings[-1])
                part = replace(part, reading=len(readings) - 1, used=used, why=why)
            elif file.kind in mails.WORKBOOK_KINDS:
                part = replace(part, why=f"not read: the mail holds more than {WORKBOOKS_READ} workbooks")
            parts.append(part)
        return mails.Contents(
            headers=parsed.headers,
            text=parsed.text,
            quoted=parsed.quoted,
            parts=tuple(parts),
            readings=tuple(readings),
            dangers=(*parsed.dangers, *unpacked.dangers),
            flaws=parsed.flaws,
        )

    def _read_file(self, file: unpack.File) -> reports.Reading:
        if file.kind == "encrypted" and not file.data:
            # A member of an archive with a password: there is nothing to read, and the answer must say why.
            return reports.Reading(outcomes.Verdict.ENCRYPTED, "encrypted", detail=package.ENCRYPTED)
        return self.read_workbook(file.data, file.name)

    def read_workbook(self, data: bytes, name: str) -> reports.Reading:
        """Return the reading of one workbook."""
        return forms_read.read_file(data, name, self._prepared)


def _use(reading: reports.Reading) -> tuple[bool, str]:
    if reading.verdict in {outcomes.Verdict.VALID, outcomes.Verdict.NEEDS_CONFIRM, outcomes.Verdict.NEEDS_FIX}:
        return True, f"read as {reading.form} version {reading.version}"
    return False, reading.detail or reading.reason
