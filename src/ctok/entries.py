"""From an automaton's states to entries of one byte, which vectors follow (see automaton.h).

The states of an automaton know where a match may end; here they also know what stands where no
match does, and what the automaton would be had it started anew one character ago. So a text is
followed from its start to its end, and what is rarer than that stops.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

DEAD = -1
MAY, END, LATE = 0x10, 0x20, 0x40
STOP = MAY | END
BACK = STOP | LATE
LEAVE = BACK  # of state 0, by kinds: the entry says what
NARROW, WIDE = 16, 32  # at most so many states
MOST_STATES = 256  # of an automaton that is looked at
MOST_KINDS = 16  # of bytes, for vectors that tell all of a block at once
MOST_LEFT = 1 / 64  # so many of all bytes are left to the entries then

# How often a character of ASCII stands in a text, about.
OFTEN = {" ": 20, **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 4)}
_OFTEN_OF_ASCII = np.array([OFTEN.get(chr(byte), 1) for byte in range(128)], float)
_OFTEN_OF_ASCII /= _OFTEN_OF_ASCII.sum()


class Place(NamedTuple):
    """What the entries tell apart. A gap is text with no match.

    Attributes
    ----------
    kind : str
        "on": in a match; "new": behind the first character of a match or a gap; "gap": in a gap;
        "late": in a gap, behind what may be the first character of a match.
    state : int
        That of the match.
    other : Place, optional
        Where the match may have ended, the place had it ended there.
    far : bool
        Whether that was before another character than the last one.
    """

    kind: str
    state: int = DEAD
    other: Place | None = None
    far: bool = False


class Entries(NamedTuple):
    """The entries of an automaton.

    Attributes
    ----------
    rows : numpy.ndarray of uint8
        As in automaton.h; empty when there are too many.
    width : int
        How many a class of characters has.
    restarts : bool
        Whether state 0 stands before a piece's first character.
    kinds : numpy.ndarray of uint8
        The rows of ASCII as the leaf `follow` has them; empty where it cannot.
    """

    rows: npt.NDArray[np.uint8]
    width: int
    restarts: bool
    kinds: npt.NDArray[np.uint8]


NO_ENTRIES = Entries(np.empty(0, np.uint8), 0, False, np.empty(0, np.uint8))
Move = tuple[int, "Place | None"]
GAP = Place("gap")


class _Places:
    """What each place does on each class of characters.

    Parameters
    ----------
    states : list of list of (int, bool)
        As in automaton.py: for each class the next state or DEAD, and whether a match ends before.
    lost : set of int
        The states from which a search may come to nothing.
    late, back : bool
        Whether what is told one character late, or later, is told at all; otherwise it stops.
    """

    def __init__(
        self,
        states: Sequence[Sequence[tuple[int, bool]]],
        lost: set[int],
        *,
        late: bool,
        back: bool,
    ) -> None:
        self._states, self._lost, self._late, self._back = states, lost, late, back

    def begin(self, number: int) -> Place:
        """The place behind the first character of a piece."""
        state, _ = self._states[0][number]
        if state == DEAD:
            return GAP
        return Place("new" if self._late and state in self._lost else "on", state)

    def _of_gap(self, number: int) -> Move:
        state, _ = self._states[0][number]
        if state == DEAD:
            return 0, GAP
        if state not in self._lost:
            return END, Place("on", state)
        return (0, Place("late", state)) if self._late else (STOP, None)

    def move(self, place: Place, number: int) -> Move:
        """What is told before a character, and the place behind it."""
        if place == GAP:
            return self._of_gap(number)
        state, may = self._states[place.state][number]
        late = LATE if place.kind == "late" else 0
        if state != DEAD and state not in self._lost:
            return late, Place(
                "on", state
            )  # a match comes, so it does not matter where one may end
        if state != DEAD and may:
            return late | MAY, Place("on", state, self.begin(number) if self._late else None)
        if state != DEAD:
            if late:
                return (STOP, None) if state in self._lost else (late, Place("on", state))
            return 0, self._in_vain(place, number, state)
        if may:
            return late | END, self.begin(number)
        if place.kind != "on":  # there was no match: the gap goes on
            return self._of_gap(number)
        told, to = self.move(place.other, number) if place.other else (STOP, None)
        if place.far:
            certain = to is not None and to.kind == "on" and to.state not in self._lost
            return (BACK, to) if certain and told == LATE else (STOP, None)
        return (STOP, None) if to is None or told & LATE else (told | LATE, to)

    def _in_vain(self, place: Place, number: int, state: int) -> Place:
        """The place behind a character before which the match does not end, but may have before."""
        if not self._back or place.other is None or state not in self._lost:
            return Place("on", state)
        told, to = self.move(place.other, number)
        # what is further back than the last character is kept of one match only
        known = told in (0, MAY) and to is not None and to.kind in ("on", "new") and not to.far
        return Place("on", state, to, far=True) if known else Place("on", state)

    def ends(self, place: Place) -> bool:
        """Whether the last piece is known to end where the text does."""
        if place.kind in ("gap", "new"):
            return True
        return self._states[place.state][0] == (DEAD, place.kind == "on")


def entries_of(
    states: Sequence[Sequence[tuple[int, bool]]], lost: set[int], ascii_classes: Iterable[int]
) -> Entries:
    """The entries of an automaton."""
    of_ascii = list(ascii_classes)
    for width, late, back in (
        (NARROW, True, True),
        (NARROW, True, False),
        (WIDE, True, True),
        (WIDE, True, False),
        (NARROW, False, False),
        (WIDE, False, False),
    ):
        if len(states) <= MOST_STATES:
            found = _rows(_Places(states, lost, late=late, back=back), len(states[0]), width)
            if found is not None:
                rows, restarts = found
                rows, before = _most_likely_first(rows, of_ascii)
                each = rows[:, [*of_ascii, *range(len(states[0]))]]
                flat = np.concatenate([each[:width].T.reshape(-1), each[width]])
                return Entries(flat, width, restarts, _kinds(rows, of_ascii, before))
    return NO_ENTRIES


def _most_likely_first(
    rows: npt.NDArray[np.uint8], of_ascii: Sequence[int]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """The same entries with other numbers for the states, and how often each stands before a byte.

    As if a text's bytes did not depend on each other.
    """
    states = len(rows) - 1
    to = _state(rows)
    ways = np.zeros((states, states))
    np.add.at(ways, (np.arange(states)[:, None], to[:states, of_ascii]), _OFTEN_OF_ASCII)
    before = np.linalg.matrix_power(ways, 64).sum(axis=0)
    before = before / before.sum()
    key = np.where(rows[:states, 0] == 0, -1, before)
    key[0] = np.inf  # what is told of state 0 may mean something else
    order = np.argsort(-key, kind="stable")
    told = rows & LEAVE
    number = np.where((told & STOP == STOP) & (to == 0), 0, np.argsort(order)[to])
    number[:, 0] = rows[:, 0] & 15
    spelled = (told | number & 15 | number >> 4 << 7).astype(np.uint8)
    return spelled[[*order, states]], before[order]


def _kinds(
    rows: npt.NDArray[np.uint8], of_ascii: Sequence[int], before: npt.NDArray[np.float64]
) -> npt.NDArray[np.uint8]:
    """The entries of ASCII by kinds of bytes, as the leaf `follow` has them; empty where it cannot.

    LEAVE stands for those that are left to the entries, the rarest.
    """
    columns = rows[:, of_ascii]
    weights = before[:NARROW]
    used = np.flatnonzero(rows[:NARROW, 0])
    moves, kinds = np.unique(columns[:NARROW], axis=1, return_inverse=True)
    moves[moves >= 0x80] = LEAVE
    kinds = kinds.reshape(-1)
    while moves.shape[1] > MOST_KINDS:
        # the two that most rarely stand where they differ become one
        sizes = np.bincount(kinds, _OFTEN_OF_ASCII)
        apart = np.tensordot(weights, moves[:, :, None] != moves[:, None, :], 1)
        cost = apart * (sizes[:, None] + sizes[None, :])
        np.fill_diagonal(cost, np.inf)
        one, other = sorted(divmod(int(cost.argmin()), len(sizes)))
        moves[moves[:, one] != moves[:, other], one] = LEAVE
        moves = np.delete(moves, other, axis=1)
        kinds[kinds == other] = one
        kinds[kinds > other] -= 1
    sizes = np.bincount(kinds, _OFTEN_OF_ASCII)
    if weights @ (moves == LEAVE) @ sizes > MOST_LEFT:
        return np.empty(0, np.uint8)
    likely = np.array([np.bincount(column & 15, weights).argmax() for column in moves.T])
    first = [
        np.append(columns[used], columns[-1:], axis=0)[:, kinds == k] for k in range(len(sizes))
    ]
    runs = np.array([_goes_on(*both) for both in zip(moves.T, first, strict=True)])
    order = np.argsort(~runs, kind="stable")
    table = np.full((MOST_KINDS, NARROW), LEAVE, np.uint8)
    table[: len(order)] = moves[:, order].T
    limit = min(16 * int(runs.sum()), 255)
    of_bytes = np.argsort(order)[kinds] * 16 + likely[kinds]
    result: npt.NDArray[np.uint8] = np.concatenate([of_bytes, table.reshape(-1), [limit]]).astype(
        np.uint8
    )
    return result


def _goes_on(moves: npt.NDArray[np.uint8], first: npt.NDArray[np.uint8]) -> bool:
    """Whether each byte of a run of a kind, from the third one on, is told as the second one is.

    That is: nothing, or that the match may end before it.
    """
    first = first[((first & STOP != STOP) | (first & 15 != 0)) & (first < 0x80)]
    second = moves[first & 15]
    second = second[(second & STOP != STOP) | (second & 15 != 0)]
    return bool((moves[second & 15] == second).all()) and not (second & (END | LATE)).any()


def _state(entries: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return (entries & 15 | entries >> 7 << 4).astype(np.uint8)


def _rows(places: _Places, n_classes: int, width: int) -> tuple[npt.NDArray[np.uint8], bool] | None:
    """The entries of each state, behind them those of a piece's first character; and `restarts`."""
    classes = range(1, n_classes)
    begins = [places.begin(number) for number in classes]
    order = list(dict.fromkeys(begins))
    known = set(order)
    moves: list[list[Move]] = []
    for place in order:
        moves.append([places.move(place, number) for number in classes])
        new = dict.fromkeys(to for _, to in moves[-1] if to is not None and to not in known)
        order += new
        known |= set(new)
    number_of = _alike(order, moves, [places.ends(place) for place in order])
    count = len(set(number_of.values()))
    if count > width:
        return None
    restarts = count < width
    backs = {number_of[to] for row in moves for told, to in row if told == BACK and to}
    others = set(range(count)) - backs
    if not restarts:
        if not others:
            return None
        # no end further back leads to state 0
        swap = {0: min(others), min(others): 0}
        number_of = {place: swap.get(number, number) for place, number in number_of.items()}
    entry_of = {place: _spelled(number + restarts) for place, number in number_of.items()}
    rows = np.zeros((width + 1, n_classes), np.uint8)
    rows[width, 1:] = [entry_of[place] for place in begins]
    if restarts:
        rows[0] = rows[width]
    for place, row in zip(order, moves, strict=True):
        at = number_of[place] + restarts
        rows[at, 0] = STOP | places.ends(place)
        rows[at, 1:] = [told | (entry_of[to] if to else 0) for told, to in row]
    return rows, restarts


def _spelled(number: int) -> int:
    """A state's number as an entry has it."""
    return (number & 15) | number >> 4 << 7


def _alike(
    order: Sequence[Place], moves: Sequence[Sequence[Move]], ends: Sequence[bool]
) -> dict[Place, int]:
    """The same number for places that nothing tells apart."""
    numbers: dict[Place, int] = {place: int(end) for place, end in zip(order, ends, strict=True)}
    count = 0
    while len(set(numbers.values())) > count:
        count = len(set(numbers.values()))
        kinds: dict[object, int] = {}
        numbers = {
            place: kinds.setdefault(
                (numbers[place], tuple((told, to and numbers[to]) for told, to in row)), len(kinds)
            )
            for place, row in zip(order, moves, strict=True)
        }
    return numbers
