/*  simd/avx512.h: a block is one vector of 64 bytes; a comparison gives its bits at once.
 *  Needs AVX-512 F, BW, DQ, VL, VBMI and VBMI2, and GFNI. */
#ifndef CTOK_SIMD_AVX512_H
#define CTOK_SIMD_AVX512_H

#if defined(__x86_64__)
#include "ctok/simd/intrinsics.h"

#include "ctok/simd.h"

#define CTOK_AVX512                                                                                \
    __attribute__((target(                                                                         \
        "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,gfni,avx2,bmi,bmi2,lzcnt,popcnt")))

/*  c - low <= span, wrapping: only the bytes low .. low + span */
CTOK_AVX512 CTOK_BODY uint64_t ctok_range_avx512(__m512i x, char low, char span) {
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(x, _mm512_set1_epi8(low)),
                                  _mm512_set1_epi8(span));
}

/*  x == c */
CTOK_AVX512 CTOK_BODY uint64_t ctok_is_avx512(__m512i x, char c) {
    return _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(c));
}

/*  What ASCII is, bit by bit: letter, capital, digit, space; newline, blank, apostrophe, slash. */
static const uint8_t ctok_ascii_avx512[128] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x04, 0x08, 0x04, 0x04, 0x08, 0,    0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0x14, 0,    0,    0,    0,    0,    0,    0x02, 0,    0,    0,    0,    0,    0,    0,    0x01,
    0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0,    0,    0,    0,    0,    0,
    0,    0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0,
    0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0xC0, 0,    0,    0,    0,    0,
    0,    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0,    0,    0,    0,    0,
};

/*  One load and one store: what reads the block need not wait until smaller stores are done. */
CTOK_AVX512 CTOK_BODY void ctok_pad_avx512(const uint8_t *text, size_t n, uint8_t *block) {
    _mm512_storeu_si512((void *)block,
                        _mm512_maskz_loadu_epi8(_bzhi_u64(UINT64_MAX, (unsigned)n), text));
}

CTOK_AVX512 CTOK_BODY void ctok_classify_avx512(const uint8_t *text, ctok_block *block) {
    const __m512i x = _mm512_loadu_si512((const void *)text);
    block->high = (uint64_t)_mm512_movepi8_mask(x);
    const __m512i bits = _mm512_maskz_permutex2var_epi8(
        ~block->high, _mm512_loadu_si512((const void *)ctok_ascii_avx512), x,
        _mm512_loadu_si512((const void *)(ctok_ascii_avx512 + 64)));
    /* each bit of all bytes, moved to their highest */
    block->letters = (uint64_t)_mm512_movepi8_mask(bits);
    block->capitals = (uint64_t)_mm512_movepi8_mask(_mm512_slli_epi64(bits, 1));
    block->digits = (uint64_t)_mm512_movepi8_mask(_mm512_slli_epi64(bits, 2));
    block->space = (uint64_t)_mm512_movepi8_mask(_mm512_slli_epi64(bits, 3));
    block->newline = (uint64_t)_mm512_movepi8_mask(_mm512_slli_epi64(bits, 4));
    block->blank = (uint64_t)_mm512_movepi8_mask(_mm512_slli_epi64(bits, 5));
    block->apostrophe = (uint64_t)_mm512_movepi8_mask(_mm512_slli_epi64(bits, 6));
    block->slash = (uint64_t)_mm512_movepi8_mask(_mm512_slli_epi64(bits, 7));
}

CTOK_AVX512 CTOK_BODY uint64_t ctok_between_avx512(const uint8_t *text, uint8_t low, uint8_t high) {
    return ctok_range_avx512(_mm512_loadu_si512((const void *)text), (char)low, (char)(high - low));
}

