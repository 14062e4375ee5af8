"""The office's letter paper: its templates, compiled once, and how a letter becomes finished bytes.

A template holds each sentence of a letter once; it is rendered with the blocks of plain text and with those of HTML.
Every value a template prints is taken as hostile: it is put on one line, cut, and in HTML escaped; no value is ever
read as a template. A campaign may replace templates by its own. What goes wrong in those never stops a letter: it is
written from the built-in templates instead, and the fault is noted. An undefined name is a fault. Nothing happens at
import: the composition root makes one letterhead for each campaign.
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2
from jinja2 import sandbox
from markupsafe import Markup

from notifications import blocks, compose, html_blocks, unit_kinds, words
from notifications.facts import CameFacts, Envelope, Office, ReceiptReason
from roll.board import Cause
from roll.letters import Letter, LetterKind

TEMPLATES = Path(__file__).parent / "templates"
# What letters are made from: the frame of every letter, and what several of them share.
PARTS = ("letter", "problems", "came", "copied")
# The kinds of letters that chase a report, each in a form for each cause.
REMINDING = (LetterKind.REMINDER, LetterKind.OVERDUE)
# Before the name of a template: the built-in one, whatever the campaign replaces. So a letter of a campaign's own may
# build on the one that it replaces.
BUILT_IN = "built-in/"
# A fault's message names a value that was found; more of it is not needed to find the place.
MESSAGE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class About:
    """What a letter is about, as the outbox keeps it: campaign name and unit code, None where there is none."""

    campaign: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in a campaign's own template: the template's name, the line (0: none in particular), what is wrong.

    `advice` is what to do about it.
    """

    template: str
    line: int
    message: str
    advice: str = "mend it or delete the file"

    def __str__(self) -> str:
        """Return where it is and what is wrong, without a full stop."""
        return f"{file_name(self.template)}{f', line {self.line}' if self.line else ''}: {self.message}"

    @property
    def sentence(self) -> str:
        """Return where it is, what is wrong and what to do."""
        return f"{self}; {self.advice}."


def file_name(template: str) -> str:
    """Return the file in a campaign's folder that replaces a template."""
    return f"templates/{template}.j2"


def template_names() -> list[str]:
    """Return the names of all templates: the shared parts, each kind of letter, each reason of a receipt or reminder.

    A reminder has one for each cause for which a unit may owe its report.
    """
    reasons = [f"receipt-{reason.value}" for reason in ReceiptReason]
    causes = [f"{kind.value}-{cause.value}" for kind in REMINDING for cause in (Cause.UNREADABLE, Cause.ERRORS)]
    return [*PARTS, *(kind.value for kind in LetterKind), *reasons, *causes]


def template_for(kind: LetterKind, came: CameFacts | None) -> str:
    """Return the name of the template of a reminder of `kind`, by what came of the unit."""
    return kind.value if came is None else f"{kind.value}-{came.cause.value}"


def _finished(value: object) -> object:
    """Return what a template may print of `value`: finished blocks as they are, any other text on one short line."""
    if isinstance(value, (blocks.Prose, Markup)):
        return value
    return words.one_line(value) if isinstance(value, str) else value


