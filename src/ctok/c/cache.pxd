from libc.stdint cimport uint8_t, uint64_t

cdef extern from "ctok/cache.h" nogil:
    const size_t CTOK_CACHE_BYTES

    ctypedef struct ctok_cache:
        pass

    uint64_t ctok_record_hash(const uint8_t* p, size_t length)
    size_t ctok_cache_lay_out(ctok_cache* cache, size_t size, void* memory)
