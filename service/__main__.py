"""`python -m service`: the same as the command `rollcall`."""

from service.cli import main

main()
