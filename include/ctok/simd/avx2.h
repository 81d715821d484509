/*  simd/avx2.h: a block as two vectors of 32 bytes. Needs AVX2, BMI1, BMI2. */
#include "ctok/simd.h" /* before the guard: it includes this leaf, then those that build on it */

#ifndef CTOK_SIMD_AVX2_H
#define CTOK_SIMD_AVX2_H

#if defined(__x86_64__)
#include "ctok/simd/intrinsics.h"

#define CTOK_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))

/*  bit i = byte i of low and high is not 0 */
#define CTOK_BITS_AVX2(low, high)                                                                  \
    ((uint64_t)(uint32_t)_mm256_movemask_epi8(low) |                                               \
     (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32)

/*  x - low <= span, wrapping: only the bytes low .. low + span */
CTOK_AVX2 CTOK_BODY __m256i ctok_range_avx2(__m256i x, char low, char span) {
    const __m256i d = _mm256_sub_epi8(x, _mm256_set1_epi8(low));
    return _mm256_cmpeq_epi8(_mm256_min_epu8(d, _mm256_set1_epi8(span)), d);
}

/*  x == c */
CTOK_AVX2 CTOK_BODY __m256i ctok_is_avx2(__m256i x, char c) {
    return _mm256_cmpeq_epi8(x, _mm256_set1_epi8(c));
}

CTOK_AVX2 CTOK_BODY void ctok_pad_avx2(const uint8_t *text, size_t n, uint8_t *block) {
    ctok_pad_scalar(text, n, block);
}

CTOK_AVX2 CTOK_BODY void ctok_classify_avx2(const uint8_t *text, ctok_block *block) {
    const __m256i a = _mm256_loadu_si256((const __m256i *)text);
    const __m256i b = _mm256_loadu_si256((const __m256i *)(text + 32));
    const __m256i fold = _mm256_set1_epi8(0x20);
    /* letters: (c | 0x20) - 'a' < 26 */
    block->letters = CTOK_BITS_AVX2(ctok_range_avx2(_mm256_or_si256(a, fold), 'a', 25),
                                    ctok_range_avx2(_mm256_or_si256(b, fold), 'a', 25));
    /* capitals: c - 'A' < 26 */
    block->capitals = CTOK_BITS_AVX2(ctok_range_avx2(a, 'A', 25), ctok_range_avx2(b, 'A', 25));
    /* digits: c - '0' < 10 */
    block->digits = CTOK_BITS_AVX2(ctok_range_avx2(a, '0', 9), ctok_range_avx2(b, '0', 9));
    /* space: c == ' ' */
    block->space = CTOK_BITS_AVX2(ctok_is_avx2(a, ' '), ctok_is_avx2(b, ' '));
    /* newline: c == '\n' || c == '\r' */
    block->newline = CTOK_BITS_AVX2(_mm256_or_si256(ctok_is_avx2(a, '\n'), ctok_is_avx2(a, '\r')),
                                    _mm256_or_si256(ctok_is_avx2(b, '\n'), ctok_is_avx2(b, '\r')));
    /* blank: ' ' or a control of 9..13 that is no newline */
    block->blank = (CTOK_BITS_AVX2(ctok_range_avx2(a, '\t', 4), ctok_range_avx2(b, '\t', 4)) &
                    ~block->newline) |
                   block->space;
    /* apostrophe: c == '\''; slash: c == '/' */
    block->apostrophe = CTOK_BITS_AVX2(ctok_is_avx2(a, '\''), ctok_is_avx2(b, '\''));
    block->slash = CTOK_BITS_AVX2(ctok_is_avx2(a, '/'), ctok_is_avx2(b, '/'));
    /* high: the top bit */
    block->high = CTOK_BITS_AVX2(a, b);
}

CTOK_AVX2 CTOK_BODY uint64_t ctok_between_avx2(const uint8_t *text, uint8_t low, uint8_t high) {
    const __m256i a = _mm256_loadu_si256((const __m256i *)text);
    const __m256i b = _mm256_loadu_si256((const __m256i *)(text + 32));
    return CTOK_BITS_AVX2(ctok_range_avx2(a, (char)low, (char)(high - low)),
                          ctok_range_avx2(b, (char)low, (char)(high - low)));
}

/*  Eight at a time: the loop ends by how many eights there are, which is easier to foretell than
 *  how many bits. An empty mask gives 64 as the place of its lowest bit, and stays empty. */
CTOK_AVX2 CTOK_BODY size_t ctok_unpack_avx2(uint64_t mask, size_t base, size_t *out) {
    const size_t count = (size_t)_mm_popcnt_u64(mask);
    for (size_t i = 0; i < count; i += 8)
        for (size_t j = 0; j < 8; j++) {
            out[i + j] = base + (size_t)_tzcnt_u64(mask);
            mask &= mask - 1;
        }
    return count;
}

CTOK_AVX2 CTOK_BODY uint32_t ctok_lowest_of_avx2(const uint32_t *values, size_t n) {
    /* lowest[lane] = min(values[lane], values[lane + 8], ...) */
    __m256i lowest = _mm256_loadu_si256((const __m256i *)values);
    for (size_t i = 8; i < n; i += 8)
        lowest = _mm256_min_epu32(lowest, _mm256_loadu_si256((const __m256i *)(values + i)));
    /* of eight lanes four, of four two, of two one */
    __m128i half =
        _mm_min_epu32(_mm256_castsi256_si128(lowest), _mm256_extracti128_si256(lowest, 1));
    half = _mm_min_epu32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_min_epu32(half, _mm_shuffle_epi32(half, 0xB1));
    return (uint32_t)_mm_cvtsi128_si32(half);
}

CTOK_AVX2 CTOK_BODY uint32_t ctok_lowest_in_lanes_avx2(const uint32_t *rows, size_t n,
                                                       uint32_t *lowest) {
    const __m256i none = _mm256_set1_epi32(-1);
    __m256i low = none, high = none; /* lanes 0..7 and 8..15 */
    for (size_t i = 0; i < n; i++) {
        low = _mm256_min_epu32(low, _mm256_loadu_si256((const __m256i *)(rows + CTOK_LANES * i)));
        high = _mm256_min_epu32(high,
                                _mm256_loadu_si256((const __m256i *)(rows + CTOK_LANES * i + 8)));
    }
    _mm256_storeu_si256((__m256i *)&lowest[0], low);
    _mm256_storeu_si256((__m256i *)&lowest[8], high);
    const int shut = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(low, none))) |
                     _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(high, none))) << 8;
    return (uint32_t)shut ^ 0xFFFF;
}

