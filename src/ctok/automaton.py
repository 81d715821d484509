"""From a regex to the tables of automaton.h.

    regex -> tree -> network of threads -> states -> proofs -> tables
    (regexes.py)     in order of preference

A backtracking engine tries alternatives in order. Here all are followed at once, as an ordered
list of threads, the preferred one first; once a thread has matched, those behind it are dropped.
Such a list is a state, and there are finitely many. What a state does on a character may depend
on the character itself being looked at ahead, so a match is known one character late, when the
character behind it is seen, or the text's end.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import charsets
from .alphabet import CHARACTERS
from .charsets import Set
from .cutter import MAX_LOOPS
from .entries import DEAD, NO_ENTRIES, OFTEN, entries_of
from .errors import RefusedError
from .regexes import Ahead, Atomic, Either, Node, One, Repeat, Row, parse

MAX_NODES = 8192
MAX_STATES = 2048
MAX_CLASSES = 255
MAX_THREADS = 200_000  # of all states together
# At most so many times is a character read again, and so many situations are looked at to prove it.
MAX_READS = 12
MAX_SITUATIONS = 1000
# With so many characters of ASCII no match starts: then it is looked for, and no entries are made.
SPARSE = 126


@dataclass(frozen=True, eq=False)
class Tables:
    """An automaton as automaton.h has it.

    Attributes
    ----------
    ascii : numpy.ndarray of uint32, shape (256,)
    dull : numpy.ndarray of uint8, shape (288,)
        The bytes with which no character starts that starts a match, as ctok_bytes.
    pages : numpy.ndarray of uint16, shape (0x1100,)
        Empty where the classes are those of bytes.
    classes : numpy.ndarray of uint8
    table : numpy.ndarray of uint16
    loops : numpy.ndarray of uint8, shape (states,)
        Empty when no state is kept.
    entries : numpy.ndarray of uint8
        What vectors follow; empty when there are too many states, or some are kept.
    width : int
    kinds : numpy.ndarray of uint8, shape (385,)
        The entries of ASCII again, as the leaf `follow` has them; or empty.
    spare : numpy.ndarray of uint8, shape (288,)
    spare_classes : numpy.ndarray of uint8, shape (classes,)
        1 for characters that a match does without: each has another one,
    lasts : numpy.ndarray of uint8, shape (288 + classes,)
        or ends its text with one that has 1 here, by first bytes and by classes; or empty.
    certain : bool
        Whether a match starts wherever one may.
    apart : bool
        Whether no character of a match may also stand between matches.
    restarts : bool
        Whether entries start with state 0.
    dense : bool
        Whether they do, and most pieces of a text have what each match has.
    inert : bool
        Whether no match has a character of ASCII.
    whole_set : int
        1 where each character of a set is a match and nothing else, 2 where each run of them is, 3
        where each three in a row are, 4 where a run that the text ends with is; 0 else.
    may, ends, states, broken : int
    covers : bool
        Whether every text is matched from its start to its end, without gaps.
    reads : int
        At most so many times is a character read; 0 where states are kept instead.
    """

    ascii: npt.NDArray[np.uint32]
    dull: npt.NDArray[np.uint8]
    pages: npt.NDArray[np.uint16]
    classes: npt.NDArray[np.uint8]
    table: npt.NDArray[np.uint16]
    loops: npt.NDArray[np.uint8]
    entries: npt.NDArray[np.uint8]
    width: int
    kinds: npt.NDArray[np.uint8]
    spare: npt.NDArray[np.uint8]
    spare_classes: npt.NDArray[np.uint8]
    lasts: npt.NDArray[np.uint8]
    certain: bool
    apart: bool
    restarts: bool
    dense: bool
    inert: bool
    whole_set: int
    may: int
    ends: int
    states: int
    broken: int
    covers: bool
    reads: int


@functools.lru_cache(maxsize=64)
def compile_tables(pattern: str, *, lines: bool = False, of_bytes: bool = False) -> Tables:
    """The tables of a regex; those of the last patterns are kept.

    Parameters
    ----------
    pattern : str
    lines : bool
        Whether ``$`` is the end of each line; otherwise it is the end of the text.
    of_bytes : bool
        Whether the characters are bytes, each the one that ByteLevel writes for it.

    Raises
    ------
    RefusedError
        The regex cannot be run exactly, or not in linear time; the message says why.
    """
    return _compile(plain(parse(pattern, lines=lines), last=True), of_bytes=of_bytes)


def _compile(node: Node, *, of_bytes: bool = False) -> Tables:
    _, states, alphabet = _run(node)
    if any(may for _, may in states[0]):
        raise RefusedError("the pattern matches the empty text")
    covers = _covers(states)
    reads = _reads(states)
    loops = [] if reads else _loops(states)
    return _tables(
        states,
        alphabet,
        loops,
        covers=covers,
        reads=reads,
        whole_set=_whole_set(node),
        of_bytes=of_bytes,
    )


def _whole_set(node: Node) -> int:
    """See Tables."""
    if _one_of(node) is not None:
        return 1
    parts = node.parts if isinstance(node, Row) else (node,)
    ones = [one for part in parts if (one := _one_of(part)) is not None]
    if len(parts) == len(ones) == 3 and all(np.array_equal(one, ones[0]) for one in ones):
        return 3
    run = parts[0]
    if not isinstance(run, Repeat) or run.lazy or _one_of(run.part) is None:
        return 0
    if len(parts) == 1 and run.least == run.most == 3:
        return 3
    if (run.least, run.most) != (1, None):
        return 0
    at_end = len(parts) == 2 and isinstance(parts[1], Ahead) and parts[1].end
    return 2 if len(parts) == 1 else 4 if at_end else 0


def _run(node: Node) -> tuple[_Network, list[Row_], _Alphabet]:
    network = _Network()
    start = network.add(node, network.match)
    alphabet = _Alphabet(network)
    return network, _states(network, start, alphabet), alphabet


@functools.lru_cache(maxsize=64)
def compile_behind(first: str, second: str, *, lines: bool = False) -> Tables | None:
    """The tables of one regex that isolates what two do, the second on the pieces of the first.

    There is one when the first regex takes each character of a set wherever it stands, and no
    others, and the second leaves its pieces whole: then such a character is the text's end to the
    second regex. None else.

    Raises
    ------
    RefusedError
        As in `compile_tables`.
    """
    one = plain(parse(first, lines=lines), last=True)
    two = plain(parse(second, lines=lines), last=True)
    members = _taken(one)
    if members is None:
        return None
    if _one_of(one) is None:
        _, inside, alphabet = _run(_seen_from(two, members, inside=True))
        if not _leaves_whole(inside, alphabet.classes_with(members)):
            return None
    return _compile(Either((one, _seen_from(two, members, inside=False))))


def _leaves_whole(states: list[Row_], classes: Iterable[int]) -> bool:
    """Whether each text of these classes is one piece: nothing in it is matched, or all is, at once."""
    if not any(may for row in states for _, may in row):
        return True
    todo = [0]
    known = {0}
    for state in todo:
        ends, may = states[state][0]
        after = {states[state][number][0] for number in classes}
        if DEAD in after or (state and not (ends == DEAD and may)):
            return False
        todo += after - known
        known |= after
    return True


def _taken(node: Node) -> Set | None:
    """The set of which a tree takes each character wherever it stands, and no others."""
    network, states, alphabet = _run(node)
    taken = [states[0][i][0] for i, sets in enumerate(alphabet.members) if sets]
    takes_each = DEAD not in taken and all(may for state in taken for _, may in states[state])
    return charsets.union(*network.sets) if takes_each and not network.aheads else None


def is_undone(first: str, last: str, *, lines: bool = False) -> bool:
    """Whether one regex takes each character of a set, and another does so later, one by one.

    Then the second alone, in the place of the first, comes to the same.

    Raises
    ------
    RefusedError
        As in `compile_tables`.
    """
    ones = _one_of(plain(parse(last, lines=lines), last=True))
    if ones is None:
        return False
    members = _taken(plain(parse(first, lines=lines), last=True))
    return members is not None and np.array_equal(members, ones)


def _seen_from(node: Node, members: Set, *, inside: bool) -> Node:
    """A tree as it is inside or outside of the pieces of a set, whose borders are a text's ends."""
    if isinstance(node, One):
        how = charsets.both if inside else charsets.without
        return One(how(node.members, members))
    if isinstance(node, Ahead):
        border = charsets.invert(members) if inside else members
        seen = charsets.without(node.members, border)
        return Ahead(charsets.union(seen, border) if node.end else seen, node.end)
    if isinstance(node, Atomic):
        raise TypeError("a tree that is not plain")
    if isinstance(node, Repeat):
        part = _seen_from(node.part, members, inside=inside)
        return Repeat(part, node.least, node.most, node.lazy, node.where)
    parts = tuple(_seen_from(part, members, inside=inside) for part in node.parts)
    return Row(parts) if isinstance(node, Row) else Either(parts)


