"""What the texts of a mail say about its unit: subject, file names, signature, forwarded header, sheets and body.

Each source is one piece of evidence, however often it repeats a name. The words of recipients ("Kính gửi UBND huyện
...") are left out.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from forms import text
from intake import quoting, unit_names, weighing
from roll import mails

# What a piece of evidence quotes of a mail, and how much of a body is looked at: a signature stands within.
_QUOTED, _BODY_LINES = 200, 200
# A signature is a name, an office, a street, telephones: eight lines are long for one.
_SIGNATURE_LINES = 8
# Files and sheets whose names are looked at: a district's communes are at most 29 (domain rules 2.1).
_MOST_NAMES = 60
# The oldest mail of a long thread says least; the newest forwarded header stands within.
_QUOTED_LINES = 60
_MARK = re.compile(r"\s*(?:--+|__+|==+)\s*$")
_RECIPIENT = re.compile(
    r"^\s*(?:đồng )?(?:kính gửi|kinh gui|nơi nhận|noi nhan|dear)\b\s*:?[^,.;\n]*[,.;]?", re.IGNORECASE
)
# A line with such a word says something; a signature only names. Letters: the fullest name of a division has 95.
_OF_A_SENTENCE = re.compile(
    r"\b(?:em|gui|xin|cua|a|bao cao|cam on|da|se|voi|duoc|to chuc|cac|nhung|cho|nhan|theo|lai|trong|khong|co|moi)\b"
)
_LONGEST_SIGNED = 110
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
# Of the filled-in lines, those that name people or offices; a telephone identifies nobody (P71).
_NOT_NAMES = re.compile(r"[\d\s.+()-]*")


def of_texts(contents: mails.Contents, names: unit_names.Names) -> list[mails.Evidence]:
    """Return what the texts of a mail say, strongest source first; texts that name nobody are left out."""
    headers = contents.headers
    body, signature = _split(contents.text)
    by_source: tuple[tuple[str, Iterable[str]], ...] = (
        ("subject", [headers.subject]),
        ("file name", [_spaced(part.name) for part in contents.parts if not part.inline][:_MOST_NAMES]),
        ("display name", [headers.from_name]),
        ("signature", signature),
        ("sheet", list(itertools.islice(_of_workbooks(contents), _MOST_NAMES))),
        ("forwarded name", [words for words, _ in forwarded(contents)][:1]),
        ("forwarded subject", [mail.subject for mail in contents.attached][:1]),
        ("body", body),
    )
    found = (_piece(source, words, names) for source, words in by_source)
    return [each for each in found if each is not None]


def initials(contents: mails.Contents, names: unit_names.Names) -> tuple[tuple[str, ...], str]:
    """Return the units of whose places the initials stand in the subject, a file's name or the display name."""
    texts = (
        contents.headers.subject,
        *(_spaced(part.name) for part in contents.parts[:_MOST_NAMES] if not part.inline),
        contents.headers.from_name,
    )
    return next(((found, words[:_QUOTED]) for words in texts if (found := names.abbreviated(words))), ((), ""))


def forwarded(contents: mails.Contents) -> Iterator[tuple[str, str]]:
    """Yield (name, address) of those who sent what is attached, quoted or was passed on, the newest first."""
    for mail in contents.attached:
        yield mail.from_name, mail.from_addresses[0] if len(mail.from_addresses) == 1 else ""
    for line in contents.quoted.splitlines()[:_QUOTED_LINES]:
        words = line[: quoting.MAX_MARK].lstrip("> \t*")
        if quoting.names_a_sender(words):
            address = _ADDRESS.search(words)
            yield (words[: address.start()] if address else words).strip(" <*:"), address.group() if address else ""


def addresses_in_signature(contents: mails.Contents) -> list[str]:
    """Return the mail addresses in the last lines of the new text."""
    if "@" not in contents.text:
        return []
    _, signature = _split(contents.text)
    return [found for line in signature for found in _ADDRESS.findall(line)]


def _piece(source: str, texts: Iterable[str], names: unit_names.Names) -> mails.Evidence | None:
    found: dict[str, str] = {}
    is_bare = True
    for words in texts:
        for mention in names.found_in(words):
            if mention.is_of_others:
                continue
            found.setdefault(mention.unit, words.strip()[:_QUOTED])
            is_bare = is_bare and mention.is_bare
    if not found:
        return None
    return weighing.piece(source, next(iter(found.values())), list(found), is_bare=is_bare)


def _split(body: str) -> tuple[list[str], list[str]]:
    """Return the lines of a new text above its signature, and those of the signature, recipients left out of both."""
    lines = [line for line in body.splitlines()[:_BODY_LINES] if line.strip()]
    mark = next((place for place in reversed(range(len(lines))) if _MARK.fullmatch(lines[place])), None)
    # Without a mark the signature is below what the mail says: its last lines, the first line never among them.
    start = mark if mark is not None else max(1, len(lines) - _SIGNATURE_LINES)
    own = [_RECIPIENT.sub("", line) for line in lines]
    end = start + _SIGNATURE_LINES + 1
    above, below = [*own[:start], *own[end:]], own[start:end]
    if mark is None:
        # A sentence is no signature, wherever it stands.
        above += [line for line in below if _is_a_sentence(line)]
        below = [line for line in below if not _is_a_sentence(line)]
    return above, below


def _is_a_sentence(line: str) -> bool:
    words = text.fold(line)
    return _OF_A_SENTENCE.search(words) is not None or len(words) > _LONGEST_SIGNED


def _of_workbooks(contents: mails.Contents) -> Iterator[str]:
    """Yield the names of the sheets that were read, and the filled-in lines beside the unit's."""
    for reading in contents.readings:
        yield from sorted({value.sheet for value in reading.values} | {value.sheet for value in reading.header})
        for value in reading.header:
            said = value.value if isinstance(value.value, str) else ""
            if value.name != "unit" and said and not _NOT_NAMES.fullmatch(said):
                yield said


def _spaced(file_name: str) -> str:
    """Return a file's name without its extension, its words apart: "BC_VQ.xls"."""
    return (file_name.rpartition(".")[0] or file_name).replace("_", " ")
