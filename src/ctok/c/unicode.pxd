from libc.stdint cimport uint8_t, uint32_t

cdef extern from "ctok/unicode.h" nogil:
    const char* CTOK_UNICODE_VERSION

    uint8_t ctok_category(uint32_t code_point)
    uint32_t ctok_utf8_read(const uint8_t* text, size_t n, size_t at, uint32_t* code_point)
    size_t ctok_utf8_write(uint32_t code_point, uint8_t* out)