def commute(first: str, second: str, *, lines: bool = False) -> bool:
    """Whether a step of single characters may come behind another one instead of before it.

    So it is when no character is in matches of both and the second looks at nothing ahead.

    Raises
    ------
    RefusedError
        As in `compile_tables`.
    """
    networks = []
    for pattern in (first, second):
        network = _Network()
        network.add(plain(parse(pattern, lines=lines), last=True), network.match)
        networks.append(charsets.union(*network.sets))
    return not len(charsets.both(*networks)) and not network.aheads


def joined(first: str, second: str, *, lines: bool = False) -> str | None:
    """One regex that isolates what two do, the second on the pieces of the first; None without.

    Where the first matches it does so in both ways. There is one when then the second's matches are
    the same: it looks at nothing ahead, no match of the first starts inside of one of its
    matches, and it matches nothing in those of the first.

    Raises
    ------
    RefusedError
        As in `compile_tables`.
    """
    if any(sign in first + second for sign in ("&&", "[[", "(?i)", "(?s)", "(?m)")):
        return None
    network = _Network()
    two = network.add(plain(parse(second, lines=lines), last=True), network.match)
    if network.aheads:
        return None
    one = network.add(plain(parse(first, lines=lines), last=True), network.match)
    try:
        alphabet = _Alphabet(network)
        ones, twos = (_states(network, start, alphabet) for start in (one, two))
    except RefusedError:  # too large together
        return None
    taken = {number for row in ones for number, (to, _) in enumerate(row) if to != DEAD}
    starts = {number for number, (to, _) in enumerate(ones[0]) if to != DEAD}
    inner = {to for row in twos for to, _ in row} - {DEAD}
    later = {n for state in inner for n, (to, _) in enumerate(twos[state]) if to != DEAD}
    others = set(range(len(alphabet.members))) - taken
    if not starts.isdisjoint(later) or _is_matched_without(twos, others):
        return None
    return f"(?:{first})|(?:{second})"