CTOK_AVX512 CTOK_BODY __m512i ctok_counting_avx512(void) {
    return _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46,
                           45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28,
                           27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10,
                           9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

/*  places[k] = place of the mask's k-th bit */
CTOK_AVX512 CTOK_BODY __m512i ctok_places_avx512(uint64_t mask) {
    return _mm512_maskz_compress_epi8(mask, ctok_counting_avx512());
}

CTOK_AVX512 CTOK_NOINLINE void ctok_unpack_many_avx512(uint64_t mask, size_t base, size_t *out,
                                                       size_t count) {
    uint8_t places[64];
    _mm512_storeu_si512((void *)places, ctok_places_avx512(mask));
    for (size_t k = 0; k < count; k++)
        out[k] = base + places[k];
}

/*  Up to 24 bits, which are nearly all masks of text, without a branch. */
CTOK_AVX512 CTOK_BODY size_t ctok_unpack_avx512(uint64_t mask, size_t base, size_t *out) {
    const size_t count = (size_t)_mm_popcnt_u64(mask);
    const __m512i bases = _mm512_set1_epi64((long long)base);
    const __m512i places = ctok_places_avx512(mask);
    __m128i sixteen = _mm512_castsi512_si128(places);
    /* out[k] = base + places[k] */
    _mm512_storeu_si512((void *)out, _mm512_add_epi64(bases, _mm512_cvtepu8_epi64(sixteen)));
    _mm512_storeu_si512(
        (void *)(out + 8),
        _mm512_add_epi64(bases, _mm512_cvtepu8_epi64(_mm_unpackhi_epi64(sixteen, sixteen))));
    sixteen = _mm512_extracti32x4_epi32(places, 1);
    _mm512_storeu_si512((void *)(out + 16), _mm512_add_epi64(bases, _mm512_cvtepu8_epi64(sixteen)));
    if (CTOK_UNLIKELY(count > 24))
        ctok_unpack_many_avx512(mask, base, out, count);
    return count;
}

/*  Vectors of 32 bytes: most pieces are short, and wider ones were no faster. */
CTOK_AVX512 CTOK_BODY uint32_t ctok_lowest_of_avx512(const uint32_t *values, size_t n) {
    return ctok_lowest_of_avx2(values, n);
}

CTOK_AVX512 CTOK_BODY uint32_t ctok_lowest_in_lanes_avx512(const uint32_t *rows, size_t n,
                                                           uint32_t *lowest) {
    const __m512i none = _mm512_set1_epi32(-1);
    __m512i low = none;
    for (size_t i = 0; i < n; i++)
        low = _mm512_min_epu32(low, _mm512_loadu_si512((const void *)(rows + CTOK_LANES * i)));
    _mm512_storeu_si512((void *)lowest, low);
    return _mm512_cmpneq_epi32_mask(low, none);
}

CTOK_AVX512 CTOK_BODY unsigned ctok_match_pair_avx512(const uint64_t *line, uint64_t key) {
    const __m512i slots = _mm512_loadu_si512((const void *)line);
    return _mm512_cmpeq_epi64_mask(_mm512_srli_epi64(slots, 22), _mm512_set1_epi64((long long)key));
}

CTOK_AVX512 CTOK_BODY void ctok_take_avx512(const ctok_line *line, const uint64_t *key,
                                            uint64_t *value) {
    const __m256i keys = _mm256_loadu_si256((const __m256i *)line->keys);
    const __m256i values = _mm256_loadu_si256((const __m256i *)line->values);
    /* *value = the first values[i] with keys[i] == *key, or 0 */
    const __mmask8 found = _mm256_cmpeq_epi64_mask(keys, _mm256_set1_epi64x((long long)*key));
    const __m256i taken = _mm256_maskz_compress_epi64(found, values);
    _mm_storel_epi64((__m128i *)value, _mm256_castsi256_si128(taken));
}

CTOK_AVX512 CTOK_BODY void ctok_take_many_avx512(const ctok_line *lines, const uint64_t *places,
                                                 const uint64_t *keys, size_t n, uint64_t *values) {
    for (size_t i = 0; i < n; i++)
        ctok_take_avx512(ctok_line_of(lines, places, i), &keys[i], &values[i]);
}

CTOK_AVX512 CTOK_BODY size_t ctok_zeros_avx512(const uint64_t *values, size_t n, uint16_t *places) {
    __m128i indexes = _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7);
    size_t count = 0;
    for (size_t i = 0; i < n; i += 8) {
        const __m512i eight = _mm512_loadu_si512((const void *)(values + i));
        /* bit k = values[i + k] is 0, and is one of the n */
        const unsigned zeros =
            _bzhi_u32(_mm512_testn_epi64_mask(eight, eight), n - i < 8 ? (unsigned)(n - i) : 8);
        _mm_storeu_si128((__m128i *)(void *)(places + count),
                         _mm_maskz_compress_epi16((__mmask8)zeros, indexes));
        count += (size_t)_mm_popcnt_u32(zeros);
        indexes = _mm_add_epi16(indexes, _mm_set1_epi16(8));
    }
    return count;
}

