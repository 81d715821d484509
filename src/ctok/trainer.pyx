"""Counts into merges: the memory that train.h borrows."""

cimport cython
from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree, PyMem_RawMalloc, PyMem_RawRealloc
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memset

import numpy as np

from .c.base cimport CTOK_OK, CTOK_SCRATCH_FULL
from .c.base cimport ctok_status
from .c.train cimport CTOK_PIECE_END, ctok_train, ctok_train_bound
from .c.train cimport ctok_train_count, ctok_train_event, ctok_train_fill, ctok_train_lay
from .c.train cimport ctok_train_lay_tokens, ctok_train_move, ctok_train_pair, ctok_train_plan
from .c.train cimport ctok_train_side, ctok_train_sketch, ctok_trainer

# So many postings are visited between two looks for Ctrl-C: 10 to 100 ms.
cdef size_t BUDGET = 4 * 1024 * 1024
LONGEST_LAYOUT = 2**32 - 2**16


@cython.final
cdef class Trainer:
    """Finds merges, one after the other; any number of them at a time.

    Parameters
    ----------
    data, lengths, numbers : arrays of uint8, uint32 and int64
        The pieces and how often each stands, in any order.
    byte_ids : array of uint32, shape (256,)
        The id of each byte.
    token_lengths : array of uint32, shape (n,)
        How many bytes each token has from which merges start; the next one gets id n.
    wanted : int
        At most so many merges will be asked for.
    lowest : int
        Pairs that stand less often are not merged; 1 or more.
    longest : int
        No token gets more bytes.
    encode : callable, optional
        Where merges start from more than bytes: takes (bytes, intp array of the pieces' ends) and
        returns the ids of these pieces, uint32.

    Raises
    ------
    OverflowError
        More than 2**32 bytes of distinct pieces.
    """

    cdef ctok_trainer state
    cdef int64_t lowest
    cdef size_t wanted
    cdef bint indexed
    cdef readonly bint finished
    # numpy owns
    cdef const uint32_t[::1] weight_starts
    cdef const int64_t[::1] weights
    cdef uint64_t[::1] merge_keys
    cdef int64_t[::1] merge_counts
    cdef uint32_t[::1] token_lengths

    def __cinit__(self, const uint8_t[::1] data, lengths, numbers, const uint32_t[::1] byte_ids,
                  const uint32_t[::1] token_lengths, size_t wanted, int64_t lowest, size_t longest,
                  encode=None):
        cdef uint32_t max_ids = token_lengths.shape[0] + wanted
        self.lowest = lowest
        self.wanted = wanted
        self.state.max_ids = max(1, max_ids)
        self.state.next_id = token_lengths.shape[0]
        self.state.longest = min(longest, <size_t>0xFFFFFFFF)
        self.state.merges_wanted = 0
        self.merge_keys = np.zeros(wanted + 1, dtype=np.uint64)
        self.merge_counts = np.zeros(wanted + 1, dtype=np.int64)
        self.state.merges = &self.merge_keys[0]
        self.state.counts = &self.merge_counts[0]
        all_lengths = np.zeros(self.state.max_ids, dtype=np.uint32)
        all_lengths[:token_lengths.shape[0]] = token_lengths
        self.token_lengths = all_lengths
        self.state.lengths = &self.token_lengths[0]
        self.state.left = <ctok_train_side*>PyMem_RawCalloc(
            self.state.max_ids, sizeof(ctok_train_side))
        self.state.right = <ctok_train_side*>PyMem_RawCalloc(
            self.state.max_ids, sizeof(ctok_train_side))
        self.state.left_seen = <uint32_t*>PyMem_RawMalloc(self.state.max_ids * sizeof(uint32_t))
        self.state.right_seen = <uint32_t*>PyMem_RawMalloc(self.state.max_ids * sizeof(uint32_t))
        if (self.state.left is NULL or self.state.right is NULL
                or self.state.left_seen is NULL or self.state.right_seen is NULL):
            raise MemoryError
        self.lay_out(data, lengths, numbers, byte_ids, encode)

    def __dealloc__(self):
        PyMem_RawFree(self.state.symbols)
        PyMem_RawFree(self.state.left)
        PyMem_RawFree(self.state.right)
        PyMem_RawFree(self.state.left_seen)
        PyMem_RawFree(self.state.right_seen)
        PyMem_RawFree(self.state.pairs)
        PyMem_RawFree(self.state.postings)
        PyMem_RawFree(self.state.heap)
        PyMem_RawFree(self.state.events)

    def lay_out(self, const uint8_t[::1] data, lengths, numbers, const uint32_t[::1] byte_ids,
                encode):
        """Writes the pieces of two bytes and more into symbols, the most frequent first."""
        starts = np.cumsum(lengths, dtype=np.int64) - lengths
        kept = np.flatnonzero(np.asarray(lengths) >= 2)
        order = kept[np.argsort(-numbers[kept], kind="stable")]
        cdef const int64_t[::1] from_view = starts[order]
        cdef const uint32_t[::1] lengths_view = lengths[order]
        cdef size_t i, at, n = len(order)
        sorted_numbers = numbers[order]
        ends = np.cumsum(lengths_view, dtype=np.int64)
        total = int(lengths[order].sum(dtype=np.int64))
        if total + n + 1 > LONGEST_LAYOUT:
            raise OverflowError(
                f"{n} distinct pieces have {total} bytes; leave rare ones out (min_piece_count=2)")
        self.state.n_symbols = total + n + 1
        self.state.symbols = <uint32_t*>PyMem_RawMalloc(self.state.n_symbols * sizeof(uint32_t))
        if self.state.symbols is NULL:
            raise MemoryError
        self.state.symbols[0] = CTOK_PIECE_END
        at = 1
        with nogil:
            for i in range(n):
                ctok_train_lay(self.state.symbols, &at, &data[from_view[i]], lengths_view[i],
                               &byte_ids[0])
        # A piece starts behind those before it and their ends.
        changes = np.flatnonzero(np.diff(sorted_numbers, prepend=-1))
        firsts = (ends - lengths_view + np.arange(n) + 1)[changes] if n else changes
        self.weights = sorted_numbers[changes] if n else np.zeros(1, np.int64)
        self.weight_starts = np.append(firsts, self.state.n_symbols).astype(np.uint32)
        self.state.n_weights = len(changes)
        self.state.weights = &self.weights[0]
        self.state.weight_starts = &self.weight_starts[0]
        if encode is not None:
            self.lay_tokens(data, starts[order], lengths[order], encode)

    def lay_tokens(self, const uint8_t[::1] data, starts, lengths, encode):
        """Writes the tokens that the pieces have from the beginning over their bytes."""
        cdef size_t at = 1
        cdef const uint32_t[::1] ids
        chunk = 1 << 16
        whole = memoryview(data)
        for first in range(0, len(starts), chunk):
            parts = lengths[first:first + chunk]
            text = b"".join([
                whole[a:a + k]
                for a, k in zip(starts[first:first + chunk].tolist(), parts.tolist())
            ])
            ids = encode(text, np.cumsum(parts, dtype=np.intp))
            if ids.shape[0]:
                ctok_train_lay_tokens(&self.state, &at, &ids[0], ids.shape[0])
            PyErr_CheckSignals()

    # ---- memory

    cdef int grow_pairs(self, uint32_t bits, bint keep) except -1:
        """A table of pairs of 1 << bits slots; the pairs move, or are dropped."""
        cdef size_t size = sizeof(ctok_train_pair) << bits
        cdef ctok_train_pair* old = self.state.pairs
        cdef ctok_train_pair* pairs
        if not keep:
            PyMem_RawFree(old)
            old = self.state.pairs = NULL
            self.state.n_heap = 0  # entries without pairs: should memory fail, none is looked up
        pairs = <ctok_train_pair*>PyMem_RawMalloc(size)
        if pairs is NULL:
            raise MemoryError
        memset(pairs, 0xFF, size)
        if keep:
            ctok_train_move(&self.state, pairs, bits)
        else:
            self.state.pairs = pairs
            self.state.bits = bits
            self.state.n_pairs = 0
        PyMem_RawFree(old)
        return 0

    cdef int grow_array(self, void** array, size_t* room, size_t wanted, size_t size) except -1:
        """Room for at least `wanted` entries of `size` bytes."""
        cdef void* grown
        if wanted <= room[0]:
            return 0
        wanted = max(wanted, room[0] + room[0] // 4)
        grown = PyMem_RawRealloc(array[0], wanted * size)
        if grown is NULL:
            raise MemoryError
        array[0] = grown
        room[0] = wanted
        return 0

    cdef int grow(self, size_t n_postings, size_t n_heap, size_t n_events) except -1:
        self.grow_array(<void**>&self.state.postings, &self.state.postings_room, n_postings,
                        sizeof(uint32_t))
        self.grow_array(<void**>&self.state.heap, &self.state.heap_room, n_heap,
                        sizeof(ctok_train_bound))
        self.grow_array(<void**>&self.state.events, &self.state.events_room, n_events,
                        sizeof(ctok_train_event))
        return 0

    cdef int make_room(self) except -1:
        """What the step that the last call stopped at needs; see ctok_train_has_room."""
        cdef size_t n = self.state.step
        cdef size_t added = min(2 * n, 2 * <size_t>self.state.max_ids)
        cdef uint32_t bits = self.state.bits
        self.grow(self.state.n_postings + 2 * n, self.state.n_heap + added, 2 * n)
        if 2 * (self.state.n_pairs + added) > <size_t>1 << bits:
            self.grow_pairs(bits, True)  # often the dropped ones are enough, and more than just so
            while 9 * (self.state.n_pairs + added) > <size_t>4 << bits:
                bits += 1
            if bits > self.state.bits:
                self.grow_pairs(bits, True)
        return 0

    # ---- work

    cdef int index(self, size_t remaining) except -1:
        """Indexes the pairs at or above a threshold: a guessed one at first, then lower ones."""
        # Larger than the pairs that there can be, but not much larger.
        cdef uint32_t sketch_bits = 10
        cdef size_t most = min(self.state.n_symbols, 2 * <size_t>self.state.next_id**2)
        while sketch_bits < 21 and <size_t>1 << sketch_bits < most:
            sketch_bits += 1
        self.state.sketch_bits = sketch_bits
        sketch_array = np.zeros(1 << sketch_bits, dtype=np.int64)
        cdef int64_t[::1] sketch = sketch_array
        cdef size_t n_kept = 0, n_postings = 0
        cdef ctok_status status
        with nogil:
            ctok_train_sketch(&self.state, &sketch[0])
        if self.indexed:
            self.state.threshold = max(self.lowest, self.state.threshold // 8)
        else:
            self.state.threshold = max(self.lowest, first_threshold(sketch_array, remaining))
        self.indexed = True
        cdef size_t expected = np.count_nonzero(sketch_array >= self.state.threshold)
        cdef uint32_t bits = 6
        while <size_t>1 << bits < 2 * expected + expected // 4:
            bits += 1
        while True:
            self.grow_pairs(bits, False)
            with nogil:
                status = ctok_train_count(&self.state, &sketch[0])
            if status == CTOK_OK:
                break
            bits += 1
        ctok_train_plan(&self.state, &n_kept, &n_postings)
        self.grow(n_postings, n_kept, 0)
        with nogil:
            ctok_train_fill(&self.state, &sketch[0], n_postings)
        return 0

    def run(self, size_t merges):
        """Goes on until so many merges are made in all, or none is left to make.

        Attribute `finished` says afterwards that none is left.
        """
        cdef ctok_status status
        merges = min(merges, self.wanted)
        self.state.merges_wanted = merges
        if not self.indexed:
            self.index(self.wanted)
        while self.state.n_merges < merges and not self.finished:
            with nogil:
                status = ctok_train(&self.state, BUDGET)
            if status == CTOK_SCRATCH_FULL:
                self.make_room()
            elif status == CTOK_OK and self.state.n_merges < merges:
                if self.state.threshold <= self.lowest:
                    self.finished = True
                else:
                    self.index(self.wanted - self.state.n_merges)
            PyErr_CheckSignals()

    @property
    def n_merges(self):
        """How many merges are made."""
        return self.state.n_merges

    @property
    def merges(self):
        """The merges in order: uint32[n, 2], the ids of the left and of the right token."""
        keys = np.asarray(self.merge_keys)[:self.state.n_merges]
        pairs = [keys >> np.uint64(32), keys & np.uint64(0xFFFFFFFF)]
        return np.stack(pairs, axis=1).astype(np.uint32)

    @property
    def merge_numbers(self):
        """How often each merged pair stood: int64[n]."""
        return np.asarray(self.merge_counts)[:self.state.n_merges].copy()

    @property
    def statistics(self):
        """What the index holds: for benchmarks."""
        return {
            "threshold": self.state.threshold,
            "symbols": self.state.n_symbols,
            "pairs": self.state.n_pairs,
            "pair_slots": 1 << self.state.bits,
            "postings": self.state.n_postings,
            "postings_room": self.state.postings_room,
            "heap": self.state.n_heap,
            "heap_room": self.state.heap_room,
            "events_room": self.state.events_room,
        }


def first_threshold(sketch, remaining):
    """How often a pair stands, by a guess, that is merged last; a wrong guess costs time only."""
    # Counts of successive merges fall about as 1 / n (Zipf), so one early rank tells of a late one.
    sketch = sketch[sketch > 0]
    rank = min(1000, remaining, len(sketch))
    if rank == 0:
        return 1
    count = int(np.partition(sketch, len(sketch) - rank)[len(sketch) - rank])
    return max(1, count * rank // (6 * remaining))