CTOK_AVX2 CTOK_BODY unsigned ctok_match_pair_avx2(const uint64_t *line, uint64_t key) {
    const __m256i wanted = _mm256_set1_epi64x((long long)key);
    const __m256i low = _mm256_srli_epi64(_mm256_loadu_si256((const __m256i *)line), 22);
    const __m256i high = _mm256_srli_epi64(_mm256_loadu_si256((const __m256i *)(line + 4)), 22);
    return (unsigned)(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(low, wanted))) |
                      _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(high, wanted)))
                          << 4);
}

/*  Of a line: values[k] where keys[k] is the key, else 0. */
CTOK_AVX2 CTOK_BODY __m256i ctok_taken_avx2(const ctok_line *line, const uint64_t *key) {
    return _mm256_and_si256(_mm256_loadu_si256((const __m256i *)line->values),
                            _mm256_cmpeq_epi64(_mm256_loadu_si256((const __m256i *)line->keys),
                                               _mm256_set1_epi64x((long long)*key)));
}

CTOK_AVX2 CTOK_BODY void ctok_take_avx2(const ctok_line *line, const uint64_t *key,
                                        uint64_t *value) {
    const __m256i taken = ctok_taken_avx2(line, key);
    /* *value = taken[0] | taken[1] | taken[2] | taken[3] */
    __m128i half = _mm_or_si128(_mm256_castsi256_si128(taken), _mm256_extracti128_si256(taken, 1));
    half = _mm_or_si128(half, _mm_unpackhi_epi64(half, half));
    _mm_storel_epi64((__m128i *)value, half);
}

/*  Four at a time, which have the shuffles in common. */
CTOK_AVX2 CTOK_BODY void ctok_take_many_avx2(const ctok_line *lines, const uint64_t *places,
                                             const uint64_t *keys, size_t n, uint64_t *values) {
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256i taken[4];
        for (unsigned k = 0; k < 4; k++)
            taken[k] = ctok_taken_avx2(ctok_line_of(lines, places, i + k), &keys[i + k]);
        /* {a0 | a1, b0 | b1, a2 | a3, b2 | b3} of lines a and b, and of c and d */
        const __m256i first = _mm256_or_si256(_mm256_unpacklo_epi64(taken[0], taken[1]),
                                              _mm256_unpackhi_epi64(taken[0], taken[1]));
        const __m256i second = _mm256_or_si256(_mm256_unpacklo_epi64(taken[2], taken[3]),
                                               _mm256_unpackhi_epi64(taken[2], taken[3]));
        _mm256_storeu_si256((__m256i *)(values + i),
                            _mm256_or_si256(_mm256_permute2x128_si256(first, second, 0x20),
                                            _mm256_permute2x128_si256(first, second, 0x31)));
    }
    for (; i < n; i++)
        ctok_take_avx2(ctok_line_of(lines, places, i), &keys[i], &values[i]);
}

