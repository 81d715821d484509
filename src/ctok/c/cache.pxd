from libc.stdint cimport uint8_t, uint64_t

cdef extern from "ctok/cache.h" nogil:
    const size_t CTOK_CACHE_BYTES, CTOK_CACHE_FIRST_BYTES

    ctypedef struct ctok_cache:
        uint64_t puts

    uint64_t ctok_record_hash(const uint8_t* p, size_t length)
    size_t ctok_cache_lay_out(ctok_cache* cache, size_t size, void* memory)
    bint ctok_cache_is_full(const ctok_cache* cache)
    void ctok_cache_move(const ctok_cache* old, ctok_cache* new)
