from libc.stdint cimport uint32_t

cdef extern from "ctok/base.h" nogil:
    const char* CTOK_VERSION
    const uint32_t CTOK_MAX_IDS
    const uint32_t CTOK_MAX_RANKS
    const uint32_t CTOK_NO_ID
    const uint32_t CTOK_NO_RANK

    ctypedef enum ctok_status:
        CTOK_OK
        CTOK_OUTPUT_FULL
        CTOK_SCRATCH_FULL
        CTOK_PAUSED
        CTOK_UNKNOWN_ID
        CTOK_DUPLICATE

    void CTOK_PREFETCH(const void* p)
    size_t ctok_claim(size_t* counter, size_t count)