/*  The places of the bits of a number. */
static const uint16_t ctok_places_avx2[16][4] = {
    {0, 0, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {2, 0, 0, 0}, {0, 2, 0, 0},
    {1, 2, 0, 0}, {0, 1, 2, 0}, {3, 0, 0, 0}, {0, 3, 0, 0}, {1, 3, 0, 0}, {0, 1, 3, 0},
    {2, 3, 0, 0}, {0, 2, 3, 0}, {1, 2, 3, 0}, {0, 1, 2, 3},
};

CTOK_AVX2 CTOK_BODY size_t ctok_zeros_avx2(const uint64_t *values, size_t n, uint16_t *places) {
    __m128i before = _mm_setzero_si128(); /* numbers */
    size_t count = 0;
    for (size_t i = 0; i < n; i += 4) {
        const __m256i four = _mm256_loadu_si256((const __m256i *)(values + i));
        /* bit k = values[i + k] is 0 */
        const unsigned zeros = (unsigned)_mm256_movemask_pd(
            _mm256_castsi256_pd(_mm256_cmpeq_epi64(four, _mm256_setzero_si256())));
        const __m128i found =
            _mm_loadl_epi64((const __m128i *)(const void *)ctok_places_avx2[zeros]);
        _mm_storel_epi64((__m128i *)(void *)(places + count), _mm_add_epi16(found, before));
        count += (size_t)_mm_popcnt_u32(zeros);
        before = _mm_add_epi16(before, _mm_set1_epi16(4));
    }
    while (count && places[count - 1] >= n) /* none of the n */
        count--;
    return count;
}

CTOK_AVX2 CTOK_BODY void ctok_take_pair_avx2(const ctok_pair_line *line, const uint64_t *key,
                                             uint64_t *first, uint64_t *second) {
    const __m128i *const quarters = (const __m128i *)(const void *)line;
    /* there[i] = lows[i] == key[0] && highs[i] == key[1] ? all ones : 0 */
    const __m128i there = _mm_and_si128(
        _mm_cmpeq_epi64(_mm_loadu_si128(quarters), _mm_set1_epi64x((long long)key[0])),
        _mm_cmpeq_epi64(_mm_loadu_si128(quarters + 1), _mm_set1_epi64x((long long)key[1])));
    const __m128i firsts = _mm_and_si128(there, _mm_loadu_si128(quarters + 2));
    const __m128i seconds = _mm_and_si128(there, _mm_loadu_si128(quarters + 3));
    /* {firsts[0] | firsts[1], seconds[0] | seconds[1]} */
    const __m128i taken =
        _mm_or_si128(_mm_unpacklo_epi64(firsts, seconds), _mm_unpackhi_epi64(firsts, seconds));
    *first = (uint64_t)_mm_cvtsi128_si64(taken);
    *second = (uint64_t)_mm_extract_epi64(taken, 1);
}

/*  Where the 32-bit halves of four answers go: bit i of the row says that answer i has one id. */
static const uint32_t ctok_packs_avx2[16][8] = {
    {0, 1, 2, 3, 4, 5, 6, 7}, {0, 2, 3, 4, 5, 6, 7, 7}, {0, 1, 2, 4, 5, 6, 7, 7},
    {0, 2, 4, 5, 6, 7, 7, 7}, {0, 1, 2, 3, 4, 6, 7, 7}, {0, 2, 3, 4, 6, 7, 7, 7},
    {0, 1, 2, 4, 6, 7, 7, 7}, {0, 2, 4, 6, 7, 7, 7, 7}, {0, 1, 2, 3, 4, 5, 6, 6},
    {0, 2, 3, 4, 5, 6, 6, 6}, {0, 1, 2, 4, 5, 6, 6, 6}, {0, 2, 4, 5, 6, 6, 6, 6},
    {0, 1, 2, 3, 4, 6, 6, 6}, {0, 2, 3, 4, 6, 6, 6, 6}, {0, 1, 2, 4, 6, 6, 6, 6},
    {0, 2, 4, 6, 6, 6, 6, 6},
};

CTOK_AVX2 CTOK_BODY size_t ctok_pack_avx2(const uint64_t *answers, uint32_t *out, size_t *used) {
    const __m256i keep = _mm256_set1_epi64x((long long)(UINT64_C(0xFFFFFFFF00000000) | 0x1FFFFF));
    size_t count = 0;
    for (unsigned i = 0; i < 8; i += 4) {
        const __m256i four = _mm256_loadu_si256((const __m256i *)(answers + i));
        /* bit i = bit 31 of answer i is set; then the lowest bit that is not */
        const unsigned plain =
            (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_slli_epi64(four, 32)));
        const unsigned packed = (unsigned)_tzcnt_u32(~plain);
        /* bit i = the second half of answer i is CTOK_NO_ID */
        const unsigned single = (unsigned)_mm256_movemask_pd(
            _mm256_castsi256_pd(_mm256_cmpeq_epi32(four, _mm256_set1_epi32(-1))));
        const __m256i ids = _mm256_permutevar8x32_epi32(
            _mm256_and_si256(four, keep),
            _mm256_loadu_si256((const __m256i *)ctok_packs_avx2[single]));
        _mm256_storeu_si256((__m256i *)(out + count), ids);
        count += packed + (size_t)_mm_popcnt_u32(_bzhi_u32(~single, packed));
        if (packed < 4) {
            *used += count;
            return i + packed;
        }
    }
    *used += count;
    return 8;
}

