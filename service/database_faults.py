"""What is said of a database that did not do its work in the middle of a run."""


def sentence_of(error: BaseException) -> str:
    """Return a sentence about a database's fault, empty where an error is of another kind.

    Asked by name: importing SQLAlchemy only to know its errors would double the start of every short command.
    """
    names = {each.__name__ for each in type(error).__mro__}
    is_lost = getattr(error, "connection_invalidated", False)
    if "OperationalError" not in names and not is_lost:
        return ""
    cause = getattr(error, "orig", None) or error
    told = " ".join(str(cause).split())
    if "sqlite3" in type(cause).__module__:
        return (
            f"The database did not do its work ({told}). Nothing is lost; see that its disk is not full and writable."
        )
    return (
        f"The database server did not do its work ({told}). Nothing is lost and what was begun is undone: the next run "
        "goes on from there. If it lasts, see that the server runs (`rollcall doctor`)."
    )