def cut_alike(one: Tables, other: Tables) -> bool:
    """Whether two automata certainly cut every text in the same places.

    They are followed side by side over all texts: both have to end a match before the same
    characters, and to be where they may have ended one together wherever that could matter.
    """
    columns = [(0, 0), *_classes_together(one, other)]
    tables = one, other
    rows = [t.table.reshape(-1, t.states).tolist() for t in tables]
    lost = [_may_come_to_nothing(t) for t in tables]
    todo = [(0, 0)]
    known = set(todo)
    while todo:
        pair = todo.pop()
        for column in columns:
            to = (rows[0][column[0]][pair[0]], rows[1][column[1]][pair[1]])
            how = [_entry(t, state) for t, state in zip(tables, to, strict=True)]
            if how[0] != how[1]:
                certain = all(to[i] < tables[i].states and to[i] not in lost[i] for i in (0, 1))
                if "ends" in how or not certain:
                    return False
            if to[0] < one.states and to not in known:
                known.add(to)
                todo.append(to)
    return True


def _classes_together(one: Tables, other: Tables) -> list[tuple[int, int]]:
    """The pairs of classes that some character has in the two."""
    pages = np.unique(one.pages.astype(np.intp) << 16 | other.pages)
    classes = one.classes.reshape(-1, 256)[pages >> 16].astype(np.intp) << 8
    classes |= other.classes.reshape(-1, 256)[pages & 0xFFFF]
    pairs = np.flatnonzero(np.bincount(classes.reshape(-1))).tolist()
    return [(pair >> 8, pair & 255) for pair in pairs]


