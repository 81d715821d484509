from libc.stdint cimport uint8_t

cdef extern from "ctok/transcode.h" nogil:
    ctypedef enum ctok_width:
        CTOK_UTF8
        CTOK_UCS1
        CTOK_UCS2
        CTOK_UCS4

    ctypedef size_t (*ctok_transcode_fn)(const void* units, ctok_width width, size_t n, uint8_t* out)

    size_t ctok_unit_bytes(ctok_width width)
    size_t ctok_units_cut(const void* units, ctok_width width, size_t n, size_t at)
