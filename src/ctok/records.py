"""Dataclasses for what `import ctok` needs, without the time that the standard ones take.

Type checkers see the standard ones. `dataclasses.replace`, `fields` and `asdict` take these too:
that module, which imports `inspect`, is loaded when one of them asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class field:  # noqa: N801 - its name in dataclasses
    """A default that is made anew for each record."""

    def __init__(self, *, default_factory: Callable[[], Any]) -> None:
        self.default_factory = default_factory


class _StandardFields:
    """The fields as `dataclasses` describes them, made when they are first asked for."""

    def __get__(self, record: object, kind: Any) -> dict[str, Any]:
        import dataclasses

        # `kind` may be a class below the record's.
        kind = next(base for base in kind.__mro__ if vars(base).get("__dataclass_fields__") is self)
        body: dict[str, Any] = {"__annotations__": dict(kind.__annotations__)}
        for name, default in kind.record_defaults.items():
            fresh = isinstance(default, field)
            body[name] = (
                dataclasses.field(default_factory=default.default_factory) if fresh else default
            )
        standard: Any = dataclasses.dataclass(type(kind.__name__, (), body))
        kind.__dataclass_fields__ = standard.__dataclass_fields__
        return kind.__dataclass_fields__  # type: ignore[no-any-return]


def _set_up(self: Any, *values: Any, **named: Any) -> None:
    names, defaults = self.__match_args__, self.record_defaults
    given = dict(zip(names, values, strict=False))
    wrong = [name for name in named if name in given or name not in names]
    if wrong or len(values) > len(names):
        raise TypeError(f"{type(self).__name__} has the fields {', '.join(names)}, each once")
    given |= named
    fields = self.__dict__  # in the order of the names
    for name in names:
        if name in given:
            fields[name] = given[name]
        elif name in defaults:
            default = defaults[name]
            fields[name] = default.default_factory() if isinstance(default, field) else default
        else:
            raise TypeError(f"{type(self).__name__} needs {name!r}")


def _refuse(self: Any, name: str, *_: object) -> None:
    import dataclasses

    raise dataclasses.FrozenInstanceError(f"{type(self).__name__}.{name} cannot be changed")


def _repr(self: Any) -> str:
    parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({parts})"


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self.__dict__ == other.__dict__


def _hash(self: Any) -> int:
    return hash(tuple(self.__dict__.values()))


def dataclass(*, frozen: bool, eq: bool = True) -> Callable[[type], type]:
    """A class whose annotations are the fields of its objects, which never change.

    Parameters
    ----------
    frozen : bool
        True: there are no others here.
    eq : bool
        Whether objects with equal fields are equal; otherwise each is equal to itself only.
    """
    if not frozen:
        raise ValueError("records are frozen")

    def make(kind: Any) -> type:
        names = tuple(kind.__annotations__)
        kind.record_defaults = {name: vars(kind)[name] for name in names if name in vars(kind)}
        for name, default in kind.record_defaults.items():
            if isinstance(default, field):
                delattr(kind, name)
        kind.__match_args__ = names  # type: ignore[misc]
        kind.__init__, kind.__repr__ = _set_up, _repr
        kind.__setattr__ = kind.__delattr__ = _refuse
        if eq:
            kind.__eq__, kind.__hash__ = _equal, _hash
        kind.__dataclass_fields__ = _StandardFields()
        return kind  # type: ignore[no-any-return]

    return make
