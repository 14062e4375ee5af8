"""`python -m bench.office`: simulated offices of 90 units, two campaigns each, and what a person had to decide."""

import argparse
import sys
import time
from collections import Counter

from bench.office import figures, run

# What one office of 90 units gets in a campaign: a report and five other mails a unit.
MAILS_A_CAMPAIGN = 600


def sizes(mails: int, seed: int) -> list[tuple[int, int]]:
    """Return (seed, mails a campaign) of as many offices as `mails` fill."""
    offices = max(1, round(mails / (2 * MAILS_A_CAMPAIGN)))
    return [(seed + number, max(1, mails // (2 * offices))) for number in range(offices)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.office", description=__doc__)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--register", choices=("full", "none", "both"), default="both")
    parser.add_argument("--misses", type=int, default=30, help="how many misses to list")
    asked = parser.parse_args()
    offices = sizes(asked.mails, asked.seed)
    print(f"seeds {offices[0][0]} to {offices[-1][0]}, one office each, two campaigns of {offices[0][1]} mails")
    for register in ("full", "none") if asked.register == "both" else (asked.register,):
        started = time.perf_counter()
        stages = run.simulate(offices, registered=register == "full", tell=_tell_progress)
        seconds = time.perf_counter() - started
        total = sum(stage.mails for stage in stages)
        print(f"\nregister {register}: {total} mails, {seconds / total:.4f} seconds a mail")
        for title, stage in zip(("first campaign", "second campaign"), stages, strict=True):
            print("\n".join(figures.table(title, stage)))
        _tell(stages, asked.misses)


def _tell_progress(seed: int, stages: tuple[figures.Stage, ...]) -> None:
    known, credited = (sum(getattr(stage, name) for stage in stages) for name in ("known", "known_credited"))
    strangers, proposed = (
        sum(getattr(stage, name) for stage in stages) for name in ("strangers", "strangers_proposed")
    )
    wrong = sum(len(stage.wrong_credits) for stage in stages)
    decided = " and ".join(f"{stage.decisions} of {stage.mails}" for stage in stages)
    print(
        f"after seed {seed}: known {figures.share(credited, known)}, strangers {figures.share(proposed, strangers)}, "
        f"wrong {wrong}, decisions {decided}",
        file=sys.stderr,
        flush=True,
    )


def _tell(stages: tuple[figures.Stage, ...], most: int) -> None:
    kinds: Counter[str] = sum((stage.kinds for stage in stages), Counter())
    print("mails by kind: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    for stage in stages:
        for line in (*stage.wrong_credits, *stage.unconfirmed):
            print(f"! {line}")
    misses = [line for stage in stages for line in stage.misses]
    print(f"{len(misses)} misses, the first {min(most, len(misses))}:")
    for line in misses[:most]:
        print(f"- {line}")


if __name__ == "__main__":
    main()
