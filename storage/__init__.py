"""What we know: every mail, every version of every report, every letter we owe. The only room that knows SQL."""
