"""Text into ids with merges put off by chance: Dropout is what such calls share."""

cimport cython
from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport uint8_t, uint32_t, uint64_t

import numpy as np

from .c.base cimport CTOK_OK, ctok_status
from .c.dropout cimport ctok_dropout, ctok_dropout_run
from .c.encode cimport ctok_vocab
from .c.merge cimport CTOK_LONG_PIECE_LIMIT, ctok_long_merge, ctok_long_merge_begin
from .c.merge cimport ctok_long_merge_bytes, ctok_long_merge_count, ctok_long_merge_ids, ctok_merges
from .errors import CtokError
from .vocab import pair_table

# So many draws are made between two looks for Ctrl-C.
cdef size_t BUDGET = 512 * 1024


@cython.final
cdef class Dropout:
    """Merges by chance under one vocabulary: all merges of its list, not only those that happen
    without chance.

    Parameters
    ----------
    vocab : Vocab
    """

    cdef object vocab
    cdef ctok_merges merges
    cdef const uint64_t[::1] slots
    cdef const uint32_t[::1] products

    def __cinit__(self, vocab):
        cdef const ctok_vocab* tables = <const ctok_vocab*>PyCapsule_GetPointer(
            vocab._tables()[0], "ctok_vocab")
        spec = vocab.spec
        self.vocab = vocab
        self.merges = tables.merges
        if spec.merges is not None:
            slots, bits, products = pair_table(spec)
            self.slots = slots
            self.merges.pairs.slots = &self.slots[0]
            self.merges.pairs.bits = bits
            self.merges.products = NULL
            if products is not None:
                self.products = products
                self.merges.products = &self.products[0]

    def encode(self, list texts_and_ends, double probability, uint64_t seed):
        """The ids of texts whose pieces are known.

        Parameters
        ----------
        texts_and_ends : list of (bytes, numpy.ndarray of intp) or int
            As in `Encoder.encode_pieces`.
        probability : float
            Of putting the best merge off, 0 to 1.
        seed : int
            The same seed gives the same ids.

        Returns
        -------
        numpy.ndarray of uint32
        """
        cdef ctok_dropout dropout
        cdef ctok_long_merge merge
        cdef const uint8_t[::1] text
        cdef const Py_ssize_t[::1] ends
        cdef uint32_t[::1] ids = np.empty(
            1 + sum(1 if isinstance(item, int) else len(item[0]) for item in texts_and_ends),
            dtype=np.uint32)
        cdef void* scratch = NULL
        cdef void* grown
        cdef size_t room = 0, used = 0, budget, n
        cdef Py_ssize_t i, start
        cdef ctok_status status
        dropout.state = seed
        dropout.threshold = <uint64_t>(probability * 9007199254740992.0)  # 2**53
        dropout.put_off = 0
        try:
            for item in texts_and_ends:
                if isinstance(item, int):
                    ids[used] = item
                    used += 1
                    continue
                text, ends = item
                start = 0
                for i in range(ends.shape[0]):
                    n = ends[i] - start
                    if n >= CTOK_LONG_PIECE_LIMIT:
                        raise CtokError(f"a piece of {n} bytes is too long to be merged")
                    if room < ctok_long_merge_bytes(n):
                        grown = PyMem_RawRealloc(scratch, ctok_long_merge_bytes(2 * n))
                        if grown is NULL:
                            raise MemoryError
                        scratch = grown
                        room = ctok_long_merge_bytes(2 * n)
                    ctok_long_merge_begin(&merge, &self.merges, &text[start], n, scratch)
                    while True:
                        budget = BUDGET
                        with nogil:
                            status = ctok_dropout_run(&merge, &self.merges, &dropout, &budget)
                        if status == CTOK_OK:
                            break
                        PyErr_CheckSignals()
                    ctok_long_merge_ids(&merge, &ids[used])
                    used += ctok_long_merge_count(&merge)
                    start = ends[i]
        finally:
            PyMem_RawFree(scratch)
        return np.asarray(ids)[:used].copy()
