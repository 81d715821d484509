"""How people read tokens: in colour where there is a terminal and `rich`, else between bars."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Literal

Color = Literal["auto", "always", "never"]

SEPARATOR = "│"
# Backgrounds that a black text can be read on, in the 256 colours of a terminal.
BACKGROUNDS = (153, 222, 151, 217, 189, 230, 116)

# What would move the cursor, turn the line around or say nothing, and each byte that is no part of
# a whole character, stands as its number.
_UNSEEN = (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_IN_A_LINE = {
    **{code: f"⟨{code:02x}⟩" for code in _UNSEEN},
    **{0xDC00 + byte: f"⟨{byte:02x}⟩" for byte in range(0x80, 0x100)},
    ord("\n"): "↵",
    ord("\t"): "→",
}
_IN_LINES = {**_IN_A_LINE, ord("\n"): "↵\n"}


def readable(token: bytes) -> str:
    """A token as one printable line; the bytes of a character that is cut apart as ``⟨e4⟩``."""
    return _text(token).translate(_IN_A_LINE)


def _text(token: bytes) -> str:
    """A token's characters; a byte that is no part of a whole one becomes a lone surrogate."""
    return token.decode("utf-8", "surrogateescape")


def wants_color(color: Color) -> bool:
    """Whether tokens come in colour; https://no-color.org and FORCE_COLOR have a say in "auto"."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()


def print_tokens(tokens: Sequence[bytes], *, color: Color = "auto") -> None:
    """Prints a text cut into its tokens.

    Parameters
    ----------
    tokens : sequence of bytes
    color : {"auto", "always", "never"}
        Colour needs the `rich` package; "auto" does without when it is not there.

    Raises
    ------
    ImportError
        With "always", when `rich` is not there.
    """
    if wants_color(color):
        try:
            _print_colored(tokens)
            return
        except ImportError:
            if color == "always":
                raise
    text = SEPARATOR.join(_text(token).translate(_IN_LINES) for token in tokens)
    print(text, end="" if text.endswith("\n") else "\n")


def _print_colored(tokens: Sequence[bytes]) -> None:
    from rich.console import Console
    from rich.style import Style
    from rich.text import Text

    styles = [Style(color="color(16)", bgcolor=f"color({number})") for number in BACKGROUNDS]
    text = Text()
    for i, token in enumerate(tokens):
        text.append(_text(token).translate(_IN_LINES), styles[i % len(styles)])
    console = Console(
        file=sys.stdout, force_terminal=True, color_system="256", no_color=False, soft_wrap=True
    )
    console.print(text, end="" if text.plain.endswith("\n") else "\n")
