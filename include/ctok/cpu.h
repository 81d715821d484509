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

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
/*  __builtin_cpu_supports reads a table of the compiler's library, which clang does not link on
 *  Windows and which nobody fills where that library has no constructor: this asks the processor. */
typedef struct ctok_cpuid {
    uint32_t a, b, c, d;
} ctok_cpuid;

CTOK_FUNCTION ctok_cpuid ctok_ask_cpu(uint32_t leaf) {
    ctok_cpuid is;
    __asm__ __volatile__("cpuid"
                         : "=a"(is.a), "=b"(is.b), "=c"(is.c), "=d"(is.d)
                         : "a"(leaf), "c"(0));
    return is;
}

/*  Which registers the system keeps when it changes threads (XCR0). */
CTOK_FUNCTION uint32_t ctok_kept_registers(void) {
    uint32_t low, high;
    __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

#define CTOK_BIT(at) ((uint32_t)1 << (at))
#define CTOK_OSXSAVE_AVX (CTOK_BIT(27) | CTOK_BIT(28) | CTOK_BIT(23)) /* 1, c; and POPCNT */
#define CTOK_LZCNT CTOK_BIT(5)                                        /* 0x80000001, c */
#define CTOK_BMI_AVX2_BMI2 (CTOK_BIT(3) | CTOK_BIT(5) | CTOK_BIT(8))  /* 7, b */
#define CTOK_F_DQ_BW_VL (CTOK_BIT(16) | CTOK_BIT(17) | CTOK_BIT(30) | CTOK_BIT(31)) /* 7, b */
#define CTOK_VBMI_VBMI2_GFNI (CTOK_BIT(1) | CTOK_BIT(6) | CTOK_BIT(8))              /* 7, c */
#define CTOK_YMM 0x06u                                                              /* XCR0 */
#ifdef __APPLE__
#define CTOK_ZMM CTOK_YMM /* macOS keeps the rest from a thread's first use of it on */
#else
#define CTOK_ZMM 0xE6u
#endif

/*  Are all bits of `wanted` set? */
CTOK_BODY int ctok_has(uint32_t bits, uint32_t wanted) { return (bits & wanted) == wanted; }

CTOK_FUNCTION int ctok_x86_runs(ctok_backend backend) {
    const int wide = backend == CTOK_AVX512_BACKEND;
    ctok_cpuid more;
    if (ctok_ask_cpu(0).a < 7 || !ctok_has(ctok_ask_cpu(1).c, CTOK_OSXSAVE_AVX) ||
        !ctok_has(ctok_kept_registers(), wide ? CTOK_ZMM : CTOK_YMM) ||
        ctok_ask_cpu(0x80000000u).a < 0x80000001u ||
        !ctok_has(ctok_ask_cpu(0x80000001u).c, CTOK_LZCNT))
        return 0;
    more = ctok_ask_cpu(7);
    return ctok_has(more.b, CTOK_BMI_AVX2_BMI2) &&
           (!wide || (ctok_has(more.b, CTOK_F_DQ_BW_VL) && ctok_has(more.c, CTOK_VBMI_VBMI2_GFNI)));
}
#endif

/*  1 when the processor, and its operating system, run the backend's instructions. A backend
 *  that was not compiled is nobody's to ask about. */
CTOK_FUNCTION int ctok_cpu_runs(ctok_backend backend) {
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
    /* asked once: in a virtual machine each question takes the host some microseconds */
    static uint32_t known;
    uint32_t runs = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (!runs) {
        runs = CTOK_BIT(CTOK_PLAIN_BACKEND);
        for (int i = CTOK_AVX2_BACKEND; i <= CTOK_AVX512_BACKEND; i++)
            runs |= ctok_x86_runs((ctok_backend)i) ? CTOK_BIT(i) : 0;
        __atomic_store_n(&known, runs, __ATOMIC_RELAXED);
    }
    if (backend == CTOK_AVX2_BACKEND || backend == CTOK_AVX512_BACKEND)
        return runs >> backend & 1;
#endif
    (void)backend;
    return 1;
}

#endif /* CTOK_CPU_H */
