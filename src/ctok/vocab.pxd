from libc.stdint cimport uint8_t, uint32_t, uint64_t

from .c.decode cimport ctok_tokens
from .c.encode cimport ctok_vocab
from .c.special cimport ctok_specials


cdef class Vocab:
    cdef readonly object spec
    cdef readonly bint is_proper, only_utf8
    cdef readonly uint32_t n_ids
    cdef readonly uint32_t n_specials
    # numpy owns; frozen
    cdef dict arrays  # by their names in vocab.TABLES
    cdef const uint8_t[::1] _special_bytes
    cdef const uint32_t[::1] _special_offsets
    cdef const uint32_t[::1] _special_ids
    cdef const uint8_t[::1] _special_edges
    cdef readonly tuple special_tokens  # str, in the order of special_ids
    cdef readonly tuple added_tokens    # AddedToken, in the same order
    # these borrow from the arrays above
    cdef ctok_vocab tables
    cdef ctok_tokens tokens
    cdef ctok_specials specials

    cdef int point(self) except -1
    cdef uint32_t pair_rank(self, uint32_t left, uint32_t right) noexcept nogil
    cdef uint32_t piece_id(self, const uint8_t* piece, size_t n) noexcept nogil