/*  The high half of each number of 64 bits goes down to the low half's bytes, above which as many bits
 *  are free as the low half of `gaps` says. */
CTOK_AVX2 CTOK_BODY __m256i ctok_close_avx2(__m256i x, __m256i gaps) {
    const __m256i low = _mm256_set1_epi64x(0xFFFFFFFF);
    return _mm256_or_si256(
        _mm256_and_si256(x, low),
        _mm256_srlv_epi64(_mm256_andnot_si256(low, x), _mm256_and_si256(gaps, low)));
}

/*  Two numbers, the first at out + first, the other at out + second. */
CTOK_AVX2 CTOK_BODY void ctok_write_avx2(__m128i x, uint8_t *out, size_t first, size_t second) {
    _mm_storel_epi64((__m128i *)(void *)(out + first), x);
    _mm_storel_epi64((__m128i *)(void *)(out + second), _mm_unpackhi_epi64(x, x));
}

/*  How many bytes the first `count` characters have; of `bits` bits for each one are set for all that it
 *  has but the first one. */
CTOK_AVX2 CTOK_BODY size_t ctok_bytes_avx2(uint64_t more, unsigned bits, unsigned count) {
    return count + (size_t)_mm_popcnt_u64(_bzhi_u64(more, bits * count));
}

/*  Sixteen characters below 0x800; `one`: those of one byte. */
CTOK_AVX2 CTOK_BODY size_t ctok_utf8_twos_avx2(__m256i c, __m256i one, uint8_t *out) {
    /* C0 | c >> 6 and 80 | c & 3F, or c */
    const __m256i last = _mm256_slli_epi16(_mm256_and_si256(c, _mm256_set1_epi16(0x3F)), 8);
    const __m256i two = _mm256_or_si256(_mm256_or_si256(_mm256_srli_epi16(c, 6), last),
                                        _mm256_set1_epi16((short)0x80C0));
    __m256i x = _mm256_blendv_epi8(two, c, one);
    /* two characters in 32 bits: the second goes down by a byte where the first has one */
    const __m256i low = _mm256_set1_epi32(0xFFFF);
    x = _mm256_or_si256(_mm256_and_si256(x, low),
                        _mm256_srlv_epi32(_mm256_andnot_si256(low, x),
                                          _mm256_and_si256(one, _mm256_set1_epi32(8))));
    /* four in 64 bits: -8 * -1 for each of the first two that has one byte */
    x = ctok_close_avx2(x, _mm256_madd_epi16(one, _mm256_set1_epi16(-8)));
    const uint32_t more = ~(uint32_t)_mm256_movemask_epi8(one) & 0x55555555;
    ctok_write_avx2(_mm256_castsi256_si128(x), out, 0, ctok_bytes_avx2(more, 2, 4));
    ctok_write_avx2(_mm256_extracti128_si256(x, 1), out, ctok_bytes_avx2(more, 2, 8),
                    ctok_bytes_avx2(more, 2, 12));
    return ctok_bytes_avx2(more, 2, 16);
}

