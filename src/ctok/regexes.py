"""Reads a regex, as the `regex` module understands it, into a tree; refuses what it does not know.

A tree is made of six kinds of nodes. Look-ahead is always of one character: it may be of a set,
or the text may end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from . import charsets
from .charsets import Set
from .errors import RefusedError

LONGEST_REPEAT = 1024
DEEPEST = 100
SHOWN = 40  # characters of a pattern in a message


@dataclass(frozen=True, eq=False)
class One:
    """One character of a set."""

    members: Set


@dataclass(frozen=True, eq=False)
class Ahead:
    """Nothing, where the next character is of a set or, with `end`, where the text ends."""

    members: Set
    end: bool


@dataclass(frozen=True, eq=False)
class Row:
    """One node after the other; none of them is the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Either:
    """The first of the nodes with which the whole matches."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Repeat:
    """A node from `least` to `most` times; None is without limit. `where` is for messages."""

    part: Node
    least: int
    most: int | None
    lazy: bool = False
    where: str = ""


@dataclass(frozen=True, eq=False)
class Atomic:
    """The first way in which a node matches by itself, and no other. `where` is for messages."""

    part: Node
    where: str = ""


Node = One | Ahead | Row | Either | Repeat | Atomic
NOTHING = Row(())

_ESCAPES = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "a": 7}
_WHY = {
    **dict.fromkeys("bBmM<>", "looks back"),
    **dict.fromkeys("123456789gk", "refers back to a group"),
    **dict.fromkeys("AG", "looks back"),
}
_SIZES = {"x": 2, "u": 4, "U": 8}
_ANY_BUT_NEWLINE = charsets.invert(charsets.of_ranges([(10, 10)]))
_TURKISH = charsets.of_ranges([(0x49, 0x49), (0x69, 0x69), (0x130, 0x131)])


def parse(pattern: str, *, lines: bool = False) -> Node:
    """A regex as a tree.

    Parameters
    ----------
    pattern : str
    lines : bool
        Whether ``$`` is the end of each line; otherwise it is the end of the text.

    Raises
    ------
    RefusedError
        Anything that is not certainly understood as the `regex` module does.
    """
    parser = _Parser(pattern, lines)
    node = parser.alternatives(0)
    if parser.at < len(pattern):
        raise parser.refused(parser.at, "closes no group", size=1)
    return node


class _Parser:
    def __init__(self, pattern: str, lines: bool) -> None:
        self.pattern = pattern
        self.at = 0
        for at, character in enumerate(pattern):
            if "\ud800" <= character <= "\udfff":
                raise self.refused(at, "is half a surrogate pair", size=1)
        self.nested = "&&" in pattern or "[[" in pattern  # V1 of the module, as patterns.py has it
        self.ignore_case = False
        self.dot_all = False
        self.lines = lines

    # ---- what messages say

    def where(self, start: int, size: int | None = None) -> str:
        """What stands from start up to here, or so many characters of it, and the place."""
        text = self.pattern[start : self.at if size is None else start + size]
        text = text if len(text) <= SHOWN else text[:SHOWN] + "..."
        return f"`{text if text.isprintable() else ascii(text)[1:-1]}` at position {start}"

    def refused(self, start: int, what: str, size: int | None = None) -> RefusedError:
        """The exception for what stands there."""
        return RefusedError(f"{self.where(start, size)} {what}")

    # ---- characters

    def peek(self, text: str) -> bool:
        """Whether a text stands here."""
        return self.pattern.startswith(text, self.at)

    def take(self, text: str) -> bool:
        """Steps over a text if it stands here."""
        found = self.peek(text)
        self.at += len(text) if found else 0
        return found

    def next(self) -> str:
        """The next character, stepped over."""
        if self.at == len(self.pattern):
            raise RefusedError(f"the pattern is unfinished at its end, position {self.at}")
        self.at += 1
        return self.pattern[self.at - 1]

    # ---- structure

    def alternatives(self, depth: int) -> Node:
        """Everything up to a closing parenthesis or the end."""
        if depth > DEEPEST:
            raise RefusedError(f"groups at position {self.at} are nested more than {DEEPEST} deep")
        parts = [self.row(depth)]
        while self.take("|"):
            parts.append(self.row(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def row(self, depth: int) -> Node:
        """One alternative."""
        parts: list[Node] = []
        while self.at < len(self.pattern) and not self.peek("|") and not self.peek(")"):
            start = self.at
            part = self.repeats(self.item(depth), start)
            if part is not NOTHING:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Row(tuple(parts)) if parts else NOTHING

    def item(self, depth: int) -> Node:
        """What a quantifier applies to."""
        start = self.at
        character = self.next()
        if character == "(":
            return self.group(depth)
        if character == "[":
            return One(self.bracket(0))
        if character == "\\":
            return self.escape()
        if character == ".":
            return One(charsets.invert(charsets.EMPTY) if self.dot_all else _ANY_BUT_NEWLINE)
        if character == "$":
            newline = charsets.of_ranges([(10, 10)])
            return Ahead(newline if self.lines else charsets.EMPTY, end=True)
        if character == "^":
            raise self.refused(start, "looks back")
        if character in "*+?{":
            raise self.refused(start, "repeats nothing")
        return One(self.literal(ord(character), start))

    def repeats(self, node: Node, start: int) -> Node:
        """A node, which begins at start, with the quantifier behind it, if there is one."""
        quantifier = self.at
        bounds = self.bounds()
        if bounds is None:
            return node
        least, most = bounds
        if isinstance(node, Ahead) or node is NOTHING:
            raise self.refused(quantifier, "is a quantifier behind what takes no character")
        if max(least, most or 0) > LONGEST_REPEAT:
            raise self.refused(quantifier, f"is a repeat of more than {LONGEST_REPEAT}")
        if most is not None and least > most:
            raise self.refused(quantifier, "is a repeat from more to less")
        if self.take("+"):
            node = Atomic(Repeat(node, least, most, where=self.where(start)), self.where(start))
        else:
            lazy = self.take("?")
            node = Repeat(node, least, most, lazy, self.where(start))
        if any(self.peek(c) for c in "*+?{"):
            raise self.refused(self.at, "is a quantifier behind a quantifier", size=1)
        return node

    def bounds(self) -> tuple[int, int | None] | None:
        """How often: what a quantifier here says."""
        if self.take("*"):
            return 0, None
        if self.take("+"):
            return 1, None
        if self.take("?"):
            return 0, 1
        if not self.take("{"):
            return None
        end = self.pattern.find("}", self.at)
        least, comma, most = self.pattern[self.at : max(end, self.at)].partition(",")
        digits = all(not part or (part.isascii() and part.isdigit()) for part in (least, most))
        if end < 0 or not digits or not (least or most):
            raise self.refused(self.at - 1, "begins no quantifier", size=1)
        self.at = end + 1
        low = int(least or 0)
        return low, (int(most) if most else None) if comma else low

    def group(self, depth: int) -> Node:
        """What stands behind an opening parenthesis, up to its end."""
        start = self.at - 1
        flags = self.ignore_case, self.dot_all, self.lines
        wrap: type[Atomic] | None = None
        ahead = None
        if self.take("?"):
            if self.take(">"):
                wrap = Atomic
            elif self.take("=") or self.take("!"):
                ahead = self.pattern[self.at - 1] == "="
            elif not self.take(":") and not self.name() and self.flags():
                first = self.pattern.startswith("(?") and self.pattern.index(")") == self.at - 1
                if not first or depth:
                    raise self.refused(start, "sets flags inside of the pattern")
                return NOTHING
        node = self.alternatives(depth + 1)
        if not self.take(")"):
            raise self.refused(start, "opens a group that is not closed", size=1)
        self.ignore_case, self.dot_all, self.lines = flags
        if ahead is None:
            return Atomic(node, self.where(start)) if wrap else node
        seen = _ahead_of(node)
        if seen is None:
            raise self.refused(start, "is look-ahead of more than one character")
        return seen if ahead else Ahead(charsets.invert(seen.members), not seen.end)

    def name(self) -> bool:
        """Steps over the name of a group, if one stands here."""
        if self.peek("<=") or self.peek("<!") or not (self.take("P<") or self.take("<")):
            return False
        while self.next() != ">":
            pass
        return True

    def flags(self) -> bool:
        """Reads flags; whether they hold for all that follows, as in ``(?i)``."""
        start = self.at - 2
        on = True
        while True:
            character = self.next()
            if character == "-":
                on = False
            elif character == "i":
                self.ignore_case = on
            elif character == "s":
                self.dot_all = on
            elif character == "m" and on:
                self.lines = True
            elif character in ":)" and self.pattern[self.at - 2] not in "?-":
                return character == ")"
            else:
                behind = self.pattern[start + 2 : start + 4] in ("<=", "<!")
                end = self.pattern.find(")", start) + 1 or len(self.pattern)
                what = (
                    "looks behind" if behind else "is a group of a kind that ctok does not compile"
                )
                raise self.refused(start, what, size=end - start)

    # ---- sets

    def literal(self, point: int, start: int) -> Set:
        """A character, which stands at start, as a set."""
        return self.folded(charsets.of_ranges([(point, point)]), start)

    def folded(self, members: Set, start: int) -> Set:
        """A set of characters, which is said from start on, as case has it."""
        if not self.ignore_case:
            return members
        if len(charsets.both(members, _TURKISH)):
            raise self.refused(start, "has an i without case, on which engines differ")
        return charsets.fold(members)

    def property(self, members: Set | None, inverted: bool, start: int) -> Set:
        """A property, which is said from start on, as a set."""
        if members is None:
            raise self.refused(start, "is a property that ctok does not know")
        if self.ignore_case and not charsets.same(members, charsets.fold(members)):
            raise self.refused(start, "is a property without case, on which engines differ")
        return charsets.invert(members) if inverted else members

    def escape(self) -> Node:
        """What stands behind a backslash outside of brackets."""
        if self.take("Z") or self.take("z"):
            return Ahead(charsets.EMPTY, end=True)
        start = self.at - 1
        value = self.escaped()
        return One(self.literal(value, start) if isinstance(value, int) else value)

    def escaped(self) -> int | Set:
        """A code point or a property behind a backslash."""
        start = self.at - 1
        character = self.next()
        if character in "pP":
            name = self.next()
            if name == "{":
                end = self.pattern.find("}", self.at)
                name = self.pattern[self.at : max(end, self.at)]
                self.at = end + 1 if end >= 0 else len(self.pattern)
            inverted = (character == "P") != name.startswith("^")
            return self.property(charsets.named(name.removeprefix("^")), inverted, start)
        if character in "sSdDwW":
            members = charsets.white_space() if character in "sS" else charsets.named("Nd")
            members = charsets.words() if character in "wW" else members
            return self.property(members, character.isupper(), start)
        if character in _SIZES:
            return self.number(character)
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character.isalnum():
            raise self.refused(
                start, _WHY.get(character, "is an escape that ctok does not compile")
            )
        return ord(character)

    def number(self, kind: str) -> int:
        """The digits behind one of _SIZES."""
        start = self.at - 2
        size = _SIZES[kind]
        digits = self.pattern[self.at : self.at + size]
        if len(digits) < size or any(c not in "0123456789abcdefABCDEF" for c in digits):
            raise self.refused(start, f"needs {size} hexadecimal digits")
        self.at += size
        point = int(digits, 16)
        if point >= charsets.END or 0xD800 <= point < 0xE000:
            raise self.refused(start, "is no character")
        return point

    def bracket(self, depth: int) -> Set:
        """A set in brackets, behind the opening one."""
        if depth > DEEPEST:
            raise RefusedError(f"sets at position {self.at} are nested more than {DEEPEST} deep")
        start = self.at - 1
        inverted = self.take("^")
        result: Set | None = None
        operator: Literal["&&", "--"] | None = None
        parts: list[Set] = []
        first = True
        while first or not self.peek("]"):
            first = False
            if self.nested and (self.peek("&&") or self.peek("--")):
                result = _apply(operator, result, parts)
                found: Literal["&&", "--"] = "&&" if self.peek("&&") else "--"
                if operator not in (None, found):
                    raise self.refused(start, "has && and -- in one bracket", self.at + 2 - start)
                operator, parts = found, []
                self.at += 2
            else:
                parts.append(self.member(depth))
        self.at += 1
        result = _apply(operator, result, parts)
        return charsets.invert(result) if inverted else result

    def member(self, depth: int) -> Set:
        """One character, range, property or set of a bracket."""
        for doubled in ("||", "~~", "[:"):
            if self.peek(doubled):
                raise self.refused(self.at, "stands in brackets, where engines differ", size=2)
        start = self.at
        character = self.next()
        if character == "[" and self.nested:
            return self.bracket(depth + 1)
        low = self.escaped() if character == "\\" else ord(character)
        if not isinstance(low, int):
            if self.peek("-") and not self.peek("-]"):
                raise self.refused(start, "is a property that begins a range")
            return low
        if not self.peek("-") or self.peek("-]") or (self.nested and self.peek("--")):
            return self.literal(low, start)
        self.at += 1
        character = self.next()
        high = self.escaped() if character == "\\" else ord(character)
        if character == "[" or not isinstance(high, int) or high < low:
            raise self.refused(start, "is a range that has no characters")
        return self.folded(charsets.of_ranges([(low, high)]), start)


def _apply(operator: str | None, result: Set | None, parts: list[Set]) -> Set:
    """What the operators of a bracket have so far, from left to right."""
    if not parts:
        raise RefusedError("an operator in brackets has no set on one side")
    members = charsets.union(*parts)
    if result is None:
        return members
    return charsets.both(result, members) if operator == "&&" else charsets.without(result, members)


def _ahead_of(node: Node) -> Ahead | None:
    """What a look-ahead looks at; None where that is more than one character or the text's end."""
    if isinstance(node, One):
        return Ahead(node.members, end=False)
    if isinstance(node, Ahead):
        return node
    if isinstance(node, Either):
        parts = [part for each in node.parts if (part := _ahead_of(each)) is not None]
        if len(parts) == len(node.parts):
            members = charsets.union(*(part.members for part in parts))
            return Ahead(members, any(part.end for part in parts))
    return None
