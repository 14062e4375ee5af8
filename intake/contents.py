"""What is inside a mail: bytes in, Contents out, knowing only the forms. Runs in the limited child process."""

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace

from forms import form as forms_form
from forms import kinds, mark, mark_copy, merging, package, word_document
from forms import read as forms_read
from intake import bounces, file_names, levels, machine_mail, message, part_remarks, seven_zip, together, unpack
from intake.wanted import Wanted
from roll import mails, outcomes, reports

# A mail with more workbooks than this is no report: the largest known case has one for each of 24 communes.
WORKBOOKS_READ = 60
# Bytes of a workbook that goes back marked: with base64 it stays below the 10 MB that the strictest mail servers take.
MARKED_MOST = 5 * 1024 * 1024
CHILDREN_IN_A_DOCUMENT = "a list of named children"
# Declared types of tables (IANA, and those that mail programs make up).
TABLE_TYPES = frozenset({
    "text/csv", "text/tab-separated-values", "application/csv", "application/vnd.ms-excel", "application/x-msexcel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
})  # fmt: skip
# The verdicts of a workbook that is the form.
READ = frozenset({outcomes.Verdict.VALID, outcomes.Verdict.NEEDS_CONFIRM, outcomes.Verdict.NEEDS_FIX})


class Reader:
    """Reads mails and workbooks against a few forms, prepared once."""

    def __init__(self, forms: Sequence[forms_form.Form], program: seven_zip.Program | None = None) -> None:
        """`program`: what opens archives that are no zip (intake.seven_zip.find); without one they stay closed."""
        self._prepared = [forms_read.prepare(form) for form in forms]
        self._program = program

    def read(self, raw: bytes) -> mails.Contents:
        """Return everything that one mail holds. Never raises for what the mail contains."""
        parsed = message.parse(raw)
        unpacked = unpack.unpack(parsed.leaves, self._program)
        parts: list[mails.Part] = []
        readings: list[reports.Reading] = []
        marked: list[bytes] = []
        budget = mark_copy.Budget()
        looked = 0
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
            if file.kind in mails.WORKBOOK_KINDS and looked < WORKBOOKS_READ:
                looked += 1
                reading = self.read_workbook(file.data, file.name)
                used, why = _use(reading)
                if used or reading.verdict is outcomes.Verdict.PERSONAL_DATA or _is_sent_as_table(file):
                    readings.append(reading)
                    marked.append(_marked(file, reading, budget))
                    part = replace(part, reading=len(readings) - 1)
                part = replace(part, used=used, why=why)
            elif file.kind == "docx" and looked < WORKBOOKS_READ:
                looked += 1
                if word_document.lists_children(file.data):
                    readings.append(reports.Reading(outcomes.Verdict.PERSONAL_DATA, "personal_data"))
                    marked.append(b"")
                    part = replace(part, reading=len(readings) - 1, why=CHILDREN_IN_A_DOCUMENT)
            elif file.kind in mails.WORKBOOK_KINDS and _is_sent_as_table(file):
                part = replace(part, why=part_remarks.TOO_MANY)
            parts.append(part if part.why or part.used else replace(part, why=part_remarks.NO_WORKBOOK))
        together_ = together.in_one_mail(self._prepared, unpacked.files, parts, readings)
        return mails.Contents(
            headers=parsed.headers,
            text=parsed.text,
            quoted=parsed.quoted,
            parts=tuple(parts),
            readings=(*readings, *together_),
            dangers=(*parsed.dangers, *unpacked.dangers),
            flaws=parsed.flaws,
            marked=(*marked, *(b"" for _ in together_)),
            attached=parsed.attached,
            bounce=bounces.read(raw, parsed) if machine_mail.may_be_a_bounce(parsed.headers) else None,
        )

    def read_together(self, wanted: Sequence[Wanted], raws: Sequence[bytes]) -> reports.Together:
        """Return the workbooks of several mails, the oldest first, read as one report; `wanted` says which parts."""
        looked_at = []
        for place, (asked, raw) in enumerate(zip(wanted, raws, strict=True)):
            files = unpack.unpack(message.parse(raw).leaves, self._program).files
            looked_at.append(tuple(self._seen(place, asked, files)))
        return together.of_several_mails(self._prepared, looked_at)

    def _seen(self, mail: int, asked: Wanted, files: Sequence[unpack.File]) -> Iterator[together.Seen]:
        parts = [mails.Part(each.name, each.kind, 0, "", False, "", path=each.path) for each in files]
        workbooks = [place for place, each in enumerate(files) if each.kind in mails.WORKBOOK_KINDS][:WORKBOOKS_READ]
        wanted = [place for place in workbooks if asked.parts is None or place in asked.parts]
        found = [
            together.Seen(mail, place, files[place], self.read_workbook(files[place].data, files[place].name))
            for place in wanted
        ]
        told = [each for each in found if merging.may_be_part(each.reading)]
        nearest = levels.nearest(parts, [each.part for each in told])
        yield from (each for each in told if levels.of(parts, parts[each.part]) == nearest)

    def mark_in_mail(self, raw: bytes, place: int, reading: reports.Reading) -> bytes:
        """Return the marked copy of the mail's part number `place` (as `read` counts them), where it can have one.

        `reading` has the verdict and the problems to mark; some of them came to light when the unit was known.
        """
        files = unpack.unpack(message.parse(raw).leaves, self._program).files
        is_workbook = place < len(files) and files[place].kind in mails.WORKBOOK_KINDS
        return _marked(files[place], reading, mark_copy.Budget()) if is_workbook else b""

    def read_workbook(self, data: bytes, name: str) -> reports.Reading:
        """Return the reading of one workbook."""
        return forms_read.read_file(data, name, self._prepared)

    def mark_workbook(self, data: bytes, name: str) -> reports.Marked:
        """Return the reading of one workbook with its marked copy."""
        reading = self.read_workbook(data, name)
        if reading.verdict not in READ:
            return reports.Marked(reading, why=reading.detail or reading.reason)
        try:
            return reports.Marked(reading, mark.mark(data, kinds.kind_of(data), reading.problems))
        except package.Unmarkable as refused:
            return reports.Marked(reading, why=str(refused))

    def learn_workbook(self, data: bytes, name: str) -> reports.Learned:
        """Return the form that a blank workbook prints."""
        from forms import learn  # noqa: PLC0415 - no mail needs it

        try:
            learned = learn.learn(data)
        except package.Unreadable as refused:
            return reports.Learned(why=refused.detail)
        except learn.NothingLearnedError as nothing:
            return reports.Learned(why=str(nothing))
        return reports.Learned(
            learned.to_toml(name), sum(path[0] != "check" for path in learned.remarks), tuple(learned.left_out)
        )