/*  Sixteen characters below 0x10000. */
CTOK_AVX2 CTOK_BODY size_t ctok_utf8_threes_avx2(__m256i c, __m256i one, uint8_t *out) {
    const __m256i small = _mm256_cmpeq_epi16(_mm256_min_epu16(c, _mm256_set1_epi16(0x7FF)), c);
    /* E0 | c >> 12 above a zero; 80 | c >> 6 & 3F and 80 | c & 3F */
    const __m256i six = _mm256_set1_epi16(0x3F);
    const __m256i leads =
        _mm256_or_si256(_mm256_and_si256(_mm256_srli_epi16(c, 4), _mm256_set1_epi16(0x0F00)),
                        _mm256_set1_epi16((short)0xE000));
    __m256i tails = _mm256_or_si256(_mm256_and_si256(_mm256_srli_epi16(c, 6), six),
                                    _mm256_slli_epi16(_mm256_and_si256(c, six), 8));
    tails = _mm256_or_si256(tails, _mm256_set1_epi16((short)0x8080));
    /* where there are two bytes C0 | c >> 6, where there is one c on top */
    tails = _mm256_or_si256(tails, _mm256_and_si256(small, _mm256_set1_epi16(0x40)));
    tails = _mm256_blendv_epi8(tails, _mm256_slli_epi16(c, 8), one);
    /* below the bytes 8 bits are free, and 8 for each byte that there is less than three; then above */
    const __m256i gaps =
        _mm256_sub_epi16(_mm256_set1_epi16(8), _mm256_slli_epi16(_mm256_add_epi16(one, small), 3));
    const __m256i low_gaps = _mm256_unpacklo_epi16(gaps, _mm256_setzero_si256());
    const __m256i high_gaps = _mm256_unpackhi_epi16(gaps, _mm256_setzero_si256());
    const __m256i low =
        ctok_close_avx2(_mm256_srlv_epi32(_mm256_unpacklo_epi16(leads, tails), low_gaps), low_gaps);
    const __m256i high = ctok_close_avx2(
        _mm256_srlv_epi32(_mm256_unpackhi_epi16(leads, tails), high_gaps), high_gaps);
    const uint32_t more = ~(uint32_t)_mm256_movemask_epi8(
        _mm256_blendv_epi8(one, small, _mm256_set1_epi16((short)0xFF00)));
    ctok_write_avx2(_mm256_castsi256_si128(low), out, 0, ctok_bytes_avx2(more, 2, 2));
    ctok_write_avx2(_mm256_castsi256_si128(high), out, ctok_bytes_avx2(more, 2, 4),
                    ctok_bytes_avx2(more, 2, 6));
    ctok_write_avx2(_mm256_extracti128_si256(low, 1), out, ctok_bytes_avx2(more, 2, 8),
                    ctok_bytes_avx2(more, 2, 10));
    ctok_write_avx2(_mm256_extracti128_si256(high, 1), out, ctok_bytes_avx2(more, 2, 12),
                    ctok_bytes_avx2(more, 2, 14));
    return ctok_bytes_avx2(more, 2, 16);
}

/*  Eight characters of any size. */
CTOK_AVX2 CTOK_BODY size_t ctok_utf8_fours_avx2(__m256i c, uint8_t *out) {
    const __m256i one = _mm256_cmpgt_epi32(_mm256_set1_epi32(0x80), c);
    const __m256i two = _mm256_cmpgt_epi32(_mm256_set1_epi32(0x800), c);
    const __m256i three = _mm256_cmpgt_epi32(_mm256_set1_epi32(0x10000), c);
    const __m256i six = _mm256_set1_epi32(0x3F);
    /* the last byte on top: 80 | c & 3F, 80 | c >> 6 & 3F, ... under a lead; or c */
    __m256i x = _mm256_blendv_epi8(_mm256_set1_epi32((int)0x808080F0),
                                   _mm256_set1_epi32((int)0x8080E000), three);
    x = _mm256_blendv_epi8(x, _mm256_set1_epi32((int)0x80C00000), two);
    x = _mm256_or_si256(x, _mm256_slli_epi32(_mm256_and_si256(c, six), 24));
    x = _mm256_or_si256(x, _mm256_slli_epi32(_mm256_and_si256(_mm256_srli_epi32(c, 6), six), 16));
    x = _mm256_or_si256(x, _mm256_slli_epi32(_mm256_and_si256(_mm256_srli_epi32(c, 12), six), 8));
    x = _mm256_or_si256(x, _mm256_srli_epi32(c, 18));
    x = _mm256_blendv_epi8(x, _mm256_slli_epi32(c, 24), one);
    /* below the bytes 8 bits are free for each byte that there is less than four; then above */
    const __m256i less = _mm256_add_epi32(_mm256_add_epi32(one, two), three);
    const __m256i gaps = _mm256_slli_epi32(_mm256_abs_epi32(less), 3);
    x = ctok_close_avx2(_mm256_srlv_epi32(x, gaps), gaps);
    const uint32_t more = ~(uint32_t)_mm256_movemask_epi8(_mm256_blendv_epi8(
                              _mm256_blendv_epi8(one, two, _mm256_set1_epi32(0xFF00)), three,
                              _mm256_set1_epi32(0xFF0000))) &
                          0x77777777;
    ctok_write_avx2(_mm256_castsi256_si128(x), out, 0, ctok_bytes_avx2(more, 4, 2));
    ctok_write_avx2(_mm256_extracti128_si256(x, 1), out, ctok_bytes_avx2(more, 4, 4),
                    ctok_bytes_avx2(more, 4, 6));
    return ctok_bytes_avx2(more, 4, 8);
}

