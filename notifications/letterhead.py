"""The office's letter paper: its templates, compiled once, and how a letter becomes finished bytes.

A template holds each sentence of a letter once; it is rendered with the blocks of plain text and with those of HTML.
Every value a template prints is taken as hostile: it is put on one line, cut, and in HTML escaped; no value is ever
read as a template. Templates are the office's own, trusted like its configuration; an undefined name in one is an
error. Nothing happens at import: the composition root makes one letterhead for each campaign.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from notifications import blocks, compose, html_blocks, unit_kinds, words
from notifications.facts import CameFacts, Envelope, Office, ReceiptReason
from roll.board import Cause
from roll.letters import Letter, LetterKind
from roll.mistakes import OperatorError

TEMPLATES = Path(__file__).parent / "templates"
# What letters are made from: the frame of every letter, and what several of them share.
PARTS = ("letter", "problems", "came", "copied")
# The kinds of letters that chase a report, each in a form for each cause.
REMINDING = (LetterKind.REMINDER, LetterKind.OVERDUE)


@dataclass(frozen=True, slots=True)
class About:
    """What a letter is about, as the outbox keeps it: campaign name and unit code, None where there is none."""

    campaign: str | None = None
    unit: str | None = None


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


class Letterhead:
    """The letters of one office, in its language. `overrides` maps names of templates to texts that replace them."""

    def __init__(self, office: Office, overrides: Mapping[str, str] | None = None) -> None:
        self.office = office
        self.words = words.words_of(office.language, office.timezone)
        loader = jinja2.ChoiceLoader(
            [
                jinja2.DictLoader(dict(overrides or {})),
                jinja2.FunctionLoader(self._built_in),
            ]
        )
        self._text_blocks = blocks.TextBlocks()
        self._html_blocks = html_blocks.HtmlBlocks(office.language)
        self._text = self._environment(loader, self._text_blocks, autoescape=False)
        self._html = self._environment(loader, self._html_blocks, autoescape=True)
        self._overrides = tuple(overrides or ())

    def _built_in(self, name: str) -> tuple[str, str, None] | None:
        path = TEMPLATES / self.office.language / f"{name}.j2"
        if name not in template_names():
            return None
        return path.read_text("utf-8"), str(path), None

    def _environment(
        self, loader: jinja2.BaseLoader, parts: blocks.TextBlocks | html_blocks.HtmlBlocks, *, autoescape: bool
    ) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=loader,
            autoescape=autoescape,  # noqa: S701 - off for plain text only
            undefined=jinja2.StrictUndefined,
            finalize=_finished,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        say = self.words
        for each in (say.moment, say.long_date, say.short_date, say.before, say.latest, say.count, say.number):
            environment.filters[each.__name__] = each
        environment.filters.update(line=words.one_line, person_name=words.person_name, strong=parts.strong)
        environment.globals.update({name: getattr(parts, name) for name in blocks.NAMES})
        environment.globals.update(
            office=self.office,
            unit_kind=unit_kinds.unit_kind,
            percent=say.percent,
            last_day=say.last_day,
            grown=words.grown,
        )
        return environment

    def check(self) -> None:
        """Compile every template. Raises OperatorError with a sentence for each that is ill formed or unknown."""
        problems = [
            f"templates/{name}.j2: there is no letter of this name; rename it to one of {', '.join(template_names())}."
            for name in self._overrides
            if name not in template_names()
        ]
        for name in template_names():
            try:
                self._text.get_template(name)
            except jinja2.TemplateSyntaxError as error:
                problems.append(
                    f"templates/{name}.j2, line {error.lineno}: {error.message}; mend it or delete the file."
                )
        if problems:
            raise OperatorError(problems)

    def write(
        self, kind: LetterKind, facts: Mapping[str, object], envelope: Envelope, about: About, name: str = ""
    ) -> Letter:
        """Return the finished letter of `kind` from the template `name` (default: the kind's own).

        Raises compose.AddressError for an address that cannot be written to, OperatorError for a template that cannot
        be rendered.
        """
        template = name or kind.value
        try:
            subject, text, html = self._rendered(
                kind, template, {**facts, "instead_of": envelope.staff and envelope.to}
            )
        except jinja2.TemplateError as error:
            raise OperatorError([f"templates/{template}.j2: {error.message}; mend it or delete the file."]) from error
        return self._posted(kind, (subject, text, html), envelope, about)

    def _rendered(self, kind: LetterKind, template: str, facts: Mapping[str, object]) -> tuple[str, str, str]:
        subject, state, text = self._text.get_template(template).render(facts).split("\n", 2)
        title, label, html = self._html.get_template(template).render(facts).split("\n", 2)
        return (
            subject.strip(),
            self._text_blocks.page(kind, subject, state, text),
            self._html_blocks.page(kind, title.strip(), label.strip(), html),
        )

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
