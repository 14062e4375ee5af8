"""What is known of a value that a template will be given, without having it: its attributes, its elements.

A shape is a set of alternatives, each a type as Python annotates it (`str`, `tuple[Problem, ...]`); None is left out,
since what may be missing is found by writing letters without it. The empty set is a value of which nothing is known.
"""

import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

Shape = frozenset[typing.Any]
ANYTHING: Shape = frozenset()


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a value's attribute is; `is_method`: it must be called to give anything."""

    shape: Shape
    is_method: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """The alternative of a dictionary whose keys are known: a template asks for them as for attributes."""

    names: frozenset[str]


def of_annotation(annotation: object) -> Shape:
    """Return the shape of what an annotation describes."""
    origin = typing.get_origin(annotation)
    if origin in {typing.Union, types.UnionType}:
        return joined(*(of_annotation(each) for each in typing.get_args(annotation) if each is not types.NoneType))
    if origin is typing.Literal:
        return frozenset(type(each) for each in typing.get_args(annotation))
    known = isinstance(origin or annotation, type) and annotation not in {object, types.NoneType}
    return frozenset({annotation}) if known else ANYTHING


def of_value(value: object) -> Shape:
    """Return the shape of what a value is an instance of."""
    if value is None:
        return ANYTHING
    if isinstance(value, (list, tuple)):
        inside = {each for element in value for each in of_value(element)}
        return frozenset({list[each] for each in inside} or {list})  # type: ignore[valid-type]
    if isinstance(value, Mapping):
        return frozenset({Keys(frozenset(value))})
    return frozenset({type(value)})


def joined(*shapes: Shape) -> Shape:
    """Return the shape of a value that is one of these; where of one nothing is known, nothing is known."""
    return frozenset().union(*shapes) if all(shapes) else ANYTHING


def attribute(shape: Shape, name: str) -> Attribute | None:
    """Return what a value's attribute is, None where no alternative has one of this name."""
    found = [each for alternative in shape if (each := _attribute(alternative, name))]
    if shape and not found:
        return None
    return Attribute(joined(*(each.shape for each in found)), any(each.is_method for each in found))


def _attribute(alternative: object, name: str) -> Attribute | None:
    kind = _kind(alternative)
    if name in alternative.names if isinstance(alternative, Keys) else issubclass(kind, Mapping):
        return Attribute(ANYTHING)
    if name in _hints(kind):
        return Attribute(of_annotation(_hints(kind)[name]))
    given = getattr(kind, name, None)
    if given is None or name.startswith("_"):
        return None
    if isinstance(given, property):
        return Attribute(of_annotation(typing.get_type_hints(given.fget).get("return", object)))
    return Attribute(ANYTHING, is_method=callable(given))


def _kind(alternative: typing.Any) -> typing.Any:
    """Return the class of an alternative: `tuple` of `tuple[str, ...]`."""
    return dict if isinstance(alternative, Keys) else typing.get_origin(alternative) or alternative


@cache
def _hints(kind: typing.Any) -> dict[str, object]:
    return typing.get_type_hints(kind)


def names_of(shape: Shape) -> list[str]:
    """Return the names of the attributes that values of a shape may have."""
    known = [each.names if isinstance(each, Keys) else (*_hints(_kind(each)), *dir(_kind(each))) for each in shape]
    return sorted({name for names in known for name in names if not name.startswith("_")})


def element(shape: Shape) -> Shape:
    """Return the shape of the elements of what can be gone through."""
    inside = [_element(alternative) for alternative in shape]
    return joined(*(each for each in inside if each)) if any(inside) else ANYTHING


def _element(alternative: object) -> Shape:
    kind, of = _kind(alternative), typing.get_args(alternative)
    if kind is tuple:
        return of_annotation(of[0]) if of and of[-1] is Ellipsis else ANYTHING
    return of_annotation(of[0]) if issubclass(kind, Iterable) and of else ANYTHING


def fits(shape: Shape, annotation: object) -> bool:
    """Return whether a value of a shape may be what an annotation asks for."""
    wanted = [_kind(each) for each in of_annotation(annotation)]
    given = [_kind(each) for each in shape]
    return not (wanted and given) or any(issubclass(each, want) for each in given for want in wanted)
