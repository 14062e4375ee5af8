"""Every case of `mail_cases/` on a real Dovecot: outcome, unit, reason, letters and board are those of its file."""

import email
import email.policy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any
from uuid import uuid4

import pytest

from service.demo import sample_workbooks
from tests.journeys import cases
from tests.journeys.cases import Case
from tests.journeys.office import Office, form_2019
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import SmtpSink

CASES = cases.load()
# All forty, and of the mixes every third: the others are played by `make soak`.
SAMPLED = [case for place, case in enumerate(CASES) if not case.number.startswith("M") or place % 3 == 0]
# After the deadline and its grace, before the close: what is missing is overdue by then.
LOOKED_AT = "2019-07-09T12:00"
ANYTHING = "*"
AUTHENTICATED = '["INBOX"]\nauthserv_id = "mx.so.example"'


@dataclass
class Came:
    """What became of the mails of one case."""

    messages: list[Mapping[str, Any]] = field(default_factory=list)
    board: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    told: dict[int, set[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def came(
    request: pytest.FixtureRequest, dovecot: DovecotServer, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Came]:
    """Deliver all cases that are to be looked at, a round at a time, and say what became of each."""
    parameters = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    played = [case for case in CASES if any(each.get("case") is case for each in parameters)]
    blank = sample_workbooks.Blank(form_2019())
    found: dict[str, Came] = {}
    with SmtpSink() as sink:
        for number, each in enumerate(cases.rounds(played)):
            sink.letters.clear()
            office = Office(tmp_path_factory.mktemp(f"round{number}"), f"user-{uuid4().hex[:12]}", dovecot, sink)
            office.write_config(folders=AUTHENTICATED)
            found |= _play(office, each, blank)
    return found


def _play(office: Office, played: cases.Round, blank: sample_workbooks.Blank) -> dict[str, Came]:
    uids: dict[tuple[str, int], int] = {}
    by_uid: dict[int, Mapping[str, Any]] = {}
    for stage in sorted({stage for case in played.cases for stage in cases.stages(case)}):
        due = [
            (cases.instant(mail["received"]), case, place)
            for case in played.cases
            for place, mail in enumerate(case.mails)
            if mail.get("stage", 1) == stage
        ]
        for _, case, place in due:
            for command in case.mails[place].get("before", ()):
                office.run(*(_named(word, case, uids, by_uid) for word in command), status=None)
        due.sort(key=lambda each: each[0])
        made = [(_raw(office, case, place, blank, uids, by_uid), at) for at, case, place in due]
        new = office.dovecot.append_many(office.user, made)
        uids |= {(case.number, place): uid for (_, case, place), uid in zip(due, new, strict=True)}
        office.run("poll")
        by_uid = {message["uid"]: message for message in office.run("messages", "--json").json}
    if _play_out(office, played, uids, by_uid):
        by_uid = {message["uid"]: message for message in office.run("messages", "--json").json}
    shown = {unit["code"]: unit for unit in office.run("status", "--json", "--at", LOOKED_AT).json["units"]}
    found = {}
    for case in played.cases:
        messages = [by_uid[uids[case.number, place]] for place in range(len(case.mails))]
        told = {place: _told(office, message) for place, message in enumerate(messages)}
        found[case.number] = Came(messages, shown, told)
    return found


def _play_out(
    office: Office, played: cases.Round, uids: Mapping[tuple[str, int], int], by_uid: Mapping[int, Mapping[str, Any]]
) -> bool:
    """Let a person decide what the cases say comes last, and say whether there was anything.

    A decision that is refused shows in what the case expects of it.
    """
    commands = [(case, command) for case in played.cases for command in case.contents.get("after", ())]
    for case, command in commands:
        office.run(*(_named(word, case, uids, by_uid) for word in command), status=None)
    return bool(commands)


def _named(word: str, case: Case, uids: Mapping[tuple[str, int], int], by_uid: Mapping[int, Mapping[str, Any]]) -> str:
    """Return a word of a command; "{1}" is the id of the case's first mail."""
    if word.startswith("{"):
        return str(by_uid[uids[case.number, int(word.strip("{}")) - 1]]["id"])
    return word


def _raw(
    office: Office, case: Case, place: int, blank: sample_workbooks.Blank, uids: Mapping[tuple[str, int], int],
    by_uid: Mapping[int, Mapping[str, Any]],
) -> bytes:  # fmt: skip
    answered = case.mails[place].get("answers")
    if not answered:
        return cases.raw(case, place, blank, None)
    answers = by_uid[uids[case.number, answered - 1]]["answers"]
    return cases.raw(case, place, blank, _letter(office, answers[0]["message_id"]) if answers else None)


def _letter(office: Office, message_id: str) -> Mapping[str, str]:
    for sent in office.sink.letters:
        letter = email.message_from_bytes(sent.data, policy=email.policy.default)
        if letter["Message-ID"] == message_id:
            body = letter.get_body(("plain",))
            return {"message_id": message_id, "subject": letter["Subject"], "text": body.get_content() if body else ""}
    raise AssertionError(f"{message_id} was not sent")


def _told(office: Office, message: Mapping[str, Any]) -> set[str]:
    """Return every address that got a letter which names the receipt number of a mail."""
    found: set[str] = set()
    for sent in office.sink.letters:
        letter = email.message_from_bytes(sent.data, policy=email.policy.default)
        body = letter.get_body(("plain",))
        if message["receipt"] in letter["Subject"] or (body and message["receipt"] in body.get_content()):
            found |= {address.casefold() for address in sent.rcpt_to}
    return found


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case.number} {case.path.stem}", marks=() if case in SAMPLED else pytest.mark.soak)
        for case in CASES
    ],
)
def test_the_case_ends_as_its_file_says(case: Case, came: dict[str, Came]) -> None:
    found = came[case.number]

    differences = [line for place in range(len(case.mails)) for line in _of_mail(case, place, found)]
    differences += _of_board(case, found)

    assert differences == [], f"{case.contents['what']}\n" + "\n".join(differences)


