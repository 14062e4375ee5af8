"""The operator's errors: everything that is wrong with a file he wrote, told at once, without a traceback."""

from collections.abc import Sequence


class OperatorError(Exception):
    """Mistakes in configuration, campaign, form or roster. Each problem is one sentence: what, where, what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
