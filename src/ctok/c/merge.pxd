from libc.stdint cimport uint8_t, uint32_t

from .base cimport ctok_status
from .pairs cimport ctok_pairs
from .pieces cimport ctok_pieces

cdef extern from "ctok/merge.h" nogil:
    const size_t CTOK_SHORT_PIECE
    const size_t CTOK_WHOLES
    const size_t CTOK_BYTE_PAIRS
    const size_t CTOK_LONG_PIECE_LIMIT
    const uint32_t CTOK_PLACES

    ctypedef struct ctok_merges:
        ctok_pairs pairs
        const uint32_t* products
        const uint32_t* byte_ids
        const uint32_t* byte_pairs
        const uint32_t* wholes
        const ctok_pieces* characters
        uint32_t unknown
        int fuse_unknown
        ctok_pairs places

    ctypedef struct ctok_long_merge:
        pass

    ctypedef size_t (*ctok_merge_short_fn)(const ctok_merges* merges, const uint8_t* piece,
                                           size_t n, uint32_t* ids) noexcept nogil

    size_t ctok_long_merge_bytes(size_t n)
    void ctok_long_merge_begin(ctok_long_merge* state, const ctok_merges* merges,
                               const uint8_t* piece, size_t n, void* scratch)
    void ctok_long_merge_start(ctok_long_merge* state, const ctok_merges* merges,
                               const uint8_t* piece, size_t n, void* scratch)
    ctok_status ctok_long_merge_run(ctok_long_merge* state, const ctok_merges* merges,
                                    size_t* budget)
    size_t ctok_long_merge_count(const ctok_long_merge* state)
    void ctok_long_merge_ids(const ctok_long_merge* state, uint32_t* ids)
