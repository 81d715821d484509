from libc.stdint cimport uint8_t, uint64_t

cdef extern from "ctok/checksum.h" nogil:
    uint64_t ctok_checksum(const uint8_t* bytes, size_t n)