def _entry(tables: Tables, number: int) -> str:
    """What a number of the table says of the character that led to it."""
    if number >= tables.states:
        return "stops" if number > tables.states else "stops behind a match"
    return "goes on" if number < tables.may else "may" if number < tables.ends else "ends"


def _may_come_to_nothing(tables: Tables) -> set[int]:
    """The states from which no match may end before none goes on."""
    rows = tables.table.reshape(-1, tables.states).T.tolist()
    lost = {state for state, row in enumerate(rows) if tables.states + 1 in row}
    before = 0
    while len(lost) > before:
        before = len(lost)
        lost |= {
            state
            for state, row in enumerate(rows)
            if any(to in lost and to < tables.may for to in row)
        }
    return lost


# ---- the tree without atomic groups


def plain(node: Node, *, last: bool) -> Node:
    """A tree without atomic groups that matches the same.

    Parameters
    ----------
    node : Node
    last : bool
        Whether nothing follows the node, so that its first way to match is the one that counts.

    Raises
    ------
    RefusedError
        An atomic group that no look-ahead of one character can stand for.
    """
    if isinstance(node, Row):
        parts = [plain(part, last=False) for part in node.parts[:-1]]
        return Row((*parts, *(plain(part, last=last) for part in node.parts[-1:])))
    if isinstance(node, Either):
        return Either(tuple(plain(part, last=last) for part in node.parts))
    if isinstance(node, Repeat):
        once = node.most == 1
        part = plain(node.part, last=last and once)
        return Repeat(part, node.least, node.most, node.lazy, node.where)
    if isinstance(node, Atomic):
        inner = plain(node.part, last=True)
        if last:
            return inner
        members = _one_of(inner.part) if isinstance(inner, Repeat) and not inner.lazy else None
        if isinstance(inner, Repeat) and members is not None:
            return _possessive(members, inner.least, inner.most)
        if _has_one_end(inner):
            return inner
        raise RefusedError(f"{node.where} is atomic, and may end in several places")
    return node


def _one_of(node: Node) -> Set | None:
    """The set of a node that is always one character."""
    if isinstance(node, One):
        return node.members
    if isinstance(node, Either):
        sets = [members for part in node.parts if (members := _one_of(part)) is not None]
        return charsets.union(*sets) if len(sets) == len(node.parts) else None
    return None


def _possessive(members: Set, least: int, most: int | None) -> Node:
    """So many characters of a set, never fewer than there are."""
    one = One(members)
    over = Ahead(charsets.invert(members), end=True)
    if most is None:
        return Row((Repeat(one, least, None), over))
    if least == most:
        return Repeat(one, least, most)
    return Either((Repeat(one, most, most), Row((Repeat(one, least, most - 1), over))))


def _has_one_end(node: Node) -> bool:
    """Whether a node never matches both a text and a longer one that starts with it."""
    network = _Network()
    start = network.add(node, network.match)
    states = _states(network, start, _Alphabet(network), to_first_match=False)
    return all(next_state == DEAD for row in states for next_state, may in row if may)


# ---- the network


