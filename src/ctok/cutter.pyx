"""What cuts texts instead of a compiled family: the automata of its steps, which it owns."""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_New
from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy, memset

import numpy as np

from . import kernels

from .c.automaton cimport CTOK_CONTIGUOUS, CTOK_ISOLATED, CTOK_LOOPS, CTOK_MAX_STEPS
from .c.automaton cimport CTOK_MERGED_WITH_NEXT, CTOK_MERGED_WITH_PREVIOUS
from .c.automaton cimport ctok_automaton, ctok_automaton_cut, ctok_bytes, ctok_cuts_on
from .c.automaton cimport ctok_is_dull, ctok_match_find, ctok_steps, ctok_steps_cut, ctok_vain
from .c.automaton cimport ctok_whole_set
from .c.cpu cimport CTOK_AVX2_BACKEND, CTOK_AVX512_BACKEND, CTOK_NEON_BACKEND, CTOK_SCALAR_BACKEND
from .c.cpu cimport ctok_backend
from .c.kernels cimport ctok_kernel

_BEHAVIORS = {
    "isolated": CTOK_ISOLATED,
    "contiguous": CTOK_CONTIGUOUS,
    "merged_with_previous": CTOK_MERGED_WITH_PREVIOUS,
    "merged_with_next": CTOK_MERGED_WITH_NEXT,
}
_BACKENDS = {
    "scalar": CTOK_SCALAR_BACKEND,
    "avx2": CTOK_AVX2_BACKEND,
    "avx512": CTOK_AVX512_BACKEND,
    "neon": CTOK_NEON_BACKEND,
}
MAX_STEPS = CTOK_MAX_STEPS
MAX_LOOPS = CTOK_LOOPS - 1


cdef struct Spans:
    # Where pieces start and end, in pairs.
    size_t* at
    size_t used
    size_t room


cdef bint grow(Spans* spans, size_t more) noexcept nogil:
    """Makes room for so many pairs more."""
    cdef void* grown
    cdef size_t room = spans.used + more + spans.room // 2
    if spans.used + more <= spans.room:
        return True
    grown = PyMem_RawRealloc(spans.at, 2 * room * sizeof(size_t))
    if grown is NULL:
        return False
    spans.at = <size_t*>grown
    spans.room = room
    return True


cdef bint run_step(const ctok_automaton* step, const uint8_t* text, const Spans* pieces,
                   Spans* result) noexcept nogil:
    """Cuts each of the pieces again; those that the step removes are left out."""
    cdef size_t[256] ends
    cdef size_t i, k, count, at, match, match_end, end
    cdef bint kept
    cdef ctok_vain vain
    memset(&vain, 0, sizeof(vain))
    result.used = 0
    for i in range(pieces.used):
        at = pieces.at[2 * i]
        end = pieces.at[2 * i + 1]
        while at < end:
            if not grow(result, 256):
                return False
            if not step.removes or step.certain and step.entries is not NULL:
                match = at
                count = ctok_automaton_cut(step, &vain, text, end, &at, ends, 256)
                for k in range(count):
                    # a gap is a piece with whose first character no match starts
                    kept = not step.removes or ctok_is_dull(step, text, end, match) != step.invert
                    result.at[2 * result.used] = match
                    result.at[2 * result.used + 1] = match = ends[k]
                    result.used += kept
                continue
            match = ctok_match_find(step, &vain, text, end, at, &match_end)
            if not step.invert:
                match_end, match, at = match, at, match_end
            else:
                at = match_end
            if match < match_end:
                result.at[2 * result.used] = match
                result.at[2 * result.used + 1] = match_end
                result.used += 1
    return True


cdef bint run_all(const ctok_automaton* automata, size_t count, const uint8_t* text, size_t n,
                  Spans* result) noexcept nogil:
    """Cuts a text by all steps, none of which removes anything."""
    cdef ctok_steps steps
    cdef size_t[256] ends
    cdef size_t k, found, at = 0, start = 0
    steps.automata = automata
    steps.count = count
    result.used = 0
    while at < n:
        if not grow(result, 256):
            return False
        found = ctok_steps_cut(&steps, text, n, &at, ends, 256)
        for k in range(found):
            result.at[2 * result.used] = start
            result.at[2 * result.used + 1] = start = ends[k]
            result.used += 1
    return True