def _of_mail(case: Case, place: int, found: Came) -> Iterator[str]:
    mail, message = case.mails[place], found.messages[place]
    expected = mail["expected"]
    told = expected.get("told", ())
    letters = expected.get("letters", ())
    to = expected.get("to", parseaddr(mail["from"])[1])
    wanted = {name: expected.get(name) for name in ("outcome", "reason", "unit", "proposal")}
    got = {name: message[name] for name in wanted}
    if "reports" in expected:
        wanted["unit"], got["unit"] = ANYTHING, None
        wanted["reports"] = sorted(map(tuple, expected["reports"]))
        got["reports"] = sorted((report["unit"], report["outcome"]) for report in message["reports"])
    wanted["letters"] = letters if letters == ANYTHING else sorted((kind, to) for kind in letters)
    got["letters"] = sorted((given["kind"], given["to"]) for given in message["answers"] if given["to"] not in told)
    for name, value in wanted.items():
        if not _agrees(got[name], value):
            yield f"mail {place + 1}: {name} {got[name]}, not {value}"
    if unheard := {address.casefold() for address in told} - found.told[place]:
        yield f"mail {place + 1}: {', '.join(sorted(unheard))} did not hear of it"


def _agrees(got: Any, wanted: Any) -> bool:
    """Say whether a value is as wanted; a list of texts names those that the papers leave open."""
    is_choice = isinstance(wanted, list) and wanted and isinstance(wanted[0], str)
    return wanted == ANYTHING or (got in wanted if is_choice else got == wanted)


def _of_board(case: Case, found: Came) -> Iterator[str]:
    for column, shown in (("board", "state"), ("versions", "versions"), ("on_time", "on_time")):
        for unit, value in case.contents.get(column, {}).items():
            if found.board[unit][shown] != value:
                yield f"board: {unit} {shown} {found.board[unit][shown]}, not {value}"


def test_every_way_in_which_units_send_has_its_file_and_sixty_more_mix_them() -> None:
    numbers = [case.number for case in CASES]
    assert len(numbers) == len(set(numbers))
    assert {f"{number:02}" for number in range(1, 41)} <= {
        number[:2] for number in numbers if not number.startswith("M")
    }
    assert len([number for number in numbers if number.startswith("M")]) >= 60