class _Network:
    """Nodes of the threads' ways, as four kinds: match, one character, look-ahead, a choice."""

    def __init__(self) -> None:
        self.sets: list[Set] = []  # [0] holds nothing: the match
        self.aheads: list[Ahead] = []
        self.set_of: list[int] = []  # the set that a node takes a character of, or -1
        self.ahead_of: list[int] = []  # what has to stand ahead of a node, or -1
        self.ways: list[tuple[int, ...]] = []  # where it goes on, the preferred way first
        self._known: dict[bytes, int] = {}
        self.match = self._node(-1, -1, ())

    def _node(self, set_of: int, ahead_of: int, ways: tuple[int, ...]) -> int:
        if len(self.ways) == MAX_NODES:
            raise RefusedError(f"the pattern has more than {MAX_NODES} steps, repeats written out")
        self.set_of.append(set_of)
        self.ahead_of.append(ahead_of)
        self.ways.append(ways)
        return len(self.ways) - 1

    def _set(self, members: Set) -> int:
        key = members.tobytes()
        if key not in self._known:
            self._known[key] = len(self.sets)
            self.sets.append(members)
        return self._known[key]

    def add(self, node: Node, then: int) -> int:
        """Puts a tree before the node `then` and returns where it starts."""
        if isinstance(node, One):
            return self._node(self._set(node.members), -1, (then,))
        if isinstance(node, Ahead):
            self.aheads.append(node)
            return self._node(-1, len(self.aheads) - 1, (then,))
        if isinstance(node, Row):
            for part in reversed(node.parts):
                then = self.add(part, then)
            return then
        if isinstance(node, Either):
            return self._node(-1, -1, tuple(self.add(part, then) for part in node.parts))
        if isinstance(node, Repeat):
            return self._repeat(node, then)
        raise TypeError(f"{node} stands in no network")

    def _repeat(self, node: Repeat, then: int) -> int:
        # Engines end a loop behind an empty round, and differ in how.
        if (node.most is None or node.most > 1) and _may_be_empty(node.part):
            raise RefusedError(f"{node.where} is a loop around what may be empty")
        if node.most is None:
            loop = self._node(-1, -1, ())
            body = self.add(node.part, loop)
            self.ways[loop] = (then, body) if node.lazy else (body, then)
            then = loop
        else:
            end = then
            for _ in range(node.most - node.least):
                body = self.add(node.part, then)
                then = self._node(-1, -1, (end, body) if node.lazy else (body, end))
        for _ in range(node.least):
            then = self.add(node.part, then)
        return then


def _may_be_empty(node: Node) -> bool:
    if isinstance(node, One):
        return False
    if isinstance(node, Row):
        return all(map(_may_be_empty, node.parts))
    if isinstance(node, Either):
        return any(map(_may_be_empty, node.parts))
    if isinstance(node, Repeat):
        return node.least == 0 or _may_be_empty(node.part)
    return True


# ---- the alphabet


class _Alphabet:
    """Classes of characters that no set tells apart. Class 0 is the text's end.

    Attributes
    ----------
    starts : numpy.ndarray of int32
        From where on code points are of another class.
    class_of : numpy.ndarray
        The class of each such stretch.
    members : list of frozenset of int
        The sets of the network that a class is in.
    seen : list of frozenset of int
        The look-aheads that hold before a class.
    """

    def __init__(self, network: _Network) -> None:
        sets = [*network.sets, *(ahead.members for ahead in network.aheads)]
        broken = charsets.of_ranges([(charsets.BROKEN, charsets.BROKEN)])
        self.starts = np.unique(np.concatenate([np.zeros(1, np.int32), broken, *sets]))
        inside = np.array([charsets.has(members, self.starts) for members in sets], np.bool_)
        inside = inside.reshape(len(sets), len(self.starts))
        packed = np.packbits(inside, axis=0).T
        kinds: dict[bytes, int] = {}
        class_of = [kinds.setdefault(row.tobytes(), len(kinds) + 1) for row in packed]
        if len(kinds) > MAX_CLASSES - 1:
            raise RefusedError(
                f"the pattern tells more than {MAX_CLASSES} classes of characters apart"
            )
        self.class_of = np.array(class_of)
        n = len(network.sets)
        self.members = [frozenset[int]()]
        self.seen = [frozenset(i for i, ahead in enumerate(network.aheads) if ahead.end)]
        for kind in range(1, len(kinds) + 1):
            column = inside[:, class_of.index(kind)]
            self.members.append(frozenset(np.flatnonzero(column[:n]).tolist()))
            self.seen.append(frozenset(np.flatnonzero(column[n:]).tolist()))

    def classes_with(self, members: Set) -> set[int]:
        """The classes that have a character of a set."""
        ends = np.append(self.starts[1:], charsets.END)
        changes = np.searchsorted(members, [self.starts, ends - 1], side="right")
        return set(self.class_of[changes[0] % 2 + (changes[1] > changes[0]) > 0].tolist())


# ---- the states

# For each class of the alphabet: the next state or DEAD, and whether a match ends before it.
Row_ = list[tuple[int, bool]]


