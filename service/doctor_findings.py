"""What a probe of the self-check found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is right, or wrong: then the sentence says what, where and what to do.

    `blocks`: Rollcall cannot start before it is put right.
    """

    probe: str
    ok: bool
    sentence: str
    blocks: bool = False
