"""`make bench`: the comparison of docs/performance.md, at its full size or, for a quick look, at another one."""

import argparse
import os
import platform
import sqlite3

from bench import comparison
from tests.servers import dovecot


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    arguments.add_argument("--mails", type=int, default=600)
    arguments.add_argument("--runs", type=int, default=3)
    asked = arguments.parse_args()
    dovecot.require_dovecot()
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(f"{platform.platform()}, {os.cpu_count()} processors, {python}")
    with dovecot.DovecotServer() as server:
        bench = comparison.Bench(server, asked.mails)
        print("\n".join(bench.compare(asked.runs).lines()))
        print(f"memory {bench.peak_megabytes():.0f} MB at most, all processes of Rollcall together")


if __name__ == "__main__":
    main()