/*  Without tables: bytes stand at one end of 16 or 32 bits each, and shifts close the gaps between
 *  them, of which each shift makes one number of two. */
CTOK_AVX2 CTOK_BODY size_t ctok_utf8_avx2(const void *units, ctok_width width, uint8_t *out,
                                          size_t *used) {
    __m256i c;
    if (width == CTOK_UCS1) {
        const __m256i narrow = _mm256_loadu_si256((const __m256i *)units);
        if (!_mm256_movemask_epi8(narrow)) {
            _mm256_storeu_si256((__m256i *)(void *)out, narrow);
            *used += 32;
            return 32;
        }
        c = _mm256_cvtepu8_epi16(_mm256_castsi256_si128(narrow));
    } else if (width == CTOK_UCS2) {
        c = _mm256_loadu_si256((const __m256i *)units);
    } else {
        const __m256i low = _mm256_loadu_si256((const __m256i *)units);
        const __m256i high = _mm256_loadu_si256((const __m256i *)units + 1);
        if (CTOK_UNLIKELY(!_mm256_testz_si256(_mm256_or_si256(low, high),
                                              _mm256_set1_epi32((int)0xFFFF0000)))) {
            if (_mm256_movemask_epi8(
                    _mm256_cmpeq_epi32(_mm256_srli_epi32(low, 11), _mm256_set1_epi32(0x1B))))
                return 0;
            *used += ctok_utf8_fours_avx2(low, out);
            return 8;
        }
        c = _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0xD8);
    }
    if (CTOK_LIKELY(_mm256_testz_si256(c, _mm256_set1_epi16((short)0xFF80)))) {
        _mm_storeu_si128((__m128i *)(void *)out, _mm_packus_epi16(_mm256_castsi256_si128(c),
                                                                  _mm256_extracti128_si256(c, 1)));
        *used += 16;
        return 16;
    }
    const __m256i one = _mm256_cmpeq_epi16(_mm256_min_epu16(c, _mm256_set1_epi16(0x7F)), c);
    if (width == CTOK_UCS1 || _mm256_testz_si256(c, _mm256_set1_epi16((short)0xF800))) {
        *used += ctok_utf8_twos_avx2(c, one, out);
        return 16;
    }
    if (_mm256_movemask_epi8(
            _mm256_cmpeq_epi16(_mm256_and_si256(c, _mm256_set1_epi16((short)0xF800)),
                               _mm256_set1_epi16((short)0xD800))))
        return 0;
    *used += ctok_utf8_threes_avx2(c, one, out);
    return 16;
}

/*  table[x], 128 bytes; 0 where x is 0x80 or more: sixteen of them at a time, and a shuffle gives 0
 *  for the index of a byte that is in others */
CTOK_AVX2 CTOK_BODY __m256i ctok_in_table_avx2(const uint8_t *table, __m256i x) {
    __m256i found = _mm256_setzero_si256();
    for (int k = 0; k < 8; k++) {
        const __m256i row = _mm256_broadcastsi128_si256(
            _mm_loadu_si128((const __m128i *)(const void *)(table + 16 * k)));
        /* x >> 4 == k ? 0x70 | (x & 15) : 0x80 or more */
        const __m256i index = _mm256_adds_epu8(
            _mm256_xor_si256(x, _mm256_set1_epi8((char)(k << 4))), _mm256_set1_epi8(0x70));
        found = _mm256_or_si256(found, _mm256_shuffle_epi8(row, index));
    }
    return found;
}

/*  bit i = the two have a bit in common */
CTOK_AVX2 CTOK_BODY uint64_t ctok_share_avx2(__m256i low, __m256i high) {
    const __m256i zero = _mm256_setzero_si256();
    return ~CTOK_BITS_AVX2(_mm256_cmpeq_epi8(low, zero), _mm256_cmpeq_epi8(high, zero));
}

CTOK_AVX2 CTOK_BODY __m256i ctok_parted_half_avx2(const uint8_t *text, const uint8_t *sides) {
    const __m256i left = _mm256_loadu_si256((const __m256i *)(const void *)text);
    const __m256i right = _mm256_loadu_si256((const __m256i *)(const void *)(text + 1));
    /* (sides[left] & sides[256 + right]) | (sides[128 + left] & sides[384 + right]) */
    return _mm256_or_si256(
        _mm256_and_si256(ctok_in_table_avx2(sides, left), ctok_in_table_avx2(sides + 256, right)),
        _mm256_and_si256(ctok_in_table_avx2(sides + 128, left),
                         ctok_in_table_avx2(sides + 384, right)));
}

