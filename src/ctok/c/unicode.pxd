from libc.stdint cimport uint8_t, uint32_t

cdef extern from "ctok/unicode.h" nogil:
    const char* CTOK_UNICODE_VERSION

    ctypedef enum ctok_width:
        CTOK_UTF8
        CTOK_UCS1
        CTOK_UCS2
        CTOK_UCS4

    uint8_t ctok_category(uint32_t code_point)
    uint32_t ctok_utf8_read(const uint8_t* text, size_t n, size_t at, uint32_t* code_point)
    size_t ctok_units_cut(const void* units, ctok_width width, size_t n, size_t at)
    size_t ctok_utf8_from_units(const void* units, ctok_width width, size_t n, uint8_t* out)
