"""How the same words are written by different hands: without accents, mistyped, in old encodings."""

import random
import unicodedata

from forms import text as forms_text

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TELEX = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TCVN3 = {letter: chr(code) for code, letter in forms_text.TCVN3.items()}


def plain(text: str) -> str:
    """Return a text without accents, as on a keyboard without a Vietnamese input method."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


def address_part(text: str) -> str:
    """Return a text as it stands in an address: plain lower-case letters and digits."""
    return "".join(letter for letter in plain(text).lower() if letter.isalnum())


def tcvn3(text: str) -> str:
    """Return a text in TCVN3 as it shows through Windows-1252; capitals without a code of their own become small."""
    return "".join(
        _TCVN3.get(letter, _TCVN3.get(letter.lower(), letter)) for letter in unicodedata.normalize("NFC", text)
    )


def cp1258(text: str) -> bytes:
    """Return a text in windows-1258, which writes the tone after its letter; what it lacks becomes a question mark."""
    written = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        apart = unicodedata.normalize("NFD", letter)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES))
        tones = "".join(mark for mark in apart if mark in _TONES)
        written += (bare + tones).encode("cp1258", "replace")
    return bytes(written)


def telex(word: str) -> str:
    """Return a word whose tone was typed and not taken: "Lôcj"."""
    apart = unicodedata.normalize("NFD", word)
    tone = next((mark for mark in apart if mark in _TELEX), "")
    return unicodedata.normalize("NFC", apart.replace(tone, "")) + _TELEX[tone] if tone else word


def mistyped(text: str, chance: random.Random) -> str:
    """Return a text with one slip in one of its longer words: letters swapped, doubled, lost, a tone lost or loose."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    if not long:
        return text
    place = chance.choice(long)
    word = words[place]
    at = chance.randrange(1, len(word) - 1)
    slip = chance.choice(("swap", "double", "lose", "tone", "telex"))
    words[place] = {
        "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        "double": word[:at] + word[at] + word[at:],
        "lose": word[:at] + word[at + 1 :],
        "tone": plain(word),
        "telex": telex(word),
    }[slip]
    return " ".join(words)


def bent(text: str, chance: random.Random) -> str:
    """Return a text as one hand or another would write it: capitals, no accents, spaces, dashes."""
    kind = chance.choices(("as is", "capitals", "plain", "spaces", "mistyped", "small"), (50, 12, 16, 6, 9, 7))[0]
    return {
        "as is": text,
        "capitals": text.upper(),
        "plain": plain(text),
        "spaces": text.replace(" ", "  ", 1).replace("-", "–"),
        "mistyped": mistyped(text, chance),
        "small": text.lower(),
    }[kind]