CTOK_AVX512 CTOK_BODY void ctok_take_pair_avx512(const ctok_pair_line *line, const uint64_t *key,
                                                 uint64_t *first, uint64_t *second) {
    const __m128i *const quarters = (const __m128i *)(const void *)line;
    /* bit i = lows[i] == key[0] && highs[i] == key[1] */
    const __mmask8 low =
        _mm_cmpeq_epi64_mask(_mm_loadu_si128(quarters), _mm_set1_epi64x((long long)key[0]));
    const __mmask8 found = _mm_mask_cmpeq_epi64_mask(low, _mm_loadu_si128(quarters + 1),
                                                     _mm_set1_epi64x((long long)key[1]));
    /* the values of that bit, or 0 */
    _mm_storel_epi64((__m128i *)(void *)first,
                     _mm_maskz_compress_epi64(found, _mm_loadu_si128(quarters + 2)));
    _mm_storel_epi64((__m128i *)(void *)second,
                     _mm_maskz_compress_epi64(found, _mm_loadu_si128(quarters + 3)));
}

CTOK_AVX512 CTOK_BODY size_t ctok_pack_avx512(const uint64_t *answers, uint32_t *out,
                                              size_t *used) {
    const __m512i eight = _mm512_loadu_si512((const void *)answers);
    /* bit i = bit 31 of answer i is set; then the lowest bit that is not */
    const __mmask8 plain = _mm512_test_epi64_mask(eight, _mm512_set1_epi64((long long)1 << 31));
    const unsigned packed = (unsigned)_tzcnt_u32(~(unsigned)plain);
    /* the halves that are ids: all but CTOK_NO_ID */
    const __mmask16 there =
        (__mmask16)_bzhi_u32(_mm512_cmpneq_epi32_mask(eight, _mm512_set1_epi32(-1)), 2 * packed);
    const __m512i ids = _mm512_and_si512(
        eight, _mm512_set1_epi64((long long)(UINT64_C(0xFFFFFFFF00000000) | 0x1FFFFF)));
    _mm512_storeu_si512((void *)out, _mm512_maskz_compress_epi32(there, ids));
    *used += (size_t)_mm_popcnt_u32(there);
    return packed;
}

