from libc.stdint cimport uint16_t, uint32_t

from .pairs cimport ctok_pairs
from .pieces cimport ctok_pieces

cdef extern from "ctok/linear.h" nogil:
    const size_t CTOK_TALL_TOKEN

    ctypedef struct ctok_parts:
        uint32_t left, right

    ctypedef struct ctok_tall:
        uint32_t id, next

    ctypedef struct ctok_linear:
        const ctok_parts* parts
        const uint16_t* starts
        const uint32_t* heads
        const ctok_tall* tall
        uint32_t start_bits, head_bits

    int ctok_parts_find(const ctok_pairs* pairs, uint32_t n_ids, ctok_parts* parts)
    int ctok_starts_put(const ctok_linear* linear, const ctok_pieces* pieces, uint32_t n_ids,
                        const ctok_parts* parts, uint16_t* starts, uint32_t* heads,
                        ctok_tall* tall)
    void ctok_wholes_find(const ctok_pieces* pieces, uint32_t n_ids, const ctok_parts* parts,
                          uint32_t* firsts, uint32_t* wholes)
