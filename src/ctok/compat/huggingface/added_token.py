"""AddedToken: a token that is found in a text before anything else is done to it."""

from __future__ import annotations

import warnings
from typing import Any

from ...spec import AddedToken as Spec

FLAGS = ("single_word", "lstrip", "rstrip", "normalized", "special")


class AddedToken:
    """A token for `Tokenizer.add_tokens`.

    Parameters
    ----------
    content : str
    single_word : bool
        Whether a letter, digit or underscore beside it forbids it.
    lstrip, rstrip : bool
        Whether it takes the white space before and behind it.
    normalized : bool, optional
        Whether it is looked for in normalized text; by default where it is not special.
    special : bool
        Whether decoding may leave it out.
    """

    def __init__(self, content: str | None = None, **kwargs: Any) -> None:
        self.content = content or ""
        self.single_word = self.lstrip = self.rstrip = self.special = False
        self._normalized: bool | None = None
        for key, value in kwargs.items():
            if key in FLAGS:
                setattr(self, key, value)
            else:
                ignored(key)

    @property
    def normalized(self) -> bool:
        """Whether it is looked for in normalized text."""
        return not self.special if self._normalized is None else self._normalized

    @normalized.setter
    def normalized(self, value: bool) -> None:
        self._normalized = value

    def __getstate__(self) -> dict[str, Any]:
        return {"content": self.content, **{flag: getattr(self, flag) for flag in FLAGS}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if not hasattr(self, "content"):
            AddedToken.__init__(self)
        for key, value in state.items():
            setattr(self, key, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AddedToken):
            return NotImplemented
        return self.__getstate__() == other.__getstate__()

    def __hash__(self) -> int:
        return hash(self.content)

    def __str__(self) -> str:
        return self.content

    def __repr__(self) -> str:
        flags = ("rstrip", "lstrip", "single_word", "normalized", "special")
        shown = ", ".join(f"{flag}={getattr(self, flag)}" for flag in flags)
        return f'AddedToken("{self.content}", {shown})'


def ignored(name: str) -> None:
    """Warns of an argument that nothing is done with."""
    warnings.warn(f"Ignored unknown kwarg option {name}", UserWarning, stacklevel=3)


def arguments_of(token: Spec | Any) -> dict[str, Any]:
    """The arguments of an AddedToken, whoever's, that is the same."""
    return {"content": token.content, **{flag: getattr(token, flag) for flag in FLAGS}}
