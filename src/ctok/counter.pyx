"""Texts into counts of their pieces: the memory that counts.h borrows."""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc, PyMem_RawRealloc
from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memset

import numpy as np

from .c.automaton cimport ctok_automaton, ctok_steps, ctok_steps_cut
from .c.base cimport CTOK_OK, CTOK_OUTPUT_FULL, CTOK_PAUSED, CTOK_SCRATCH_FULL, ctok_claim
from .c.base cimport ctok_status
from .c.counts cimport ctok_count, ctok_counts, ctok_counts_move, ctok_counts_sort
from .c.counts cimport ctok_counts_cut, ctok_counts_start, ctok_counts_text
from .c.counts cimport ctok_counts_write
from .c.counts cimport ctok_run, ctok_run_merge, ctok_run_merge_run, ctok_run_merge_start
from .c.kernels cimport ctok_kernel
from .c.pretokenize cimport ctok_pretokenize_fn
from . import kernels

cdef extern from "_memory.h" nogil:
    void* ctok_zeros(size_t size)
    void ctok_free_zeros(void* memory, size_t size)

# So many bytes are counted between two looks for Ctrl-C: 10 to 100 ms.
cdef size_t BUDGET = 4 * 1024 * 1024
# The smallest table of counts has 1 << so many slots.
cdef uint32_t FIRST_BITS = 12
LONGEST_TEXT = 2**32 - 2**16


cdef struct Part:
    const uint8_t* text
    size_t n            # bytes of the whole text
    size_t start, stop


@cython.final
cdef class Batch:
    """Texts, as UTF-8, that several counters work off, each taking the next part of one.

    Parameters
    ----------
    texts : list of bytes
    part_bytes : int
        Longer texts are cut into parts of about so many bytes, where every family starts a piece.
    """

    cdef list texts
    cdef Part* parts
    cdef size_t n, next
    cdef bint stopped

    def __cinit__(self, list texts, size_t part_bytes):
        cdef size_t room = 0
        for text in texts:
            if not isinstance(text, bytes):
                raise TypeError(f"a batch has bytes, not {type(text).__name__}")
            room += 1 + len(text) // part_bytes
        self.texts = texts
        self.parts = <Part*>PyMem_RawMalloc((room + 1) * sizeof(Part))
        if self.parts is NULL:
            raise MemoryError
        for text in texts:
            self.add(<const uint8_t*>PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text), part_bytes)

    cdef void add(self, const uint8_t* text, size_t n, size_t part_bytes) noexcept:
        """Adds the parts of one text, at most one for each `part_bytes` that have begun."""
        cdef size_t start = 0
        cdef size_t near = part_bytes
        cdef size_t cut
        while near < n:
            cut = ctok_counts_cut(text, near, min(near + part_bytes, n))
            near += part_bytes
            if cut:
                self.parts[self.n] = Part(text, n, start, cut)
                self.n += 1
                start = cut
        self.parts[self.n] = Part(text, n, start, n)
        self.n += 1

    def __dealloc__(self):
        PyMem_RawFree(self.parts)

    def stop(self):
        """Makes every counter return soon."""
        self.stopped = True