class _Press:
    """The environments for text and HTML of one set of templates."""

    def __init__(self, office: Office, say: words.Words, overrides: Mapping[str, str]) -> None:
        self.overrides = overrides
        self._office, self._say = office, say
        self._text_blocks, self._html_blocks = blocks.TextBlocks(), html_blocks.HtmlBlocks(office.language)
        self.text = self._environment(self._text_blocks, autoescape=False)
        self.html = self._environment(self._html_blocks, autoescape=True)

    def load(self, name: str) -> tuple[str, str, None] | None:
        """Return (source, file, None) of a template, None where there is none of this name."""
        if name in self.overrides:
            return self.overrides[name], file_name(name), None
        name = name.removeprefix(BUILT_IN)
        path = TEMPLATES / self._office.language / f"{name}.j2"
        return (path.read_text("utf-8"), str(path), None) if name in template_names() else None

    def _environment(
        self, parts: blocks.TextBlocks | html_blocks.HtmlBlocks, *, autoescape: bool
    ) -> jinja2.Environment:
        # A campaign folder travels: offices hand theirs on by mail. In the sandbox a template of unknown hand can read
        # and change nothing but the facts of its letter. The built-in ones need none; it makes a letter half as dear
        # again (0.8 ms instead of 0.55).
        kind = sandbox.ImmutableSandboxedEnvironment if self.overrides else jinja2.Environment
        environment = kind(
            loader=jinja2.FunctionLoader(self.load),
            autoescape=autoescape,  # off for plain text only
            undefined=jinja2.StrictUndefined,
            finalize=_finished,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        say = self._say
        for each in (say.moment, say.long_date, say.short_date, say.before, say.latest, say.count, say.number):
            environment.filters[each.__name__] = each
        environment.filters.update(line=words.one_line, person_name=words.person_name, strong=parts.strong)
        environment.globals.update({name: getattr(parts, name) for name in blocks.NAMES})
        environment.globals.update(
            office=self._office,
            unit_kind=unit_kinds.unit_kind,
            percent=say.percent,
            last_day=say.last_day,
            grown=words.grown,
        )
        return environment

    def print(self, kind: LetterKind, template: str, facts: Mapping[str, object]) -> tuple[str, str, str]:
        """Return subject, text and HTML of a letter. Raises whatever a template can raise."""
        subject, state, text = _lines(self.text.get_template(template).render(facts))
        title, label, html = _lines(self.html.get_template(template).render(facts))
        return (
            subject,
            self._text_blocks.page(kind, subject, state, text),
            self._html_blocks.page(kind, title, label, html),
        )


def _lines(rendered: str) -> tuple[str, str, str]:
    """Return the first line, the second one, and the rest of what a template gave."""
    subject, state, body = (*rendered.split("\n", 2), "", "")[:3]
    if not (subject.strip() and state.strip() and body.strip()):
        what = "no subject" if not subject.strip() else "no state" if not state.strip() else "no words"
        raise jinja2.TemplateRuntimeError(
            f'the letter has {what}; a letter begins with {{% extends "letter" %}} and fills the blocks subject, state '
            "and body"
        )
    return subject.strip(), state.strip(), body


class Letterhead:
    """The letters of one office, in its language. `overrides` maps names of templates to texts that replace them.

    `faults` are the mistakes that were met in `overrides`, in the order in which they were met.
    """

    def __init__(self, office: Office, overrides: Mapping[str, str] | None = None) -> None:
        self.office = office
        self.words = words.words_of(office.language, office.timezone)
        self.press = _Press(office, self.words, dict(overrides or {}))
        self.faults: list[Fault] = []
        self._built_in: _Press | None = None

    def write(
        self, kind: LetterKind, facts: Mapping[str, object], envelope: Envelope, about: About, name: str = ""
    ) -> Letter:
        """Return the finished letter of `kind` from the template `name` (default: the kind's own).

        Where a campaign's own template cannot be rendered, the letter is written from the built-in ones, and `faults`
        says so: a unit that waits for its answer must not wait for a comma. Raises compose.AddressError for an address
        that cannot be written to.
        """
        template = name or kind.value
        facts = {**facts, "instead_of": envelope.staff and envelope.to}
        try:
            bodies = self.press.print(kind, template, facts)
        except Exception as error:
            if not self.press.overrides:
                raise
            fault = _fault_of(error, template, self.press.overrides)
            self._built_in = self._built_in or _Press(self.office, self.words, {})
            bodies = self._built_in.print(kind, template, facts)
            self.faults.append(fault)
        return self._posted(kind, bodies, envelope, about)

    def _posted(self, kind: LetterKind, bodies: tuple[str, str, str], envelope: Envelope, about: About) -> Letter:
        subject, text, html = bodies
        office, recipient = self.office, envelope.staff or envelope.to
        subject = words.one_line(
            f"{self.words.instead_of(envelope.to)} {subject}" if envelope.staff else subject, compose.SUBJECT_LIMIT
        )
        message = compose.Message(
            kind=kind,
            sender_name=office.name,
            sender=office.sender or office.address,
            reply_to=office.address,
            to=recipient,
            cc="" if envelope.staff else envelope.cc,
            subject=subject,
            date=envelope.due_at.astimezone(office.timezone),
            message_id=compose.derive_message_id(envelope.key, envelope.message_domain, envelope.secret),
            language=office.language,
            text=text,
            html=html,
            thread=envelope.thread,
            attachments=envelope.attachments,
        )
        return Letter(
            key=envelope.key,
            kind=kind,
            to=recipient,
            cc=message.cc,
            subject=subject,
            message_id=message.message_id,
            data=compose.compose(message),
            due_at=envelope.due_at,
            campaign=about.campaign,
            unit=about.unit,
            step=envelope.step,
            mail_id=envelope.mail_id,
        )


def _fault_of(error: Exception, template: str, overrides: Mapping[str, str]) -> Fault:
    """Return what is wrong where, of an error that the letter `template` met: the innermost line of an own template."""
    names = {file_name(name): name for name in overrides}
    if isinstance(error, jinja2.TemplateSyntaxError) and error.filename in names:
        return Fault(names[error.filename], error.lineno, said(error))
    # jinja2 rewrites its tracebacks so that they name templates and their lines.
    stack = traceback.extract_tb(error.__traceback__)
    own = [(names[frame.filename], frame.lineno or 0) for frame in stack if frame.filename in names]
    place, line = own[-1] if own else (template, 0)
    return Fault(place, line, said(error))


def said(error: Exception) -> str:
    """Return what an error in a template says, without a full stop."""
    if isinstance(error, RecursionError):
        return "it builds on itself or includes itself without end"
    if isinstance(error, jinja2.TemplateNotFound):
        return f'there is no template "{error.name}"'
    told = error.message if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {error}"
    return words.one_line(told or type(error).__name__, MESSAGE_LIMIT).rstrip(".")
