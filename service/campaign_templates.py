"""A campaign's own letters: the templates in its folder, read, tried, and told from one another by their bytes.

They are read live, whenever a letter is written. So a broken one is met in two places: when the folder is applied,
where every mistake is found (notifications.trial), and when a letter is written, which then is the built-in one.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from notifications import letterhead, trial
from notifications.facts import Office

FOLDER = "templates"
SUFFIX = ".j2"


def read(folder: Path) -> dict[str, str]:
    """Return the text of each template of a campaign folder by name; what cannot be read is left out."""
    return _read(folder)[0]


def digest_of(folder: Path) -> str:
    """Return a digest of the templates of a campaign folder, empty where there are none."""
    digest = hashlib.sha256()
    files = _files(folder)
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as error:
            data = str(error).encode()
        digest.update(f"{file.name} {len(data)}\n".encode() + data)
    return digest.hexdigest() if files else ""


def mistakes(folder: Path, office: Office) -> list[str]:
    """Return a sentence for each mistake in the templates of a campaign folder: where, what is wrong, what to do."""
    texts, unreadable = _read(folder)
    faults = (fault.sentence for fault in trial.try_templates(office, texts))
    return [f"{folder.name}/{told}" for told in (*unreadable, *_overlooked(folder), *faults)]


def _files(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob(f"*{SUFFIX}")) if (folder / FOLDER).is_dir() else []


def _read(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Return the texts by name, and a sentence for each file that cannot be read."""
    texts, unreadable = {}, []
    for file in _files(folder):
        try:
            # Editors of Windows put a mark before UTF-8, which would become the first letter of the subject.
            texts[file.stem] = file.read_bytes().decode("utf-8-sig")
        except OSError as error:
            why = f"{FOLDER}/{file.name}: {error.strerror or error}; let Rollcall read it or delete the file."
            unreadable.append(why)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            why = f"{FOLDER}/{file.name}, line {line}: this is not UTF-8; save it as UTF-8 or delete the file."
            unreadable.append(why)
    return texts, unreadable


def _overlooked(folder: Path) -> Iterator[str]:
    """Yield a sentence for each file that seems to be meant as a template and is none by its name."""
    for file in sorted((folder / FOLDER).iterdir()) if (folder / FOLDER).is_dir() else ():
        name = file.name.partition(".")[0]
        if file.suffix != SUFFIX and name in letterhead.template_names():
            yield (
                f"{FOLDER}/{file.name}: templates end in {SUFFIX}, so this one is not used; name it {name}{SUFFIX} or "
                "delete the file."
            )
