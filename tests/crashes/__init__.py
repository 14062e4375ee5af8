"""Rollcall killed, or told by the kernel that nothing can be written, at every place of every journey."""
