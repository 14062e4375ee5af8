"""The words all rooms share, and the calendar. Pure: no network, no database, no clock, no environment."""
