"""Workbooks that make one report are read together; part of what the limited process does with a mail's files.

In one mail they are joined where no two of them say different things in one sheet of the form. Those of several mails
are read together when the parent asks for it: then the later one counts, and what they dispute is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from forms import merging
from forms import read as forms_read
from intake import levels, unpack
from roll import mails, outcomes, reports

# Workbooks read together: a form has some five sheets, and each may come in two or three versions.
MOST_MEMBERS = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """A workbook of one of several mails: in which of them, as which part, and what it says by itself."""

    mail: int
    part: int
    file: unpack.File
    reading: reports.Reading


def in_one_mail(
    prepared: Sequence[forms_read.PreparedForm],
    files: Sequence[unpack.File],
    parts: Sequence[mails.Part],
    readings: Sequence[reports.Reading],
) -> list[reports.Reading]:
    """Return a reading for each group of workbooks of one mail that make one report; `joined` are their places."""
    seen = [
        Seen(0, place, files[place], readings[part.reading])
        for place, part in enumerate(parts)
        if part.reading is not None and merging.may_be_part(readings[part.reading])
    ]
    nearest = min((levels.of(parts, parts[each.part]) for each in seen), default=0)
    made = []
    for group in _groups(prepared, [each for each in seen if levels.of(parts, parts[each.part]) == nearest]):
        reading = _join(prepared, group)
        if reading is not None:
            places = [parts[each.part].reading for each in group]
            made.append(replace(reading, joined=tuple(place for place in places if place is not None)))
    return made


def _groups(prepared: Sequence[forms_read.PreparedForm], seen: Sequence[Seen]) -> Iterator[list[Seen]]:
    """Yield the workbooks that may be one report: all of them, or those of one unit line, where nothing is disputed."""
    if _differ(seen) and not _disputed(prepared, seen):
        yield list(seen)
        return
    by_line: dict[str, list[Seen]] = {}
    for each in seen:
        by_line.setdefault(merging.unit_line(each.reading), []).append(each)
    nameless = by_line.pop("", [])
    if len(by_line) == 1:
        next(iter(by_line.values())).extend(nameless)
    for group in by_line.values():
        if _differ(group) and not _disputed(prepared, group):
            yield group


def _differ(seen: Sequence[Seen]) -> bool:
    """Say whether there are several workbooks of one form, and they do not all say the same."""
    forms = {(each.reading.form, each.reading.version) for each in seen}
    return 1 < len(seen) <= MOST_MEMBERS and len(forms) == 1 and len({each.reading.values for each in seen}) > 1


def _disputed(prepared: Sequence[forms_read.PreparedForm], seen: Sequence[Seen]) -> tuple[str, ...]:
    first = seen[0].reading
    form = next(each.form for each in prepared if (each.form.name, each.form.version) == (first.form, first.version))
    return merging.disputed(form, [each.reading for each in seen])


def _join(prepared: Sequence[forms_read.PreparedForm], seen: Sequence[Seen]) -> reports.Reading | None:
    members = []
    for each in seen:
        opened = forms_read.open_file(each.file.data, each.file.name, prepared)
        if isinstance(opened, reports.Reading):
            return None
        members.append(merging.Member(opened, each.reading))
    return merging.join(members)


def of_several_mails(
    prepared: Sequence[forms_read.PreparedForm], looked_at: Sequence[tuple[Seen, ...]]
) -> reports.Together:
    """Return the workbooks of several mails, the oldest mail first, read as one report."""
    everything = [each for seen in looked_at for each in seen if merging.may_be_part(each.reading)]
    last = everything[-1].reading if everything else None
    seen = [
        each for each in everything if last and (each.reading.form, each.reading.version) == (last.form, last.version)
    ]
    seen = seen[-MOST_MEMBERS:]
    reading = _join(prepared, seen) if seen else None
    if reading is None:
        nothing = reports.Reading(outcomes.Verdict.WRONG_FORM, "wrong_form")
        return reports.Together(nothing, why="no workbooks of one form")
    members = tuple((each.mail, each.part, each.file.name, each.file.sha256) for each in seen)
    return reports.Together(reading, members, _disputed(prepared, seen))
