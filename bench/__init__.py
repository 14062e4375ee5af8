"""Measures how fast mails are taken in, and how much memory that takes: `make bench`, docs/performance.md."""
