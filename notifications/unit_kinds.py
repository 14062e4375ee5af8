"""How kinds of units are called, on screens, in letters and in workbooks: those that rosters usually name."""

_DISTRICTS = {"vi": "Huyện, thành phố", "en": "Districts and city"}
_COMMUNES = {"vi": "Xã, phường", "en": "Communes and wards"}
_DEPARTMENTS = {"vi": "Sở, ban, ngành", "en": "Departments"}
_ORGANISATIONS = {"vi": "Mặt trận, đoàn thể, hội", "en": "Mass organisations"}
_OTHERS = {"vi": "Đơn vị khác", "en": "Other units"}

_KINDS = {
    "district": _DISTRICTS,
    "huyen": _DISTRICTS,
    "commune": _COMMUNES,
    "xa": _COMMUNES,
    "department": _DEPARTMENTS,
    "agency": _DEPARTMENTS,
    "so": _DEPARTMENTS,
    "organisation": _ORGANISATIONS,
    "doan_the": _ORGANISATIONS,
    "": _OTHERS,
}


def unit_kind(kind: str, language: str) -> str:
    """Return the heading of a kind of units in "vi" or "en"; a kind of the roster's own is shown as it is written."""
    return _KINDS[kind][language] if kind in _KINDS else kind
