"""How a template must call what it is given: our own blocks and filters by their signatures, and how that is said."""

import difflib
import inspect
import typing
from collections.abc import Iterable

from jinja2 import nodes

# More names of what there is would hide the sentence; the nearest one is told instead.
NAMES_TOLD = 12


def is_ours(function: object) -> bool:
    """Return whether a function is one of this house: those of jinja2 tell by themselves what they take."""
    return str(getattr(function, "__module__", "")).startswith("notifications")


def fault_of_call(node: nodes.Call, function: typing.Any, *, has_caller: bool) -> str:
    """Return what is wrong with a call of one of our blocks, and how it is called; empty where nothing is.

    `has_caller`: it is a call block, which hands over what stands between `call` and `endcall`.
    """
    if function is None or not is_ours(function) or node.dyn_args or node.dyn_kwargs:
        return ""
    signature, name = inspect.signature(function), function.__name__
    if ("caller" in signature.parameters) is not has_caller:
        return f": {how_to_call(name, function)}"
    keywords = [*(keyword.key for keyword in node.kwargs), *(["caller"] if has_caller else [])]
    wrong = _unbound(signature, len(node.args), keywords)
    return f" ({wrong}): {how_to_call(name, function)}" if wrong else ""


def fault_of_filter(node: nodes.Filter, function: typing.Any) -> str:
    """Return what is wrong with what one of our filters is given beside its value, empty where nothing is."""
    return _unbound(inspect.signature(function), 1 + len(node.args), [keyword.key for keyword in node.kwargs])


def _unbound(signature: inspect.Signature, places: int, keywords: Iterable[typing.Any]) -> str:
    try:
        signature.bind(*([None] * places), **dict.fromkeys(keywords))
    except TypeError as error:
        return str(error)
    return ""


def takes_and_gives(function: typing.Any) -> tuple[object, object]:
    """Return the annotations of a function's first parameter and of its result."""
    hints = typing.get_type_hints(function)
    first = next(iter(inspect.signature(function).parameters))
    return hints.get(first, object), hints.get("return", object)


def how_to_call(name: str, function: typing.Any) -> str:
    """Return how a function is called in a template."""
    if not is_ours(function):
        return f"{name}(...)"
    parameters = inspect.signature(function).parameters
    call = f"{name}({', '.join(each for each in parameters if each != 'caller')})"
    return f"{{% call {call} %}} ... {{% endcall %}}" if "caller" in parameters else f"{{{{ {call} }}}}"


def nearest(name: str, there: Iterable[str]) -> str:
    """Return what the writer may have meant, or what there is where it is little."""
    known = sorted(set(there))
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f'; "{near[0]}" may be meant'
    return f"; there are: {', '.join(known)}" if 0 < len(known) <= NAMES_TOLD else ""
