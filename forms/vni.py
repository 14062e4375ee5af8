"""VNI, the encoding that writes one Vietnamese letter as a Latin letter and a sign: `Tieáng Vieät` (P38)."""

import re

_TONES_PLAIN = "ùøûõï"
_TONES_ROOF = "áàåãä"
_TONES_BREVE = "éèúüë"
_ROWS = (
    ("a", _TONES_PLAIN, "áàảãạ"),
    ("a", "â" + _TONES_ROOF, "âấầẩẫậ"),
    ("a", "ê" + _TONES_BREVE, "ăắằẳẵặ"),
    ("e", _TONES_PLAIN, "éèẻẽẹ"),
    ("e", "â" + _TONES_ROOF, "êếềểễệ"),
    ("o", _TONES_PLAIN, "óòỏõọ"),
    ("o", "â" + _TONES_ROOF, "ôốồổỗộ"),
    ("ô", _TONES_PLAIN, "ớờởỡợ"),
    ("u", _TONES_PLAIN, "úùủũụ"),
    ("ö", _TONES_PLAIN, "ứừửữự"),
    ("y", "ùøûõ", "ýỳỷỹ"),
)
_SINGLE = {"ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ"}


def _letters() -> dict[str, str]:
    table = dict(_SINGLE)
    for base, signs, letters in _ROWS:
        for sign, letter in zip(signs, letters, strict=True):
            table[base + sign] = letter
    for source, letter in list(table.items()):
        table[source.upper()] = letter.upper()
        if len(source) > 1:
            table[source[0].upper() + source[1]] = letter.upper()
            table[source[0] + source[1].upper()] = letter
    return table


VNI = _letters()
_VNI_LETTER = re.compile("|".join(sorted((re.escape(source) for source in VNI), key=len, reverse=True)))
# Pairs that Vietnamese in Unicode never has: `oá`, `uâ` are left out because of "toán", "quân".
_PAIR = re.compile("[aey][ùøûõïâáàåãäêéèúüë]|[oôöu][ùøûïåä]|[AEY][ÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|[OÔÖU][ÙØÛÏÅÄ]")
_ENOUGH_PAIRS = 2


def decode(text: str) -> str:
    """Return `text`, VNI seen through Windows-1252, as Unicode."""
    return _VNI_LETTER.sub(lambda match: VNI[match.group()], text)


def looks_vni(text: str) -> bool:
    """Say whether `text` is VNI by its content: two pairs of letter and sign that nothing else writes."""
    return len(_PAIR.findall(text)) >= _ENOUGH_PAIRS