CTOK_AVX2 CTOK_BODY uint64_t ctok_parted_avx2(const uint8_t *text, const uint8_t *sides) {
    return ctok_share_avx2(ctok_parted_half_avx2(text, sides),
                           ctok_parted_half_avx2(text + 32, sides));
}

CTOK_AVX2 CTOK_BODY __m256i ctok_paged_half_avx2(const uint8_t *text, const uint8_t *pages) {
    const __m256i first = _mm256_loadu_si256((const __m256i *)(const void *)text);
    const __m256i second = _mm256_loadu_si256((const __m256i *)(const void *)(text + 1));
    /* (first & 15) << 3 | (second & 0x38) >> 3 */
    const __m256i index =
        _mm256_or_si256(_mm256_slli_epi16(_mm256_and_si256(first, _mm256_set1_epi8(15)), 3),
                        _mm256_srli_epi16(_mm256_and_si256(second, _mm256_set1_epi8(0x38)), 3));
    /* 1 << (second & 7) */
    const __m256i bit = _mm256_shuffle_epi8(_mm256_set1_epi64x((long long)0x8040201008040201),
                                            _mm256_and_si256(second, _mm256_set1_epi8(7)));
    return _mm256_and_si256(ctok_in_table_avx2(pages, index), bit);
}

CTOK_AVX2 CTOK_BODY uint64_t ctok_paged_avx2(const uint8_t *text, const uint8_t *pages) {
    return ctok_share_avx2(ctok_paged_half_avx2(text, pages),
                           ctok_paged_half_avx2(text + 32, pages));
}

CTOK_AVX2 CTOK_BODY uint64_t ctok_starting_avx2(const uint8_t *text, const ctok_start *starts,
                                                size_t n) {
    const __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)text);
    const __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)(text + 32));
    const __m256i c = _mm256_loadu_si256((const __m256i *)(const void *)(text + 1));
    const __m256i d = _mm256_loadu_si256((const __m256i *)(const void *)(text + 33));
    __m256i low = _mm256_setzero_si256(), high = low;
    for (size_t k = 0; k < n; k++) {
        /* text[i] == first && (text[i + 1] == second || !mask) */
        const __m256i any = _mm256_set1_epi8((char)~starts[k].mask);
        const __m256i second = _mm256_set1_epi8((char)starts[k].second);
        low = _mm256_or_si256(low,
                              _mm256_and_si256(ctok_is_avx2(a, (char)starts[k].first),
                                               _mm256_or_si256(any, _mm256_cmpeq_epi8(c, second))));
        high = _mm256_or_si256(
            high, _mm256_and_si256(ctok_is_avx2(b, (char)starts[k].first),
                                   _mm256_or_si256(any, _mm256_cmpeq_epi8(d, second))));
    }
    return CTOK_BITS_AVX2(low, high);
}

/*  The state in lane 0: a shuffle takes lane (state & 15), or 0 where bit 7 of the state is set. */
CTOK_AVX2 CTOK_BODY __m128i ctok_next_avx2(const uint8_t *row, size_t width, __m128i state) {
    const __m128i low = _mm_loadu_si128((const __m128i *)row);
    if (width == 16)
        return _mm_shuffle_epi8(low, state); /* row[state] */
    /* state < 16 ? row[state] : row[16 + state % 16] */
    return _mm_or_si128(_mm_shuffle_epi8(low, state),
                        _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(row + 16)),
                                         _mm_xor_si128(state, _mm_set1_epi8((char)0x80))));
}

CTOK_AVX2 CTOK_BODY unsigned ctok_follow_by_avx2(const uint8_t *entries, size_t width,
                                                 const uint8_t *text, unsigned n, uint8_t *entry,
                                                 ctok_trace *trace) {
    __m128i state = _mm_cvtsi32_si128(*entry);
    uint64_t may = 0, end = 0, late = 0;
    unsigned done = 0;
    while (done + 16 <= n && !(may & end) &&
           !_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(text + done)))) {
        __m128i all = state;
        for (unsigned i = done; i < done + 16; i++) {
            state = ctok_next_avx2(entries + width * text[i], width, state);
            all = _mm_alignr_epi8(state, all, 1); /* all = all[1..15], state */
        }
        /* bit i = a bit of all[i], which a shift puts to the top of its byte */
        may |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(all, 3)) << done;
        end |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(all, 2)) << done;
        late |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(all, 1)) << done;
        done += 16;
    }
    *entry = (uint8_t)_mm_cvtsi128_si32(state);
    trace->may = may;
    trace->end = end;
    trace->late = late;
    return done;
}

