"""The program as it is, with readers that stay open: to start them costs more than the few mails of an hour."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.office.run import SharedReaders
from forms import form as forms_form
from service import assemble


@dataclass(slots=True)
class SwiftRollcall(assemble.Rollcall):
    """A Rollcall whose jobs share their readers."""

    shared: SharedReaders = field(default_factory=SharedReaders)

    def open_readers(self, forms: list[forms_form.Form]) -> Any:
        """Return the readers that are open already."""
        return self.shared.for_forms(forms)

    def anew(self, is_stopping: Callable[[], bool]) -> "SwiftRollcall":
        """Return the same Rollcall without what it remembers, as the program's own does."""
        fresh = assemble.Rollcall.anew(self, is_stopping)
        return SwiftRollcall(fresh.config, fresh.store, fresh.clock, is_stopping, shared=self.shared)
