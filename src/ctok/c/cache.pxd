cdef extern from "ctok/cache.h" nogil:
    const size_t CTOK_CACHE_BYTES

    ctypedef struct ctok_cache:
        pass

    size_t ctok_cache_lay_out(ctok_cache* cache, size_t size, void* memory)