@cython.final
cdef class Cutter:
    """Cuts texts in steps, each on the pieces of the one before.

    Parameters
    ----------
    steps : list of (automaton.Tables, str, bool, int)
        The tables of each step's regex, its behavior and whether it is inverted, see spec.Split; and
        the index in `kernels` of a family that cuts every text alike, or -1.
    backend : str
        What follows the tables' entries, one that this processor runs; with "plain" the states
        themselves are followed.

    Attributes
    ----------
    in_place : bool
        Whether all text stays, so that pieces are told by their ends alone.
    tells : bool
        Whether what is removed, if anything, is told by its characters, so that encoders leave it
        out themselves.
    """

    cdef ctok_automaton[CTOK_MAX_STEPS] automata
    cdef readonly Py_ssize_t count
    cdef readonly bint in_place, tells
    cdef list tables  # what the automata borrow

    def __cinit__(self, list steps, str backend):
        cdef const uint32_t[::1] ascii
        cdef const uint8_t[::1] dull
        cdef const uint8_t[::1] spare
        cdef const uint8_t[::1] spare_classes
        cdef const uint8_t[::1] lasts
        cdef const uint8_t[::1] entries
        cdef const uint8_t[::1] kinds
        cdef const uint8_t[::1] classes
        cdef const uint8_t[::1] loops
        cdef const uint16_t[::1] pages
        cdef const uint16_t[::1] table
        cdef ctok_automaton* automaton
        cdef Py_ssize_t i
        if not 1 <= len(steps) <= CTOK_MAX_STEPS:
            raise ValueError(f"{len(steps)} steps; there are 1 to {CTOK_MAX_STEPS}")
        self.tables = [tables for tables, _, _, _ in steps]
        self.count = len(steps)
        self.in_place = self.tells = True
        for i, (tables, behavior, invert, kernel) in enumerate(steps):
            automaton = &self.automata[i]
            ascii, dull, classes = tables.ascii, tables.dull, tables.classes
            spare, spare_classes = tables.spare, tables.spare_classes
            pages, table = tables.pages, tables.table
            check(tables)
            automaton.ascii = &ascii[0]
            automaton.dull = <const ctok_bytes*>&dull[0]
            automaton.spare = <const ctok_bytes*>&spare[0]
            automaton.spare_classes = &spare_classes[0]
            automaton.restarts, automaton.dense = tables.restarts, tables.dense
            automaton.inert = tables.inert
            automaton.whole_set = <ctok_whole_set><int>tables.whole_set
            automaton.certain = tables.certain
            automaton.apart = tables.apart
            automaton.cuts = ctok_cuts_on(
                <ctok_backend>_BACKENDS["scalar" if backend == "plain" else backend])
            if automaton.cuts is NULL:
                raise ValueError(f"{backend} was not compiled")
            if len(tables.lasts):
                lasts = tables.lasts
                automaton.lasts = <const ctok_bytes*>&lasts[0]
                automaton.last_classes = &lasts[288]
            if len(tables.pages):
                automaton.pages = &pages[0]
            automaton.classes = &classes[0]
            automaton.table = &table[0]
            if len(tables.loops):
                loops = tables.loops
                automaton.loops = &loops[0]
            if len(tables.entries) and backend != "plain":
                entries = tables.entries
                automaton.entries = &entries[0]
                automaton.width = tables.width
                automaton.row_count = len(tables.entries) // (tables.width + 1)
                if len(tables.kinds):
                    kinds = tables.kinds
                    automaton.kinds = &kinds[0]
            automaton.may, automaton.ends = tables.may, tables.ends
            automaton.states, automaton.broken = tables.states, tables.broken
            if kernel >= 0:
                automaton.row = (<const ctok_kernel*>PyCapsule_GetPointer(
                    kernels.kernel(kernel), "ctok_kernel")).pretokenize
            automaton.invert = invert
            # what is removed from between the matches of a regex that covers all text is nothing
            automaton.removes = behavior == "removed" and not (invert and tables.covers)
            self.in_place = self.in_place and not automaton.removes
            self.tells = self.tells and (tables.apart or not automaton.removes)
            automaton.behavior = _BEHAVIORS["isolated" if behavior == "removed" else behavior]

    def _automata(self):
        """The automata for the other compiled modules, as a capsule "ctok_automaton"."""
        return PyCapsule_New(&self.automata[0], "ctok_automaton", NULL)

    def __call__(self, bytes text):
        """The text that remains of a UTF-8 text, and the ends of its pieces: bytes, intp[pieces]."""
        cdef Spans pieces, result
        cdef const uint8_t* data = <const uint8_t*>PyBytes_AS_STRING(text)
        cdef size_t n = PyBytes_GET_SIZE(text)
        cdef bint enough = True
        cdef Py_ssize_t i
        cdef size_t k, at = 0
        cdef Py_ssize_t[::1] ends
        cdef uint8_t[::1] kept
        pieces.at = result.at = NULL
        pieces.used = result.used = pieces.room = result.room = 0
        try:
            with nogil:
                enough = grow(&pieces, 1)
                if enough:
                    pieces.at[0] = 0
                    pieces.at[1] = n
                    pieces.used = 1 if n else 0
                if self.in_place:
                    enough = enough and run_all(&self.automata[0], self.count, data, n, &pieces)
                else:
                    for i in range(self.count):
                        enough = enough and run_step(
                            &self.automata[i], data, &pieces, &result)
                        pieces, result = result, pieces
            if not enough:
                raise MemoryError
            found = np.empty(pieces.used, np.intp)
            ends = found
            for k in range(pieces.used):
                at += pieces.at[2 * k + 1] - pieces.at[2 * k]
                ends[k] = at
            if at == n:
                return text, found
            remains = np.empty(at, np.uint8)
            kept = remains
            at = 0
            for k in range(pieces.used):
                memcpy(&kept[0] + at, data + pieces.at[2 * k],
                       pieces.at[2 * k + 1] - pieces.at[2 * k])
                at = ends[k]
            return remains.tobytes(), found
        finally:
            PyMem_RawFree(pieces.at)
            PyMem_RawFree(result.at)

    def ends(self, bytes text, size_t room):
        """The ends of the pieces, found at most so many (1 to 512) a call; only where in_place."""
        cdef ctok_steps steps
        cdef size_t[512] found
        cdef size_t at = 0, n = len(text), count, k
        if not self.in_place or not 1 <= room <= 512:
            raise ValueError("not in place, or no such room")
        steps.automata = &self.automata[0]
        steps.count = self.count
        result = []
        while at < n:
            count = ctok_steps_cut(
                &steps, <const uint8_t*>PyBytes_AS_STRING(text), n, &at, found, room)
            result.extend([found[k] for k in range(count)])
        return np.array(result, np.intp)


