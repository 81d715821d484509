from libc.stdint cimport uint8_t, uint32_t, uint64_t

from .base cimport ctok_status
from .merge cimport ctok_merges
from .pieces cimport ctok_pieces

cdef extern from "ctok/build.h" nogil:
    size_t ctok_split_tokens(const ctok_merges* merges, const uint8_t* bytes,
                             const uint32_t* offsets, uint32_t n_ids, uint64_t* slots,
                             uint32_t* split_at, void* scratch)
    size_t ctok_cut_tokens(const ctok_pieces* pieces, uint32_t n_ids, const uint8_t* lengths,
                           uint64_t* slots, uint32_t bits)
    ctok_status ctok_put_tokens(const ctok_pieces* pieces, uint32_t n_ids, const uint8_t* wanted,
                                uint64_t* small, uint64_t* medium, uint64_t* large,
                                uint32_t* holder, uint32_t* bad)
    ctok_status ctok_put_splits(const ctok_pieces* pieces, uint32_t n_ids,
                                const uint32_t* split_at, uint64_t* slots, uint32_t bits,
                                uint32_t* bad)
    void ctok_byte_pairs_find(const ctok_merges* merges, uint32_t* byte_pairs)

    ctypedef struct ctok_last:
        uint32_t left, right, rank

    void ctok_last_merges(const ctok_merges* merges, const uint8_t* bytes,
                          const uint32_t* offsets, uint32_t n_ids, ctok_last* last,
                          uint8_t* reached, void* scratch)