CTOK_AVX512 CTOK_BODY size_t ctok_utf8_avx512(const void *units, ctok_width width, uint8_t *out,
                                              size_t *used) {
    __m512i c, bytes;
    if (width == CTOK_UCS1) {
        const __m256i narrow = _mm256_loadu_si256((const __m256i *)units);
        if (!_mm256_movemask_epi8(narrow)) {
            _mm256_storeu_si256((__m256i *)out, narrow);
            *used += 32;
            return 32;
        }
        /* C0 | c >> 6 and 80 | c & 3F where c >= 0x80, the second byte of a pair; else c there */
        c = _mm512_cvtepu8_epi16(narrow);
        const __mmask32 two = _mm512_test_epi16_mask(c, _mm512_set1_epi16(0x80));
        bytes = _mm512_or_si512(_mm512_srli_epi16(c, 6), _mm512_set1_epi16((short)0x80C0));
        bytes = _mm512_or_si512(bytes,
                                _mm512_slli_epi16(_mm512_and_si512(c, _mm512_set1_epi16(0x3F)), 8));
        bytes = _mm512_mask_blend_epi16(two, _mm512_slli_epi16(c, 8), bytes);
        const __mmask64 there = _mm512_movepi8_mask(
            _mm512_mask_set1_epi16(_mm512_set1_epi16((short)0x8000), two, (short)0x8080));
        _mm512_storeu_si512((void *)out, _mm512_maskz_compress_epi8(there, bytes));
        *used += (size_t)_mm_popcnt_u64(there);
        return 32;
    }
    if (width == CTOK_UCS2) {
        const __m512i all = _mm512_loadu_si512(units);
        if (!_mm512_test_epi16_mask(all, _mm512_set1_epi16((short)0xFF80))) {
            _mm256_storeu_si256((__m256i *)out, _mm512_cvtepi16_epi8(all));
            *used += 32;
            return 32;
        }
        c = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(all));
    } else {
        c = _mm512_loadu_si512(units);
        if (!_mm512_test_epi32_mask(c, _mm512_set1_epi32((int)0xFFFFFF80))) {
            _mm_storeu_si128((__m128i *)(void *)out, _mm512_cvtepi32_epi8(c));
            *used += 16;
            return 16;
        }
    }
    if (_mm512_cmpeq_epi32_mask(_mm512_srli_epi32(c, 11), _mm512_set1_epi32(0x1B)))
        return 0;
    /* four bytes a unit, the last on top: 80 | c & 3F, 80 | c >> 6 & 3F, ... under a lead of as
     * many bits as there are bytes; then the bytes that are not there go */
    const __m512i six = _mm512_set1_epi32(0x3F);
    const __mmask16 one = _mm512_cmplt_epu32_mask(c, _mm512_set1_epi32(0x80));
    const __mmask16 three = _mm512_cmpge_epu32_mask(c, _mm512_set1_epi32(0x800));
    const __mmask16 four = _mm512_cmpge_epu32_mask(c, _mm512_set1_epi32(0x10000));
    __m512i marks = _mm512_set1_epi32((int)0x80C00000), kept;
    marks = _mm512_mask_blend_epi32(three, marks, _mm512_set1_epi32((int)0x8080E000));
    marks = _mm512_mask_blend_epi32(four, marks, _mm512_set1_epi32((int)0x808080F0));
    bytes = _mm512_or_si512(_mm512_slli_epi32(_mm512_and_si512(c, six), 24), marks);
    bytes = _mm512_or_si512(bytes,
                            _mm512_slli_epi32(_mm512_and_si512(_mm512_srli_epi32(c, 6), six), 16));
    bytes = _mm512_or_si512(bytes,
                            _mm512_slli_epi32(_mm512_and_si512(_mm512_srli_epi32(c, 12), six), 8));
    bytes = _mm512_or_si512(bytes, _mm512_srli_epi32(c, 18));
    bytes = _mm512_mask_slli_epi32(bytes, one, c, 24);
    kept = _mm512_mask_blend_epi32(one, marks, _mm512_set1_epi32((int)0x80000000));
    const __mmask64 there = _mm512_movepi8_mask(kept);
    _mm512_storeu_si512((void *)out, _mm512_maskz_compress_epi8(there, bytes));
    *used += (size_t)_mm_popcnt_u64(there);
    return 16;
}

/*  table[x & 127], 128 bytes */
CTOK_AVX512 CTOK_BODY __m512i ctok_in_table_avx512(const uint8_t *table, __m512i x) {
    return _mm512_permutex2var_epi8(_mm512_loadu_si512((const void *)table), x,
                                    _mm512_loadu_si512((const void *)(table + 64)));
}

