/*  base.h: the words that every other header uses.
 *
 *  ctok's C core allocates nothing, prints nothing, aborts never and keeps no global
 *  state: callers lend memory, functions return counts or a ctok_status.
 *
 *      text    bytes, UTF-8; a byte outside any valid sequence is a piece of punctuation
 *      id      a token's number in the vocabulary, below CTOK_MAX_IDS
 *      rank    how early a pair of neighbours merges; the lowest first
 *      piece   what pretokenizing yields; merging never crosses its ends
 */
#ifndef CTOK_BASE_H
#define CTOK_BASE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32) && defined(small)
#undef small /* <windows.h> makes it char */
#endif

#define CTOK_VERSION "0.1.0"

/*  Ids fit 21 bits and ranks 22, so that a pair and its rank fill one 64-bit slot. */
#define CTOK_MAX_IDS ((uint32_t)1 << 21)
#define CTOK_MAX_RANKS (((uint32_t)1 << 22) - 1)
#define CTOK_NO_ID UINT32_MAX
#define CTOK_NO_RANK UINT32_MAX

typedef enum ctok_status {
    CTOK_OK = 0,
    CTOK_OUTPUT_FULL,  /* lend a larger output and call again: the work goes on from there */
    CTOK_SCRATCH_FULL, /* lend the scratch that the state names and call again */
    CTOK_PAUSED,       /* the budget of this call is used up; call again to go on */
    CTOK_UNKNOWN_ID,   /* an id that the vocabulary does not have */
    CTOK_DUPLICATE     /* a key that the table already holds */
} ctok_status;

#if defined(__GNUC__) || defined(__clang__)
#define CTOK_BODY static inline __attribute__((always_inline, unused))
#define CTOK_FUNCTION static __attribute__((unused))
#define CTOK_NOINLINE static __attribute__((noinline, unused))
#define CTOK_LIKELY(x) __builtin_expect(!!(x), 1)
#define CTOK_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define CTOK_PREFETCH(p) __builtin_prefetch(p)
#elif defined(_MSC_VER)
#include <intrin.h>
#define CTOK_BODY static __forceinline
#define CTOK_FUNCTION static
#define CTOK_NOINLINE static __declspec(noinline)
#define CTOK_LIKELY(x) (x)
#define CTOK_UNLIKELY(x) (x)
#define CTOK_PREFETCH(p) ((void)(p))
#else
#define CTOK_BODY static inline
#define CTOK_FUNCTION static
#define CTOK_NOINLINE static
#define CTOK_LIKELY(x) (x)
#define CTOK_UNLIKELY(x) (x)
#define CTOK_PREFETCH(p) ((void)(p))
#endif

/*  Unaligned little-endian loads: memcpy compiles to one instruction. */
CTOK_BODY uint64_t ctok_load64(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/*  The first `length` (0..8) bytes at `at` as a little-endian number, reading no byte past them. */
CTOK_BODY uint64_t ctok_load_short(const uint8_t *at, size_t length) {
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

/*  Spreads a 64-bit key over all bits (the finalizer of splitmix64; Steele, Lea, Flood 2014). */
CTOK_BODY uint64_t ctok_mix64(uint64_t key) {
    key ^= key >> 30;
    key *= UINT64_C(0xBF58476D1CE4E5B9);
    key ^= key >> 27;
    key *= UINT64_C(0x94D049BB133111EB);
    return key ^ (key >> 31);
}

/*  Takes the next `count` numbers from a counter that threads share; returns the first. */
CTOK_BODY size_t ctok_claim(size_t *counter, size_t count) {
#if defined(__GNUC__) || defined(__clang__)
    return __atomic_fetch_add(counter, count, __ATOMIC_RELAXED);
#elif defined(_WIN64)
    return (size_t)_InterlockedExchangeAdd64((volatile __int64 *)counter, (__int64)count);
#else
    return (size_t)_InterlockedExchangeAdd((volatile long *)counter, (long)count);
#endif
}

#endif /* CTOK_BASE_H */
