"""Write the golden files anew: `python -m tests.notifications.write_golden`; then read what changed."""

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path

from roll.letters import Letter
from tests.notifications import samples

GOLDEN = Path(__file__).parent / "golden"


def bodies(letter: Letter) -> dict[str, str]:
    """Return what the reader sees, by file suffix: the text below its subject, and the HTML."""
    message = email.message_from_bytes(letter.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = {}
    for suffix, subtype in (("txt", "plain"), ("html", "html")):
        body = message.get_body((subtype,))
        assert body is not None
        parts[suffix] = str(body.get_content()).replace("\r\n", "\n")
    return {"txt": f"Subject: {letter.subject}\n\n{parts['txt']}", "html": parts["html"]}


def expected_files(language: str) -> dict[str, str]:
    """Return the golden files of `language` by name."""
    return {
        f"{name}.{language}.{suffix}": text
        for name, letter in samples.letters(language).items()
        for suffix, text in bodies(letter).items()
    }


def main() -> None:
    """Write every file and delete those that no letter has any more."""
    files = {name: text for language in samples.LANGUAGES for name, text in expected_files(language).items()}
    for path in GOLDEN.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (GOLDEN / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
