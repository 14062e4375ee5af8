"""The ways that an alarm goes: another mail account, a command, a web address. None of them is the ordinary outbox.

Each is tried by itself and bounded in time: one that hangs keeps neither the others nor the next look waiting. What an
answer says is never repeated, and neither is a web address: either may hold a secret.
"""

import http.client
import json
import os
import signal
import ssl
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from notifications import alarms, compose, smtp, smtp_errors
from roll.letters import LetterKind

# Seconds for one answer of a mail or web server. A message of a kilobyte takes one; who needs more is out of order.
ANSWER_SECONDS = 10.0
# Seconds for a command: sending a text message by a modem takes about ten.
COMMAND_SECONDS = 30.0
# Seconds for one try in all, whatever the other side does: three channels end within two looks.
TRY_SECONDS = 40.0
SENDER_NAME = "Rollcall"
# Of what a command needs from outside, no more is handed on: the environment may hold passwords ([mailbox]
# password_env).
_HANDED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
_FIRST_SUCCESS, _FIRST_REDIRECT, _FIRST_REFUSAL = 200, 300, 400  # RFC 9110 §15


class ChannelError(Exception):
    """A channel did not take the notice; `sentence` says why and what to do, without secrets."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Message:
    """A notice on its way: its words, when it is told, the facts for a program, and a key that no other notice has."""

    told: alarms.Told
    at: datetime
    facts: Mapping[str, Any]
    key: str


class Channel(Protocol):
    """A way that alarms go."""

    @property
    def name(self) -> str:
        """Return what the configuration calls it."""

    def tell(self, message: Message) -> None:
        """Tell somebody. Raises ChannelError where nobody took it."""

    def check(self) -> str:
        """Return what is right with it, telling nobody. Raises ChannelError."""


@dataclass(frozen=True, slots=True)
class MailChannel:
    """Another mail account than the one that letters go out by."""

    account: smtp.SmtpAccount
    to: Sequence[str]
    language: str
    name: str = "smtp"

    def tell(self, message: Message) -> None:
        """Send the notice to everybody. Raises ChannelError."""
        try:
            with smtp.Sender(self.account, ANSWER_SECONDS, ANSWER_SECONDS) as sender:
                answers = [sender.send(to, self._composed(message, to)) for to in self.to]
        except smtp_errors.SmtpError as error:
            raise ChannelError(_of_alarm(error.sentence)) from error
        except compose.AddressError as error:
            raise ChannelError(f"{error} Correct [alarm.smtp] `from` and `to`.") from error
        # The letter may have arrived where the line broke at its end; nobody is told too little, at most twice.
        refused = [answer.reason for answer in answers if answer.fate is not smtp.Fate.SENT]
        if len(refused) == len(answers):
            raise ChannelError(f"{self.account.server} did not take the alarm: {refused[0].rstrip('.')}.")

    def check(self) -> str:
        """Sign in and say goodbye. Raises ChannelError."""
        try:
            smtp.Sender(self.account, ANSWER_SECONDS).check()
        except smtp_errors.SmtpError as error:
            raise ChannelError(_of_alarm(error.sentence)) from error
        return f"Alarms can go out by mail through {self.account.server} to {', '.join(self.to)}; nothing was sent."

    def _composed(self, message: Message, to: str) -> bytes:
        domain = self.account.sender.partition("@")[2]
        return compose.compose(
            compose.Message(
                kind=LetterKind.ALERT,
                sender_name=SENDER_NAME,
                sender=self.account.sender,
                to=to,
                subject=message.told.subject,
                date=message.at,
                message_id=compose.derive_message_id(f"{message.key}:{to}", domain),
                language=self.language,
                text=message.told.text,
                html="",
            )
        )


@dataclass(frozen=True, slots=True)
class CommandChannel:
    """A program of the office's own. It gets the notice as JSON on standard input and in ROLLCALL_ALARM_... ."""

    arguments: Sequence[str]
    seconds: float = COMMAND_SECONDS
    name: str = "command"

    def tell(self, message: Message) -> None:
        """Run it to its end. Raises ChannelError where it fails, or takes too long."""
        handed_on = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
        told = {f"ROLLCALL_ALARM_{name.upper()}": str(value) for name, value in message.facts.items()}
        try:
            # A list of arguments and no shell; a session of its own, so that its children end with it.
            process = subprocess.Popen(
                list(self.arguments),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=handed_on | told,
                start_new_session=True,
            )
        except OSError as error:
            raise ChannelError(self._fault(f"cannot be started ({error.strerror})")) from error
        try:
            process.communicate(_as_json(message), timeout=self.seconds)
        except subprocess.TimeoutExpired as error:
            # Not reaped yet, so the number of its group is still its own.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise ChannelError(self._fault(f"took longer than {self.seconds:g} seconds and was ended")) from error
        if process.returncode:
            raise ChannelError(self._fault(f"ended with status {process.returncode}"))

    def check(self) -> str:
        """Look whether the program is there. Raises ChannelError."""
        program = Path(self.arguments[0])
        if not (program.is_absolute() and program.is_file() and os.access(program, os.X_OK)):
            raise ChannelError(self._fault("is no program that can be run; write its whole path"))
        return f"Alarms can be told by {program}; it was not run."

    def _fault(self, what: str) -> str:
        return f"The command of alarms, {self.arguments[0]}, {what}; correct [alarm] command, or the program."