def _states(
    network: _Network, start: int, alphabet: _Alphabet, *, to_first_match: bool = True
) -> list[Row_]:
    """All states, the first one first.

    With `to_first_match`, threads behind one that has matched are dropped.
    """
    threads: dict[tuple[int, ...], int] = {(start,): 0}
    order: list[tuple[int, ...]] = [(start,)]
    result: list[Row_] = []
    total = 0
    signatures = list(dict.fromkeys(alphabet.seen))
    for state in order:
        reached = {
            seen: _reach(network, state, seen, to_first_match=to_first_match) for seen in signatures
        }
        row: Row_ = []
        for members, seen in zip(alphabet.members, alphabet.seen, strict=True):
            nodes, may = reached[seen]
            taken = tuple(
                dict.fromkeys(
                    network.ways[node][0] for node in nodes if network.set_of[node] in members
                )
            )
            if not taken:
                row.append((DEAD, may))
                continue
            number = threads.get(taken)
            if number is None:
                number = threads[taken] = len(order)
                order.append(taken)
                total += len(taken)
                if len(order) > MAX_STATES or total > MAX_THREADS:
                    raise RefusedError(f"the pattern needs more than {MAX_STATES} states")
            row.append((number, may))
        result.append(row)
    return result


def _reach(
    network: _Network, state: Sequence[int], seen: frozenset[int], *, to_first_match: bool
) -> tuple[list[int], bool]:
    """The nodes that take a character, in order, and whether a match is among the threads."""
    nodes: list[int] = []
    known: set[int] = set()
    matched = False
    stack = list(reversed(state))
    while stack:
        node = stack.pop()
        if node in known:
            continue
        known.add(node)
        if node == network.match:
            matched = True
            if to_first_match:
                break
        elif network.set_of[node] >= 0:
            nodes.append(node)
        elif network.ahead_of[node] < 0 or network.ahead_of[node] in seen:
            stack.extend(reversed(network.ways[node]))
    return nodes, matched


# ---- the proofs


def _covers(states: list[Row_]) -> bool:
    """Whether every text is matched from its start to its end, without gaps.

    So it is when no way from the start is lost before a match may have ended.
    """
    todo = [0]
    known = {0}
    while todo:
        row = states[todo.pop()]
        first = row is states[0]
        for number, (state, may) in enumerate(row):
            if may or (first and number == 0):
                continue
            if state == DEAD:
                return False
            if state not in known:
                known.add(state)
                todo.append(state)
    return True


def _reads(states: list[Row_]) -> int:
    """How many times a character is read at most; 0 where that has no limit, or cannot be told.

    A match may be looked for far behind where the last one was possible, in vain; the next match
    starts from there. A situation is the list of the states of all such searches that pass over
    one character in vain, the first begun first; the last of them is still open. Each search
    starts where the one before it ended, or, if it found nothing, one character behind its start.
    """
    vain = _vain(states)
    lost = _lost(states, vain)
    todo: list[tuple[int, ...]] = [(0,)]
    known = set(todo)
    while todo:
        for searches, current in _follow(states, vain, todo.pop()):
            situation = (*(state for state in searches if state != DEAD), current)
            if situation in known or not lost.issuperset(situation[:-1]):
                continue
            if len(situation) > MAX_READS or len(known) > MAX_SITUATIONS:
                return 0
            known.add(situation)
            todo.append(situation)
    return max(map(len, known))


def _follow(
    states: list[Row_], vain: list[dict[int, int]], situation: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], int]]:
    """The situations one character further: the searches in vain, some maybe DEAD, and the open one."""
    *searches, current = situation
    for number, (state, may) in enumerate(states[current]):
        # a search with which something ends was not in vain
        if number == 0 or any(number not in vain[search] for search in searches):
            continue
        after = tuple(vain[search][number] for search in searches)
        if state != DEAD:
            yield after, state
        if may and current:
            # the match ends here, what goes on is in vain, and the next search takes this one
            begun = states[0][number][0]
            yield (*after, state), max(begun, 0)
            if begun != DEAD:
                yield (*after, state, begun), 0
        elif current == 0:
            # nothing starts here: the next search starts behind this character
            yield (*after, state), 0


