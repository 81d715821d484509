/*  simd.h: the few operations that know the processor.
 *
 *      classify    what a block of 64 bytes is made of, one bit a byte; only ASCII is told
 *                  apart, `high` marks the rest
 *      lowest_of   the lowest of some numbers
 *
 *  Each backend has a leaf of each in simd/; all leaves give what the scalar one gives.
 */
#ifndef CTOK_SIMD_H
#define CTOK_SIMD_H

#include "ctok/base.h"

typedef struct ctok_block {
    uint64_t letters;  /* A-Z a-z */
    uint64_t capitals; /* A-Z */
    uint64_t digits;   /* 0-9 */
    uint64_t space;    /* U+0020 */
    uint64_t blank;    /* U+0020, tab, vertical tab, form feed */
    uint64_t newline;  /* CR, LF */
    uint64_t apostrophe;
    uint64_t slash;
    uint64_t high; /* 0x80 and above */
} ctok_block;

typedef void (*ctok_classify_fn)(const uint8_t *text, ctok_block *block);

/*  The lowest of n numbers; n is a multiple of 8, at least 8. */
typedef uint32_t (*ctok_lowest_of_fn)(const uint32_t *values, size_t n);

#include "ctok/simd/scalar.h"

#if (defined(__x86_64__) || defined(_M_X64)) && (defined(__GNUC__) || defined(__clang__)) &&       \
    !defined(CTOK_NO_SIMD)
#define CTOK_X86 1
#include "ctok/simd/avx2.h"
#include "ctok/simd/avx512.h"
#endif

#if defined(__aarch64__) && !defined(CTOK_NO_SIMD) && (defined(__GNUC__) || defined(__clang__))
#define CTOK_ARM 1
#include "ctok/simd/neon.h"
#endif

/*  Bit helpers; a zero argument is never passed. */
CTOK_BODY unsigned ctok_lowest(uint64_t mask) {
#if defined(__GNUC__) || defined(__clang__)
    return (unsigned)__builtin_ctzll(mask);
#else
    unsigned long at;
    _BitScanForward64(&at, mask);
    return (unsigned)at;
#endif
}

CTOK_BODY unsigned ctok_highest(uint64_t mask) {
#if defined(__GNUC__) || defined(__clang__)
    return 63u - (unsigned)__builtin_clzll(mask);
#else
    unsigned long at;
    _BitScanReverse64(&at, mask);
    return (unsigned)at;
#endif
}

/*  The bits below `at`, 0 <= at <= 64. */
CTOK_BODY uint64_t ctok_below(unsigned at) {
    return at >= 64 ? UINT64_MAX : ((uint64_t)1 << at) - 1;
}

#endif /* CTOK_SIMD_H */
