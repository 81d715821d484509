/*  simd/avx512.h: a block is one vector of 64 bytes; a comparison gives its bits at once.
 *  Needs AVX-512 F and BW. */
#ifndef CTOK_SIMD_AVX512_H
#define CTOK_SIMD_AVX512_H

#if defined(__x86_64__)
#include <immintrin.h>

#include "ctok/simd.h"

#define CTOK_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx2,bmi,bmi2,lzcnt,popcnt")))

/*  c - low <= span, wrapping: only the bytes low .. low + span */
CTOK_AVX512 CTOK_BODY uint64_t ctok_range_avx512(__m512i x, char low, char span) {
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(x, _mm512_set1_epi8(low)),
                                  _mm512_set1_epi8(span));
}

/*  x == c */
CTOK_AVX512 CTOK_BODY uint64_t ctok_is_avx512(__m512i x, char c) {
    return _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(c));
}

CTOK_AVX512 CTOK_BODY void ctok_classify_avx512(const uint8_t *text, ctok_block *block) {
    const __m512i x = _mm512_loadu_si512((const void *)text);
    /* letters: (c | 0x20) - 'a' < 26 */
    block->letters = ctok_range_avx512(_mm512_or_si512(x, _mm512_set1_epi8(0x20)), 'a', 25);
    block->capitals = ctok_range_avx512(x, 'A', 25);
    block->digits = ctok_range_avx512(x, '0', 9);
    block->space = ctok_is_avx512(x, ' ');
    block->newline = ctok_is_avx512(x, '\n') | ctok_is_avx512(x, '\r');
    block->blank = (ctok_range_avx512(x, '\t', 4) & ~block->newline) | block->space;
    block->apostrophe = ctok_is_avx512(x, '\'');
    block->slash = ctok_is_avx512(x, '/');
    block->high = (uint64_t)_mm512_movepi8_mask(x);
}

/*  Vectors of 32 bytes: most pieces are short, and wider ones were no faster. */
CTOK_AVX512 CTOK_BODY uint32_t ctok_lowest_of_avx512(const uint32_t *values, size_t n) {
    return ctok_lowest_of_avx2(values, n);
}

#endif /* __x86_64__ */
#endif /* CTOK_SIMD_AVX512_H */
