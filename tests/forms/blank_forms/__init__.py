"""Blank reporting forms as offices draw them, each with its truth: what a careful officer would declare for it."""