def _loops(states: list[Row_]) -> list[int]:
    """The states to keep: those that lead to themselves in vain.

    All that a search reads in vain for long is read in such a state. A search meets one of them
    at most; later searches start no earlier, so they get there no earlier but for the few
    characters before it: what is kept of each state, the last one, is all that they could read.

    Raises
    ------
    RefusedError
        Longer ways lead back to a state, or from one such state to another.
    """
    vain = _vain(states)
    lost = _lost(states, vain)
    ways = [{state for state in row.values() if state in lost} for row in vain]
    loops = [state for state in sorted(lost) if state in ways[state]]
    before = len(lost) + 1
    left = set(lost)  # states from which ways lead on without end, in the end
    while len(left) < before:
        before = len(left)
        left = {state for state in left if not (ways[state] - {state}).isdisjoint(left)}
    behind: set[int] = set()
    for loop in loops:
        todo = list(ways[loop] - {loop})
        while todo:
            state = todo.pop()
            if state not in behind:
                behind.add(state)
                todo += ways[state]
    if left or len(loops) > MAX_LOOPS or not behind.isdisjoint(loops):
        raise RefusedError("the pattern would take time that is not linear in the text")
    return loops


def _vain(states: list[Row_]) -> list[dict[int, int]]:
    """For each state, the classes over which a search goes on with nothing ended, and where to."""
    return [
        {number: state for number, (state, may) in enumerate(row) if number and not may}
        for row in states
    ]


def _lost(states: list[Row_], vain: list[dict[int, int]]) -> set[int]:
    """The states from which a search may come to nothing."""
    result = {
        state
        for state, row in enumerate(states)
        if DEAD in vain[state].values() or row[0] == (DEAD, False)
    }
    before = len(result) - 1
    while len(result) > before:
        before = len(result)
        result |= {s for s, ways in enumerate(vain) if not result.isdisjoint(ways.values())}
    return result


# ---- what each match has