CTOK_AVX512 CTOK_BODY uint64_t ctok_parted_avx512(const uint8_t *text, const uint8_t *sides) {
    const __m512i left = _mm512_loadu_si512((const void *)text);
    const __m512i right = _mm512_loadu_si512((const void *)(text + 1));
    /* sides[left] & sides[256 + right], sides[128 + left] & sides[384 + right] */
    return _mm512_test_epi8_mask(ctok_in_table_avx512(sides, left),
                                 ctok_in_table_avx512(sides + 256, right)) |
           _mm512_test_epi8_mask(ctok_in_table_avx512(sides + 128, left),
                                 ctok_in_table_avx512(sides + 384, right));
}

CTOK_AVX512 CTOK_BODY uint64_t ctok_paged_avx512(const uint8_t *text, const uint8_t *pages) {
    const __m512i first = _mm512_loadu_si512((const void *)text);
    const __m512i second = _mm512_loadu_si512((const void *)(text + 1));
    /* (first & 15) << 3 | (second & 0x38) >> 3 */
    const __m512i index =
        _mm512_or_si512(_mm512_slli_epi16(_mm512_and_si512(first, _mm512_set1_epi8(15)), 3),
                        _mm512_srli_epi16(_mm512_and_si512(second, _mm512_set1_epi8(0x38)), 3));
    /* 1 << (second & 7) */
    const __m512i bit = _mm512_shuffle_epi8(_mm512_set1_epi64((long long)0x8040201008040201),
                                            _mm512_and_si512(second, _mm512_set1_epi8(7)));
    return _mm512_test_epi8_mask(ctok_in_table_avx512(pages, index), bit);
}

CTOK_AVX512 CTOK_BODY uint64_t ctok_starting_avx512(const uint8_t *text, const ctok_start *starts,
                                                    size_t n) {
    const __m512i x = _mm512_loadu_si512((const void *)text);
    uint64_t mask = 0;
    for (size_t k = 0; k < n; k++) { /* text[i] == first && (text[i + 1] == second || !mask) */
        uint64_t found = ctok_is_avx512(x, (char)starts[k].first);
        if (CTOK_UNLIKELY(found != 0) && starts[k].mask)
            found &= ctok_is_avx512(_mm512_loadu_si512((const void *)(text + 1)),
                                    (char)starts[k].second);
        mask |= found;
    }
    return mask;
}

/*  table[index[i]], of the index's lowest seven bits */
CTOK_AVX512 CTOK_BODY __m512i ctok_of_128_avx512(const uint8_t *table, __m512i index) {
    return _mm512_permutex2var_epi8(_mm512_loadu_si512((const void *)table), index,
                                    _mm512_loadu_si512((const void *)(table + 64)));
}

/*  What entries say of up to 64 bytes of ASCII at once. Each begins with the state that is likely
 *  behind it, and is told anew by what is told of the one before it, until nothing changes: then that
 *  is what following them one by one gives. Mostly two rounds do, since after a few characters it does
 *  not matter any more what stood before them.
 *
 *      tables  as the leaf `follow` has them
 *      kind    of each byte
 *      first   what the bytes of `firsts` are behind, each in its place
 *      valid   the bytes that matter
 *      entries in: the likely ones; out: what they are
 *      return  0 when so many rounds were not enough, but the entries are better */
