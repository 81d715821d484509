/*  cpu.h: which backends does this processor run? */
#ifndef CTOK_CPU_H
#define CTOK_CPU_H

#include "ctok/base.h"

typedef enum ctok_backend {
    CTOK_PLAIN_BACKEND,
    CTOK_SCALAR_BACKEND,
    CTOK_AVX2_BACKEND,
    CTOK_AVX512_BACKEND,
    CTOK_NEON_BACKEND
} ctok_backend;

/*  1 when the processor, and its operating system, run the backend's instructions. A backend
 *  that was not compiled is nobody's to ask about. */
CTOK_FUNCTION int ctok_cpu_runs(ctok_backend backend) {
    switch (backend) {
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
    case CTOK_AVX2_BACKEND:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
               __builtin_cpu_supports("bmi2");
    case CTOK_AVX512_BACKEND:
        return ctok_cpu_runs(CTOK_AVX2_BACKEND) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
               __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("gfni");
#endif
    default:
        return 1;
    }
}

#endif /* CTOK_CPU_H */
