"""Mails out: what to say, to whom, sending it."""
