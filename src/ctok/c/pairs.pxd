from libc.stdint cimport uint32_t, uint64_t

from .base cimport ctok_status

cdef extern from "ctok/pairs.h" nogil:
    const uint64_t CTOK_FREE_PAIR

    ctypedef struct ctok_pairs:
        const uint64_t* slots
        uint32_t bits

    uint32_t ctok_pairs_rank(const ctok_pairs* pairs, uint32_t left, uint32_t right)
    ctok_status ctok_pairs_put(uint64_t* slots, uint32_t bits, uint32_t left, uint32_t right,
                               uint32_t rank)
    size_t ctok_pairs_words(uint32_t bits)
    uint32_t ctok_pairs_bits(size_t pairs)
    void ctok_pairs_clear(uint64_t* slots, uint32_t bits)
