from libc.stdint cimport uint32_t, uint64_t

from .linear cimport ctok_linear, ctok_parts
from .pairs cimport ctok_pairs
from .pieces cimport ctok_pieces

cdef extern from "ctok/check.h" nogil:
    bint ctok_offsets_hold(const uint32_t* offsets, size_t n, size_t total)
    bint ctok_spans_hold(const uint64_t* spans, size_t n, size_t total)
    bint ctok_numbers_hold(const uint32_t* numbers, size_t n, uint32_t limit, uint32_t other)
    bint ctok_splits_hold(const uint32_t* split_at, const uint32_t* offsets, size_t n)
    bint ctok_pairs_hold(const ctok_pairs* pairs, uint32_t n_left, uint32_t n_right, uint32_t n_ranks)
    bint ctok_pieces_hold(const ctok_pieces* pieces, uint32_t n_ids)
    bint ctok_parts_hold(const ctok_parts* parts, uint32_t n_ids)
    bint ctok_tall_hold(const ctok_linear* linear, size_t n, uint32_t n_ids)
    bint ctok_wholes_hold(const uint32_t* wholes, uint32_t n_ids)