def _needed(
    states: list[Row_], alphabet: _Alphabet, of_ascii: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Classes of characters one of which is in each match: as rare ones as can be.

    They are those with which a match starts, or the members of a set of the regex without which
    no match is reached; or what stands behind matches, for all that do not end where their text
    does. The others' last characters are told too, then.
    """
    weights = [0] * len(alphabet.members)
    for byte, number in enumerate(of_ascii):
        weights[number] += OFTEN.get(chr(byte), 1)
    choices = [[number for number, (state, _) in enumerate(states[0]) if state != DEAD]]
    for one in sorted(set().union(*alphabet.members)):
        members = [number for number, sets in enumerate(alphabet.members) if one in sets]
        if not _is_matched_without(states, set(members)):
            choices.append(members)
    ending = {state for state, row in enumerate(states) if row[0][1]}
    behind = {n for row in states for n, (_, may) in enumerate(row) if n and may}
    last = {n for row in states for n, (state, _) in enumerate(row) if state in ending}

    def often(members: Iterable[int]) -> int:
        return sum(weights[number] for number in members)

    best = min(choices, key=often)
    if often(behind) + 8 < often(best):  # to look at each piece's end costs something
        return sorted(behind), sorted(last)
    return best, []


def _by_bytes(
    of_classes: npt.NDArray[np.uint8], every: npt.NDArray[np.uint8], broken: int
) -> npt.NDArray[np.uint8]:
    """By first bytes of characters, whether all of those are of a class that has a 1."""
    if len(every) == 256:
        return of_classes[every]
    result = np.zeros(256, np.uint8)
    result[:128] = of_classes[every[:128]]
    if of_classes[broken]:
        result[128:] = 1
        for length, points in ((6, range(0x80, 0x800)), (12, range(0x800, 0x10000))):
            for first in range(points.start >> length, points.stop >> length):
                block = every[max(first << length, points.start) : first + 1 << length]
                result[(0xC0 if length == 6 else 0xE0) | first] = of_classes[block].all()
        for first in range(5):
            block = every[max(first << 18, 0x10000) : min(first + 1 << 18, charsets.END)]
            result[0xF0 | first] = of_classes[block].all()
    return result


def _with_set(has: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A set of bytes as ctok_bytes has it."""
    columns = np.packbits(has.reshape(2, 8, 16), axis=1, bitorder="little")
    return np.concatenate([has, columns.reshape(32)])


def _is_matched_without(states: list[Row_], members: set[int]) -> bool:
    """Whether some match has none of these classes."""
    todo = [0]
    known = {0}
    for at in todo:
        for number, (state, may) in enumerate(states[at]):
            if may:
                return True
            if state not in known and state != DEAD and number not in members:
                known.add(state)
                todo.append(state)
    return False


# ---- the tables


def _tables(
    states: list[Row_],
    alphabet: _Alphabet,
    loops: list[int],
    *,
    covers: bool,
    reads: int,
    whole_set: int,
    of_bytes: bool,
) -> Tables:
    """The tables: a state stands in them once for each of the three ways in which it is entered."""
    first = states[0]

    def entered(row: Row_, number: int) -> tuple[int, int]:
        """The next state and how it is entered: 0, 1 may, 2 ends, 3 and 4 are no states."""
        state, may = row[number]
        if state != DEAD:
            return int(may), state
        if not may:
            return 4, 0
        again = first[number][0] if number else DEAD
        return (3, 0) if again == DEAD else (2, again)

    columns = range(len(alphabet.members))
    next_of = [[entered(row, number) for number in columns] for row in states]
    met = sorted({(0, 0), *(way for row in next_of for way in row if way[0] < 3)})
    n = len(met)
    if n > MAX_STATES:
        raise RefusedError(f"the pattern needs more than {MAX_STATES} states")
    number_of = {way: i for i, way in enumerate(met)} | {(3, 0): n, (4, 0): n + 1}
    rows = [[number_of[way] for way in next_of[state]] for _, state in met]
    table = np.ascontiguousarray(np.array(rows, np.uint16).T)
    kept = {(0, state): i + 1 for i, state in enumerate(loops)}
    numbers_of_loops = [kept.get(way, 0) for way in met] if loops else []

    lengths = np.diff(np.append(alphabet.starts, charsets.END))
    every = np.repeat(alphabet.class_of.astype(np.uint8), lengths)
    numbers: dict[bytes, int] = {}
    data = every.tobytes()
    pages = [
        numbers.setdefault(data[at : at + 256], len(numbers)) for at in range(0, len(data), 256)
    ]
    if of_bytes:
        every = every[[ord(c) for c in CHARACTERS]]
        numbers, pages = {every.tobytes(): 0}, []
    ascii_ = np.zeros(256, np.uint32)
    ascii_[:128] = every[:128] * np.uint32(n)
    broken = 0 if of_bytes else int(every[charsets.BROKEN])
    dull = _by_bytes(np.array([state == DEAD for state, _ in first], np.uint8), every, broken)
    numbers_of_ascii = every[:128].tolist()
    made = NO_ENTRIES
    if not loops and np.count_nonzero(dull[:128]) < SPARSE:
        made = entries_of(states, _lost(states, _vain(states)), numbers_of_ascii)
    needed, last = _needed(states, alphabet, numbers_of_ascii)
    spare, lasts = (np.full(len(alphabet.members), how, np.uint8) for how in (1, 0))
    certain = _lost(states, _vain(states)).isdisjoint(state for state, _ in first)
    gaps = [number for number, (state, _) in enumerate(first) if number and state == DEAD]
    spare[needed] = 0
    lasts[last] = 1
    return Tables(
        ascii=ascii_,
        dull=_with_set(dull),
        pages=np.array(pages, np.uint16),
        classes=np.frombuffer(b"".join(numbers), np.uint8),
        table=table.reshape(-1),
        loops=np.array(numbers_of_loops, np.uint8),
        entries=made.rows,
        width=made.width,
        kinds=made.kinds,
        spare=_with_set(_by_bytes(spare, every, broken)),
        spare_classes=spare,
        certain=certain,
        apart=certain and not any(row[number][0] != DEAD for number in gaps for row in states),
        restarts=made.restarts,
        inert=not any(row[number][0] != DEAD for number in set(numbers_of_ascii) for row in states),
        whole_set=whole_set,
        dense=made.restarts and not spare[every[ord("e")]],
        lasts=np.concatenate([_with_set(_by_bytes(lasts, every, broken)), lasts])
        if last
        else lasts[:0],
        may=sum(how < 1 for how, _ in met),
        ends=sum(how < 2 for how, _ in met),
        states=n,
        broken=broken,
        covers=covers,
        reads=reads,
    )
