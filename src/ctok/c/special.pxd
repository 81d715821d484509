from libc.stdint cimport uint8_t, uint32_t

cdef extern from "ctok/special.h" nogil:
    const int CTOK_LSTRIP
    const int CTOK_RSTRIP
    const int CTOK_SINGLE_WORD

    ctypedef struct ctok_specials:
        const uint8_t* bytes
        const uint32_t* offsets
        const uint8_t* edges
        uint32_t count

    void ctok_specials_index(ctok_specials* specials)
    uint32_t ctok_specials_find(const ctok_specials* specials, const uint8_t* wanted,
                                uint8_t mask, const uint8_t* text, size_t n, size_t start,
                                size_t until, size_t* at, size_t* length)
    uint32_t ctok_specials_next(const ctok_specials* specials, const uint8_t* wanted,
                                uint8_t mask, const uint8_t* text, size_t n, size_t start,
                                size_t* first, size_t* end)
