"""The demo: Rollcall on a mailbox of its own with a lively campaign. `python -m service.demo [--once]`."""