CTOK_AVX512 CTOK_BODY int ctok_settle_avx512(const uint8_t *tables, __m512i kind, __m512i first,
                                             uint64_t firsts, uint64_t valid, int rounds,
                                             __m512i *entries) {
    const __m512i one_before = _mm512_sub_epi8(ctok_counting_avx512(), _mm512_set1_epi8(1));
    const __mmask64 high = _mm512_movepi8_mask(kind);
    __m512i all = *entries;
    for (int round = 0; round < rounds; round++) {
        const __m512i before = _mm512_mask_permutexvar_epi8(first, ~firsts, one_before, all);
        /* index = (kind & ~15) | (before & 15) */
        const __m512i index = _mm512_ternarylogic_epi64(_mm512_set1_epi8(15), before, kind, 0xCA);
        __m512i next = ctok_of_128_avx512(tables + 128, index);
        if (high) /* more than eight kinds */
            next = _mm512_mask_mov_epi8(next, high, ctok_of_128_avx512(tables + 256, index));
        if (round && !_mm512_mask_cmpneq_epi8_mask(valid, next, all)) {
            *entries = next;
            return 1;
        }
        all = next;
    }
    *entries = all;
    return 0;
}

/*  The bits of mask, and those of `over` that stand in a row behind one of them. */
CTOK_BODY uint64_t ctok_filled(uint64_t mask, uint64_t over) {
    return mask | (over & ~(over + (mask << 1 & over)));
}

#define CTOK_UNSETTLED 65

/*  64 bytes of ASCII: their trace, of those before the first one that the tables do not tell; or
 *  CTOK_UNSETTLED. Mostly all settle at once; else what goes on with a run is left out, and told as the
 *  run's second byte is. */
CTOK_AVX512 CTOK_BODY unsigned ctok_follow_kinds_avx512(const uint8_t *tables, __m512i bytes,
                                                        __m512i first, uint64_t firsts,
                                                        uint8_t *entry, __m512i row,
                                                        ctok_trace *trace) {
    const __m512i kind = ctok_of_128_avx512(tables, bytes);
    uint64_t need = ~(uint64_t)0;
    __m512i all = kind; /* whose lower half is the likely state */
    if (CTOK_UNLIKELY(!ctok_settle_avx512(tables, kind, first, firsts, need, 3, &all))) {
        const __m512i before = _mm512_permutexvar_epi8(
            _mm512_sub_epi8(ctok_counting_avx512(), _mm512_set1_epi8(1)), kind);
        const __mmask64 runs = _mm512_cmplt_epu8_mask(kind, _mm512_set1_epi8((char)tables[384]));
        const uint64_t same = _mm512_mask_cmpeq_epi8_mask(runs & ~firsts, kind, before);
        need = ~(same & same << 1);
        all = _mm512_maskz_compress_epi8(need, all);
        if (!ctok_settle_avx512(tables, _mm512_maskz_compress_epi8(need, kind), first,
                                _pext_u64(firsts, need), ctok_below((unsigned)_mm_popcnt_u64(need)),
                                8, &all))
            return CTOK_UNSETTLED;
    }
    uint64_t may = _mm512_test_epi8_mask(all, _mm512_set1_epi8(CTOK_ENTRY_MAY));
    uint64_t end = _mm512_test_epi8_mask(all, _mm512_set1_epi8(CTOK_ENTRY_END));
    uint64_t late = _mm512_test_epi8_mask(all, _mm512_set1_epi8(CTOK_ENTRY_LATE));
    uint64_t whole = _mm512_test_epi8_mask(_mm512_shuffle_epi8(row, all), _mm512_set1_epi8(1));
    if (~need) {
        may = ctok_filled(_pdep_u64(may, need), ~need);
        end = _pdep_u64(end, need);
        late = _pdep_u64(late, need);
        whole = ctok_filled(_pdep_u64(whole, need), ~need);
    }
    unsigned done = 64;
    if (CTOK_UNLIKELY(may & end & late)) {
        done = ctok_lowest(may & end & late);
        may &= ctok_below(done);
        end &= ctok_below(done);
        late &= ctok_below(done);
        if (done == 0) /* and *entry stays */
            return 0;
    }
    /* the last of them that was not left out */
    const unsigned last = (unsigned)_mm_popcnt_u64(need & ctok_below(done)) - 1;
    *entry = (uint8_t)_mm_cvtsi128_si32(_mm512_castsi512_si128(
        _mm512_permutexvar_epi8(_mm512_castsi128_si512(_mm_cvtsi32_si128((int)last)), all)));
    trace->may = may;
    trace->end = end;
    trace->late = late;
    trace->whole = whole;
    return done;
}

