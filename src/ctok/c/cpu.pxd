cdef extern from "ctok/cpu.h" nogil:
    ctypedef enum ctok_backend:
        CTOK_PLAIN_BACKEND
        CTOK_SCALAR_BACKEND
        CTOK_AVX2_BACKEND
        CTOK_AVX512_BACKEND
        CTOK_NEON_BACKEND

    int ctok_cpu_runs(ctok_backend backend)
