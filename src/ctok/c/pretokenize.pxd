from libc.stdint cimport uint8_t

cdef extern from "ctok/pretokenize.h" nogil:
    ctypedef struct ctok_family:
        const char* name
        const char* pattern

    ctypedef size_t (*ctok_pretokenize_fn)(const uint8_t* text, size_t n, size_t* at,
                                           size_t* ends, size_t room) noexcept nogil