CTOK_AVX512 CTOK_BODY unsigned ctok_follow_avx512(const uint8_t *entries, size_t width,
                                                  const uint8_t *kinds, const uint8_t *text,
                                                  unsigned n, uint8_t *entry, ctok_trace *trace) {
    if (CTOK_LIKELY(n == 64 && kinds)) {
        const __m512i bytes = _mm512_loadu_si512((const void *)text);
        const int ascii = !_mm512_movepi8_mask(bytes);
        unsigned done = *entry < 0x80 ? CTOK_UNSETTLED : 0;
        if (CTOK_LIKELY(ascii && done))
            done = ctok_follow_kinds_avx512(kinds, bytes,
                                            _mm512_castsi128_si512(_mm_cvtsi32_si128(*entry)), 1,
                                            entry, _mm512_setzero_si512(), trace);
        if (CTOK_LIKELY(done && done <= 64))
            return done;
        n = done ? 64 : 16; /* behind what the tables do not tell they tell again */
    }
    return ctok_follow_avx2(entries, width, kinds, text, n, entry, trace);
}

CTOK_AVX512 CTOK_BODY unsigned ctok_follow_pieces_avx512(const uint8_t *entries, size_t width,
                                                         const uint8_t *kinds, const uint8_t *text,
                                                         uint64_t starts, ctok_trace *trace) {
    const __m512i bytes = _mm512_loadu_si512((const void *)text);
    if (CTOK_LIKELY(kinds && !_mm512_movepi8_mask(bytes))) {
        uint8_t entry;
        const unsigned done = ctok_follow_kinds_avx512(
            kinds, bytes, _mm512_setzero_si512(), starts | 1, &entry,
            _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(entries + 128 * width))),
            trace);
        if (CTOK_LIKELY(done && done <= 64))
            return done;
    }
    return ctok_follow_pieces_avx2(entries, width, kinds, text, starts, trace);
}

/*  Bit i is set when x[i] is not of a set. */
CTOK_AVX512 CTOK_BODY uint64_t ctok_outside_of_avx512(const uint8_t *set, __m512i x) {
    const __m512i columns = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)set));
    const __m512i bits = _mm512_set1_epi64((long long)0x8040201008040201);
    /* has = set[(x >> 7) * 16 + (x & 15)]; bit = 1 << (x >> 4 & 7) */
    const __m512i column =
        _mm512_ternarylogic_epi64(_mm512_and_si512(x, _mm512_set1_epi8(15)),
                                  _mm512_srli_epi16(x, 3), _mm512_set1_epi8(16), 0xF8);
    const __m512i bit =
        _mm512_shuffle_epi8(bits, _mm512_and_si512(_mm512_srli_epi16(x, 4), _mm512_set1_epi8(15)));
    return _mm512_testn_epi8_mask(_mm512_permutexvar_epi8(column, columns), bit);
}

CTOK_AVX512 CTOK_BODY uint64_t ctok_outside_avx512(const uint8_t *set, const uint8_t *text) {
    return ctok_outside_of_avx512(set, _mm512_loadu_si512((const void *)text));
}

CTOK_AVX512 CTOK_BODY size_t ctok_skip_avx512(const uint8_t *set, const uint8_t *text, size_t n) {
    for (size_t at = 0; at < n; at += 64) {
        const __mmask64 left = n - at < 64 ? ctok_below((unsigned)(n - at)) : ~(uint64_t)0;
        const __m512i x = _mm512_maskz_loadu_epi8(left, text + at);
        const uint64_t mask = ctok_outside_of_avx512(set, x) & left;
        if (mask)
            return at + ctok_lowest(mask);
    }
    return n;
}

#endif /* __x86_64__ */
#endif /* CTOK_SIMD_AVX512_H */