def _is_sent_as_table(file: unpack.File) -> bool:
    """Say whether a file is sent as a table: a workbook always, a text or a web page where its name or type says so.

    A letter as a web page, or notes with a comma in each line, are no report that failed.
    """
    if file.kind not in mails.TEXT_TABLE_KINDS or file.kind == "xml_spreadsheet":
        return True
    return file_names.is_table(file.name) or file.declared_type in TABLE_TYPES


def _marked(file: unpack.File, reading: reports.Reading, budget: mark_copy.Budget) -> bytes:
    """Return the copy that goes back with a letter: .xlsx, of a report to be corrected or confirmed, without macros."""
    asks = reading.verdict in {outcomes.Verdict.NEEDS_FIX, outcomes.Verdict.NEEDS_CONFIRM}
    if not asks or len(file.data) > MARKED_MOST:
        return b""
    try:
        # What was read was looked at; macros stay behind.
        mark_file = mark.mark_in_copy if file.kind == "xlsm" else mark.mark_looked_at
        marked = mark_file(file.data, file.kind, reading.problems, budget)
    except (package.Unmarkable, package.Unreadable):
        return b""
    except Exception:  # noqa: BLE001 - the one catch-all of this unit of work: said, and the mail is read all the same
        traceback.print_exc()
        return b""
    return marked if len(marked) <= MARKED_MOST else b""


def _use(reading: reports.Reading) -> tuple[bool, str]:
    if reading.verdict in READ:
        return True, part_remarks.read_as(reading.form, reading.version)
    return False, reading.detail or reading.reason
