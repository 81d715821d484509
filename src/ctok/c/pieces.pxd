from libc.stdint cimport uint8_t, uint32_t, uint64_t

from .base cimport ctok_status

cdef extern from "ctok/pieces.h" nogil:
    const size_t CTOK_SMALL_KEY
    const size_t CTOK_MEDIUM_KEY
    const uint64_t CTOK_FREE_LARGE

    ctypedef struct ctok_pieces:
        const uint64_t* small
        const uint64_t* medium
        const uint64_t* large
        uint32_t small_bits, medium_bits, large_bits
        const uint8_t* bytes
        const uint32_t* offsets

    uint32_t ctok_pieces_find(const ctok_pieces* pieces, const uint8_t* text, size_t n, size_t at,
                              size_t length)
    ctok_status ctok_pieces_put(const ctok_pieces* pieces, uint64_t* small, uint64_t* medium,
                                uint64_t* large, uint32_t id, uint32_t* holder)