CTOK_AVX2 CTOK_BODY unsigned ctok_follow_avx2(const uint8_t *entries, size_t width,
                                              const uint8_t *kinds, const uint8_t *text, unsigned n,
                                              uint8_t *entry, ctok_trace *trace) {
    (void)kinds; /* one by one */
    return width == 16 ? ctok_follow_by_avx2(entries, 16, text, n, entry, trace)
                       : ctok_follow_by_avx2(entries, 32, text, n, entry, trace);
}

CTOK_AVX2 CTOK_BODY unsigned ctok_follow_pieces_by_avx2(const uint8_t *entries, size_t width,
                                                        const uint8_t *text, uint64_t starts,
                                                        ctok_trace *trace) {
    uint8_t keep[64 + 16]; /* 0 where the state is forgotten; 15 bytes behind are read */
    __m128i state = _mm_setzero_si128();
    uint64_t may = 0, end = 0, late = 0, whole = 0;
    unsigned done = 0;
    for (int i = 0; i < 64; i += 32) {
        /* keep[i] = starts >> i & 1 ? 0 : 255: byte i takes the byte of its bit, then the bit */
        const __m256i bits =
            _mm256_shuffle_epi8(_mm256_set1_epi32((int)(uint32_t)(starts >> i)),
                                _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2,
                                                 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3));
        const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201);
        _mm256_storeu_si256((__m256i *)(keep + i),
                            _mm256_cmpeq_epi8(_mm256_and_si256(bits, bit), _mm256_setzero_si256()));
    }
    _mm_storeu_si128((__m128i *)(keep + 64), _mm_setzero_si128());
    while (done < 64 && !_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(text + done)))) {
        __m128i all = state;
        for (unsigned i = done; i < done + 16; i++) {
            state = _mm_and_si128(state, _mm_loadu_si128((const __m128i *)(keep + i)));
            state = ctok_next_avx2(entries + width * text[i], width, state);
            all = _mm_alignr_epi8(state, all, 1); /* all = all[1..15], state */
        }
        may |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(all, 3)) << done;
        end |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(all, 2)) << done;
        late |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(all, 1)) << done;
        /* bit 0 of the row of the text's end, to the top */
        const __m128i last = ctok_next_avx2(entries + width * 128, width, all);
        whole |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(last, 7)) << done;
        done += 16;
    }
    trace->may = may;
    trace->end = end;
    trace->late = late;
    trace->whole = whole;
    return done;
}

CTOK_AVX2 CTOK_BODY unsigned ctok_follow_pieces_avx2(const uint8_t *entries, size_t width,
                                                     const uint8_t *kinds, const uint8_t *text,
                                                     uint64_t starts, ctok_trace *trace) {
    (void)kinds; /* one by one */
    return width == 16 ? ctok_follow_pieces_by_avx2(entries, 16, text, starts, trace)
                       : ctok_follow_pieces_by_avx2(entries, 32, text, starts, trace);
}

/*  Bit i, 0..31, is set when text[i] is not of a set. */
CTOK_AVX2 CTOK_BODY uint32_t ctok_outside_half_avx2(const uint8_t *set, const uint8_t *text) {
    const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)set));
    const __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(set + 16)));
    const __m256i bits = _mm256_set1_epi64x((long long)0x8040201008040201);
    const __m256i nibble = _mm256_set1_epi8(15);
    const __m256i x = _mm256_loadu_si256((const __m256i *)text);
    /* has = set[(x >> 7) * 16 + (x & 15)] */
    const __m256i column = _mm256_and_si256(x, nibble);
    const __m256i has =
        _mm256_blendv_epi8(_mm256_shuffle_epi8(low, column), _mm256_shuffle_epi8(high, column), x);
    /* bit = 1 << (x >> 4 & 7), for all of which there are two places in `bits` */
    const __m256i bit =
        _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble));
    const __m256i out = _mm256_cmpeq_epi8(_mm256_and_si256(has, bit), _mm256_setzero_si256());
    return (uint32_t)_mm256_movemask_epi8(out);
}

CTOK_AVX2 CTOK_BODY uint64_t ctok_outside_avx2(const uint8_t *set, const uint8_t *text) {
    return ctok_outside_half_avx2(set, text) | (uint64_t)ctok_outside_half_avx2(set, text + 32)
                                                   << 32;
}

CTOK_AVX2 CTOK_BODY size_t ctok_skip_avx2(const uint8_t *set, const uint8_t *text, size_t n) {
    size_t at = 0;
    for (; n - at >= 32; at += 32) {
        const uint32_t mask = ctok_outside_half_avx2(set, text + at);
        if (mask)
            return at + ctok_lowest(mask);
    }
    return at + ctok_skip_scalar(set, text + at, n - at);
}

#endif /* __x86_64__ */
#endif /* CTOK_SIMD_AVX2_H */
