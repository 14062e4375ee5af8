"""Real servers on loopback for the tests: Dovecot, and an SMTP sink that can be told to misbehave."""