def check(tables):
    """Raises ValueError unless no text can lead out of the tables."""
    classes = int(max(tables.classes.max(), tables.broken)) + 1
    width = tables.width or 1
    states = (tables.entries & 15) | (tables.entries >> 7 << 4)
    inside = (
        len(tables.ascii) == 256
        and len(tables.pages) in (0, 0x1100)
        and len(tables.dull) == len(tables.spare) == 288
        and int(tables.pages.max(initial=0)) * 256 < len(tables.classes)
        and 0 < tables.may <= tables.ends <= tables.states
        and len(tables.table) >= classes * tables.states
        and int(tables.ascii.max()) <= len(tables.table) - tables.states
        and int(tables.table.max()) <= tables.states + 1
        and len(tables.spare_classes) >= classes
        and len(tables.lasts) in (0, 288 + len(tables.spare_classes))
        and (tables.width in (16, 32) if len(states) else not tables.width)
        and len(states) % (width + 1) == 0
        and len(states) >= (128 + classes) * (width + 1) * bool(len(states))
        and int(states.max(initial=0)) < width
        and len(tables.kinds) in (0, 385 * bool(len(states)))
        and len(tables.loops) in (0, tables.states)
        and int(tables.loops.max(initial=0)) <= MAX_LOOPS
        and not tables.loops[tables.may :].any()
        and bool((tables.table[: tables.states] >= tables.states).all())
    )
    if not inside:
        raise ValueError("an automaton that leads out of its tables")