@cython.final
cdef class Counter:
    """One worker's table of pieces and how often each was met.

    Parameters
    ----------
    kernel : int
        The index in `kernels` of the scan that finds the pieces; -1 when the cutter does or their
        ends are given.
    longest : int
        Pieces of more bytes are left out.
    limit : int
        A table that would need more bytes becomes a run instead, which `spill` takes.
    spill : callable
        Takes a run: (data, lengths, numbers) as `run` returns it.
    cutter : Cutter, optional
        What finds the pieces without a kernel.
    """

    cdef ctok_counts counts
    cdef object cutter
    cdef ctok_steps steps
    cdef ctok_pretokenize_fn pretokenize
    cdef size_t longest, limit
    cdef object spill
    cdef size_t current

    def __cinit__(self, Py_ssize_t kernel, size_t longest, size_t limit, spill, cutter=None):
        cdef const ctok_kernel* found
        self.pretokenize = NULL
        if kernel >= 0:
            found = <const ctok_kernel*>PyCapsule_GetPointer(kernels.kernel(kernel), "ctok_kernel")
            self.pretokenize = found.pretokenize
        if cutter is not None:
            self.cutter = cutter
            self.steps.automata = <const ctok_automaton*>PyCapsule_GetPointer(
                cutter._automata(), "ctok_automaton")
            self.steps.count = cutter.count
            self.counts.cutter.cut = ctok_steps_cut
            self.counts.cutter.context = &self.steps
        self.longest = min(longest, <size_t>LONGEST_TEXT)
        self.limit = limit
        self.spill = spill
        self.renew()

    def __dealloc__(self):
        ctok_free_zeros(self.counts.slots, self.table_bytes())
        PyMem_RawFree(self.counts.arena)

    cdef size_t table_bytes(self) noexcept:
        return sizeof(ctok_count) << self.counts.bits

    cdef int renew(self) except -1:
        """An empty table; where a text stands is kept."""
        ctok_free_zeros(self.counts.slots, self.table_bytes())
        PyMem_RawFree(self.counts.arena)
        self.counts.arena = NULL
        self.counts.arena_room = self.counts.arena_used = 0
        self.counts.used = self.counts.bytes = 0
        self.counts.bits = FIRST_BITS
        self.counts.slots = <ctok_count*>ctok_zeros(self.table_bytes())
        if self.counts.slots is NULL:
            raise MemoryError
        return 0

    @property
    def bytes_held(self):
        """How large the table and its arena are."""
        return self.table_bytes() + self.counts.arena_room

    cdef int grow(self) except -1:
        """Makes room where the last call missed it, or hands the table on as a run."""
        cdef size_t table = self.table_bytes()
        cdef size_t wanted = self.counts.arena_wanted
        cdef bint arena_full = wanted > self.counts.arena_room
        cdef size_t more = max(wanted, self.counts.arena_room + self.counts.arena_room // 2 + 4096)
        cdef void* grown
        if self.counts.used and (more + table if arena_full
                                 else 2 * table + self.counts.arena_room) > self.limit:
            self.spill(self.run())
            self.counts.arena_wanted = 0
            return 0
        if arena_full:
            grown = PyMem_RawRealloc(self.counts.arena, more)
            if grown is NULL:
                raise MemoryError
            self.counts.arena = <uint8_t*>grown
            self.counts.arena_room = more
            return 0
        grown = ctok_zeros(2 * table)
        if grown is NULL:
            raise MemoryError
        cdef ctok_count* old = self.counts.slots
        with nogil:
            ctok_counts_move(&self.counts, <ctok_count*>grown, self.counts.bits + 1)
            ctok_free_zeros(old, table)
        return 0

    cdef ctok_status take(self, Batch batch, uint64_t weight, bint going_on) noexcept nogil:
        """Counts parts of a batch until none is left, or for about a budget."""
        cdef ctok_status status
        cdef Part* part
        cdef size_t done = 0
        while True:
            if not going_on:
                self.current = ctok_claim(&batch.next, 1)
                if self.current >= batch.n:
                    return CTOK_OK
                part = &batch.parts[self.current]
                ctok_counts_start(&self.counts, part.start, part.stop, NULL)
            part = &batch.parts[self.current]
            status = ctok_counts_text(
                &self.counts, self.pretokenize, part.text, part.n, weight, self.longest, BUDGET)
            if status != CTOK_OK:
                return status
            going_on = False
            done += part.stop - part.start
            if done > BUDGET:
                self.current = batch.n
                return CTOK_PAUSED

    def work(self, Batch batch, uint64_t weight, bint check_signals):
        """Counts parts of a batch until none is left or the batch is stopped.

        Parameters
        ----------
        batch : Batch
        weight : int
            What each occurrence counts, 1 or more.
        check_signals : bool
            Whether this is the thread that Ctrl-C interrupts.
        """
        cdef ctok_status status
        cdef bint going_on = False
        self.counts.arena_wanted = 0
        while not batch.stopped:
            with nogil:
                status = self.take(batch, weight, going_on)
            if status == CTOK_OK:
                return
            going_on = self.current < batch.n
            if status == CTOK_SCRATCH_FULL:
                self.grow()
            if check_signals:
                PyErr_CheckSignals()

    def count_pieces(self, bytes text, const Py_ssize_t[::1] ends, uint64_t weight):
        """Counts the pieces of a text whose ends are known, the last one the text's own."""
        cdef ctok_status status
        cdef const uint8_t* data = <const uint8_t*>PyBytes_AS_STRING(text)
        cdef size_t n = PyBytes_GET_SIZE(text)
        if ends.shape[0] == 0 and n == 0:
            return
        if ends.shape[0] == 0 or ends[ends.shape[0] - 1] != <Py_ssize_t>n:
            raise ValueError("the last piece does not end where the text does")
        self.counts.arena_wanted = 0
        ctok_counts_start(&self.counts, 0, n, <const size_t*>&ends[0])
        while True:
            with nogil:
                status = ctok_counts_text(
                    &self.counts, NULL, data, n, weight, self.longest, BUDGET)
            if status == CTOK_OK:
                return
            if status == CTOK_SCRATCH_FULL:
                self.grow()
            PyErr_CheckSignals()

    def run(self):
        """The counts as a run, sorted by the pieces' bytes; the table is empty then.

        Returns
        -------
        data : numpy.ndarray of uint8
            The pieces, one after the other.
        lengths : numpy.ndarray of uint32, shape (n,)
            In bytes.
        numbers : numpy.ndarray of int64, shape (n,)
            How often each was met.
        """
        cdef size_t n = self.counts.used
        data = np.empty(self.counts.bytes, dtype=np.uint8)
        lengths = np.empty(n, dtype=np.uint32)
        numbers = np.empty(n, dtype=np.int64)
        cdef uint8_t[::1] data_view = data
        cdef uint32_t[::1] lengths_view = lengths
        cdef int64_t[::1] numbers_view = numbers
        cdef ctok_count* scratch
        if n:
            scratch = <ctok_count*>PyMem_RawMalloc(n * sizeof(ctok_count))
            if scratch is NULL:
                raise MemoryError
            with nogil:
                ctok_counts_sort(&self.counts, scratch)
                PyMem_RawFree(scratch)
                ctok_counts_write(
                    &self.counts, &data_view[0], &lengths_view[0], &numbers_view[0])
        self.renew()
        return data, lengths, numbers


def merge_runs(list runs, int64_t lowest=1):
    """Several runs as one.

    Parameters
    ----------
    runs : list of (data, lengths, numbers)
        As `Counter.run` returns them; each sorted by its pieces' bytes.
    lowest : int
        Pieces that stand less often, in all runs together, are left out.

    Returns
    -------
    (data, lengths, numbers)
    """
    cdef ctok_run_merge merge
    cdef ctok_status status = CTOK_OUTPUT_FULL
    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] lengths
    cdef const int64_t[::1] numbers
    cdef size_t i
    cdef size_t n_runs = len(runs)
    cdef uint8_t[::1] out_data
    cdef uint32_t[::1] out_lengths
    cdef int64_t[::1] out_numbers
    state = np.zeros((n_runs + 1) * sizeof(ctok_run), dtype=np.uint8)
    heap = np.zeros(n_runs + 1, dtype=np.uint32)
    cdef uint8_t[::1] state_view = state
    cdef uint32_t[::1] heap_view = heap
    memset(&merge, 0, sizeof(merge))
    merge.runs = <ctok_run*>&state_view[0]
    merge.heap = &heap_view[0]
    merge.lowest = lowest
    cdef Py_ssize_t largest = 0
    cdef Py_ssize_t data_largest = 0
    for i, run in enumerate(runs):
        data, lengths, numbers = run
        if lengths.shape[0] != numbers.shape[0] or np.sum(run[1], dtype=np.int64) != data.shape[0]:
            raise ValueError("a run's lengths do not belong to its data")
        merge.runs[i].n = lengths.shape[0]
        if merge.runs[i].n:
            merge.runs[i].data = &data[0] if data.shape[0] else NULL
            merge.runs[i].lengths = &lengths[0]
            merge.runs[i].numbers = &numbers[0]
        largest = max(largest, lengths.shape[0])
        data_largest = max(data_largest, data.shape[0])
    if n_runs == 0:
        return np.empty(0, np.uint8), np.empty(0, np.uint32), np.empty(0, np.int64)
    results = [
        np.empty(data_largest + data_largest // 2 + 64, np.uint8),
        np.empty(largest + largest // 2 + 64, np.uint32),
        np.empty(largest + largest // 2 + 64, np.int64),
    ]
    ctok_run_merge_start(&merge, n_runs)
    while True:
        out_data, out_lengths, out_numbers = results
        merge.data = &out_data[0]
        merge.lengths = &out_lengths[0]
        merge.numbers = &out_numbers[0]
        merge.room = out_lengths.shape[0]
        merge.data_room = out_data.shape[0]
        with nogil:
            status = ctok_run_merge_run(&merge)
        if status == CTOK_OK:
            break
        longest = max(int(merge.runs[i].lengths[merge.runs[i].at])
                      for i in range(n_runs) if merge.runs[i].at < merge.runs[i].n)
        del out_data, out_lengths, out_numbers
        results = [
            np.concatenate([results[0], np.empty(len(results[0]) // 2 + longest, np.uint8)]),
            np.concatenate([results[1], np.empty(len(results[1]) // 2, np.uint32)]),
            np.concatenate([results[2], np.empty(len(results[2]) // 2, np.int64)]),
        ]
    return (
        results[0][:merge.data_used].copy(),
        results[1][:merge.used].copy(),
        results[2][:merge.used].copy(),
    )