@dataclass(frozen=True, slots=True)
class WebChannel:
    """A web address that takes a notice as JSON by POST. It may hold a secret and is never shown."""

    url: str = field(repr=False)
    name: str = "webhook"

    def tell(self, message: Message) -> None:
        """Post it. Raises ChannelError where the answer is none of success."""
        status = _request("POST", self.url, _as_json(message), "[alarm] webhook_url")
        _require_success(status, "[alarm] webhook_url")

    def check(self) -> str:
        """Say where it would go; nothing is connected to, as a request may be an alarm there already."""
        return f"Alarms can be posted to {urlsplit(self.url).hostname}; nothing was sent."


def fetch(url: str) -> None:
    """Fetch the heartbeat's address (GET). Raises ChannelError."""
    _require_success(_request("GET", url, None, "[alarm] heartbeat_url"), "[alarm] heartbeat_url")


def tell_in_time(channel: Channel, message: Message, seconds: float = TRY_SECONDS) -> None:
    """Tell through a channel, and go on after `seconds` whatever it does. Raises ChannelError."""
    run_in_time(lambda: channel.tell(message), f"The channel {channel.name} of [alarm]", seconds)


def run_in_time(work: Callable[[], None], what: str, seconds: float = TRY_SECONDS) -> None:
    """Do some work, and go on after `seconds` whatever it does. Raises ChannelError, with `what` as its subject."""
    raised: list[Exception] = []
    done = threading.Event()

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the one catch-all of this unit of work: it is raised again below
            raised.append(error)
        done.set()

    threading.Thread(target=run, name="alarm", daemon=True).start()
    if not done.wait(seconds):
        raise ChannelError(f"{what} gave no answer within {seconds:g} seconds; look at the other side and the network.")
    for error in raised:
        if isinstance(error, ChannelError):
            raise error
        raise ChannelError(f"{what} failed ({type(error).__name__}); see `rollcall doctor`.") from error


def _as_json(message: Message) -> bytes:
    text = {"subject": message.told.subject, "text": f"{message.told.subject}\n\n{message.told.text}"}
    return json.dumps({**message.facts, **text}, ensure_ascii=False).encode()


def _of_alarm(sentence: str) -> str:
    return sentence.replace("[smtp]", "[alarm.smtp]").replace("Letters cannot", "Alarms cannot")


def _request(method: str, url: str, body: bytes | None, key: str) -> int:
    """Make one request and return its status; redirects are not followed, the answer is not read."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path or "/"
    headers = {"User-Agent": "rollcall", "Connection": "close"} | ({"Content-Type": "application/json"} if body else {})
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        line = http.client.HTTPSConnection(host, parts.port, timeout=ANSWER_SECONDS, context=context)
    else:
        line = http.client.HTTPConnection(host, parts.port, timeout=ANSWER_SECONDS)
    try:
        line.request(method, f"{path}?{parts.query}" if parts.query else path, body, headers)
        return line.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        # What the library says may quote the address.
        why = smtp_errors.words(error) if isinstance(error, TimeoutError) else type(error).__name__
        raise ChannelError(f"{host} of {key} cannot be used ({why}); check the address and the network.") from error
    finally:
        line.close()


def _require_success(status: int, key: str) -> None:
    if status < _FIRST_SUCCESS or status >= _FIRST_REFUSAL:
        raise ChannelError(f"The address in {key} answers with the status {status}; look at the service behind it.")
    if status >= _FIRST_REDIRECT:
        raise ChannelError(f"The address in {key} answers with a redirect ({status}); write the address it leads to.")
