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

/*  Those from the 25th bit on. */
CTOK_AVX512 CTOK_NOINLINE void ctok_unpack_many_avx512(uint64_t mask, size_t base, size_t *out,
                                                       size_t count) {
    uint8_t places[64];
    _mm512_storeu_si512((void *)places, ctok_places_avx512(mask));
    for (size_t k = 24; k < count; k += 8) /* out has room for 64 */
        _mm512_storeu_si512(
            (void *)(out + k),
            _mm512_add_epi64(_mm512_set1_epi64((long long)base),
                             _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(places + k)))));
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

/*  The entries of bytes by kinds, each by the state that stands before it.
 *
 *      tables  as the leaf `follow` has them
 *      many    whether there are more than eight kinds */
CTOK_AVX512 CTOK_BODY __m512i ctok_told_avx512(const uint8_t *tables, int many, __m512i kind,
                                               __m512i before) {
    /* index = (kind & ~15) | (before & 15) */
    const __m512i index = _mm512_ternarylogic_epi64(_mm512_set1_epi8(15), before, kind, 0xCA);
    const __m512i low = ctok_of_128_avx512(tables + 128, index);
    if (!many)
        return low;
    return _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(kind),
                                ctok_of_128_avx512(tables + 256, index));
}

#define CTOK_MOST_ROUNDS 20

/*  One round for 64 * count bytes: each is told by the one that stands at `from`, of 128 bytes of which
 *  the second half is the vector and the first half the one before. Returns whether any changed, and
 *  which in `changes` if that is not NULL. */
CTOK_AVX512 CTOK_BODY uint64_t ctok_round_avx512(const unsigned count, const uint8_t *tables,
                                                 int many, const __m512i *kind, const __m512i *from,
                                                 const uint64_t *starts, __m512i *all,
                                                 uint64_t *changes) {
    uint64_t changed = 0;
    for (unsigned i = count; i-- > 0;) {
        const __m512i next = ctok_told_avx512(
            tables, many, kind[i],
            starts ? _mm512_maskz_permutex2var_epi8(~starts[i], all[i], from[i], all[i + 1])
                   : _mm512_permutex2var_epi8(all[i], from[i], all[i + 1]));
        const uint64_t other = _mm512_cmpneq_epi8_mask(next, all[i + 1]);
        if (changes)
            changes[i] = other;
        changed |= other;
        all[i + 1] = next;
    }
    return changed;
}

/*  Marks as untold the first byte that changed, if before it there is a stop, or a byte that is untold
 *  already. What did not change before that is settled, and what is behind is of no use. Returns
 *  whether there is such a byte. */
CTOK_AVX512 CTOK_BODY int ctok_stops_before_avx512(const unsigned count, const uint64_t *changes,
                                                   const __m512i *all, uint64_t *untold) {
    uint64_t stops = 0;
    for (unsigned i = 0; i < count; i++) {
        const __m512i told =
            _mm512_and_si512(all[i + 1], _mm512_set1_epi8(CTOK_ENTRY_STOP | CTOK_ENTRY_LATE));
        stops |= (_mm512_cmpeq_epi8_mask(told, _mm512_set1_epi8(CTOK_ENTRY_STOP)) | untold[i]) &
                 (changes[i] ? ctok_below(ctok_lowest(changes[i])) : ~(uint64_t)0);
        if (!changes[i])
            continue;
        if (stops)
            untold[i] |= (uint64_t)1 << ctok_lowest(changes[i]);
        break;
    }
    return stops != 0;
}

#define CTOK_UNSETTLED (CTOK_FOLLOW_WIDE + 1)

/*  What entries say of 64 * count bytes at once, of those before the first one that is not ASCII or
 *  that the tables do not tell; or CTOK_UNSETTLED. Without starts, of those behind
 *  a stop it may be only some. Each byte begins with the state that is likely behind it, and is told anew by what is told of
 *  the one before it, until nothing changes: then that is what following them one by one gives. Mostly
 *  two rounds do, since after a few characters it does not matter any more what stood before them.
 *
 *      starts  what begins anew, in state 0; NULL where nothing does
 *      row     of the text's end; only where there are starts
 *      entry   in: of the byte before, without starts; out: of the last one that is told, if any */
CTOK_AVX512 CTOK_BODY unsigned ctok_follow_kinds_avx512(const unsigned count, const uint8_t *tables,
                                                        const uint8_t *text, const uint64_t *starts,
                                                        const uint8_t *row, uint8_t *entry,
                                                        ctok_trace *traces) {
    const __m512i before = _mm512_and_si512(
        _mm512_add_epi8(ctok_counting_avx512(), _mm512_set1_epi8(63)), _mm512_set1_epi8(127));
    const int many = (_mm512_movepi8_mask(_mm512_loadu_si512((const void *)tables)) |
                      _mm512_movepi8_mask(_mm512_loadu_si512((const void *)(tables + 64)))) != 0;
    __m512i kind[CTOK_FOLLOW_WIDE / 64], all[CTOK_FOLLOW_WIDE / 64 + 1];
    __m512i from[CTOK_FOLLOW_WIDE / 64];
    uint64_t high[CTOK_FOLLOW_WIDE / 64];
    all[0] = starts ? _mm512_setzero_si512() : _mm512_set1_epi8((char)*entry);
    for (unsigned i = 0; i < count; i++) {
        const __m512i bytes = _mm512_loadu_si512((const void *)(text + 64 * i));
        high[i] = _mm512_movepi8_mask(bytes);
        kind[i] = ctok_of_128_avx512(tables, bytes);
        all[i + 1] = kind[i]; /* whose lower half is the likely state */
        from[i] = before;
    }
    if (high[0] & 1)
        return 0;
    ctok_round_avx512(count, tables, many, kind, from, starts, all, NULL);
    ctok_round_avx512(count, tables, many, kind, from, starts, all, NULL);
    if (CTOK_UNLIKELY(ctok_round_avx512(count, tables, many, kind, from, starts, all, NULL))) {
        /* From the third byte of a run on each is told as the second one is, so it may be told by one
         * that stands up to eight places before it. */
        const __m512i limit = _mm512_set1_epi8((char)tables[384]);
        for (unsigned i = 0; i < count; i++) {
            const uint64_t runs =
                _mm512_cmplt_epu8_mask(kind[i], limit) & ~(starts ? starts[i] : 0) & ~(uint64_t)1;
            const uint64_t same = _mm512_mask_cmpeq_epi8_mask(
                runs, kind[i], _mm512_permutexvar_epi8(before, kind[i]));
            const uint64_t one = same & same << 1, two = one & one << 1, four = two & two << 2;
            from[i] = _mm512_mask_sub_epi8(before, two, before, _mm512_set1_epi8(1));
            from[i] = _mm512_mask_sub_epi8(from[i], four, from[i], _mm512_set1_epi8(2));
            from[i] = _mm512_mask_sub_epi8(from[i], four & four << 4, from[i], _mm512_set1_epi8(4));
        }
        unsigned rounds = CTOK_MOST_ROUNDS;
        uint64_t changes[CTOK_FOLLOW_WIDE / 64];
        do {
            ctok_round_avx512(count, tables, many, kind, from, starts, all, NULL);
            if (!ctok_round_avx512(count, tables, many, kind, from, starts, all, changes))
                break;
            /* what is behind a stop is followed in vain, and may not settle */
            if (!starts && ctok_stops_before_avx512(count, changes, all, high))
                break;
        } while (--rounds);
        if (!rounds)
            return CTOK_UNSETTLED;
    }
    unsigned done = 64 * count;
    for (unsigned i = count; i-- > 0;) {
        ctok_trace *const trace = &traces[i];
        trace->may = _mm512_test_epi8_mask(all[i + 1], _mm512_set1_epi8(CTOK_ENTRY_MAY));
        trace->end = _mm512_test_epi8_mask(all[i + 1], _mm512_set1_epi8(CTOK_ENTRY_END));
        trace->late = _mm512_test_epi8_mask(all[i + 1], _mm512_set1_epi8(CTOK_ENTRY_LATE));
        if (starts)
            trace->whole = _mm512_test_epi8_mask(
                _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)row)),
                                    all[i + 1]),
                _mm512_set1_epi8(1));
        uint64_t untold = trace->may & trace->end & trace->late;
        if (CTOK_UNLIKELY(untold))
            untold &= _mm512_testn_epi8_mask(all[i + 1], _mm512_set1_epi8(15));
        untold |= high[i];
        if (CTOK_UNLIKELY(untold))
            done = 64 * i + ctok_lowest(untold);
    }
    if (CTOK_LIKELY(done == 64 * count)) {
        *entry = (uint8_t)_mm_extract_epi8(_mm512_extracti32x4_epi32(all[count], 3), 15);
    } else if (done) {
        uint8_t bytes[CTOK_FOLLOW_WIDE];
        for (unsigned i = 0; i < count; i++)
            _mm512_storeu_si512((void *)(bytes + 64 * i), all[i + 1]);
        *entry = bytes[done - 1];
        for (unsigned i = 0; i < count; i++) {
            const uint64_t valid = done > 64 * i ? ctok_below(done - 64 * i) : 0;
            traces[i].may &= valid;
            traces[i].end &= valid;
            traces[i].late &= valid;
        }
    }
    return done;
}

CTOK_AVX512 CTOK_BODY unsigned ctok_follow_avx512(const uint8_t *entries, size_t width,
                                                  const uint8_t *kinds, const uint8_t *text,
                                                  unsigned n, uint8_t *entry, ctok_trace *trace) {
    if (CTOK_LIKELY(n == 64 && kinds)) {
        const unsigned done =
            *entry < 0x80 ? ctok_follow_kinds_avx512(1, kinds, text, NULL, NULL, entry, trace) : 0;
        if (CTOK_LIKELY(done && done <= 64))
            return done;
        n = done ? 64 : 16; /* behind what the tables do not tell they tell again */
    }
    return ctok_follow_avx2(entries, width, kinds, text, n, entry, trace);
}

CTOK_AVX512 CTOK_BODY unsigned ctok_follow_pieces_avx512(const uint8_t *entries, size_t width,
                                                         const uint8_t *kinds, const uint8_t *text,
                                                         uint64_t starts, ctok_trace *trace) {
    if (CTOK_LIKELY(kinds)) {
        uint8_t entry = 0;
        starts |= 1;
        const unsigned done =
            ctok_follow_kinds_avx512(1, kinds, text, &starts, entries + 128 * width, &entry, trace);
        if (CTOK_LIKELY(done && done <= 64))
            return done;
    }
    return ctok_follow_pieces_avx2(entries, width, kinds, text, starts, trace);
}

CTOK_AVX512 CTOK_BODY unsigned ctok_follow_wide_avx512(const uint8_t *kinds, const uint8_t *text,
                                                       uint8_t *entry, ctok_trace *traces) {
    return ctok_follow_kinds_avx512(CTOK_FOLLOW_WIDE / 64, kinds, text, NULL, NULL, entry, traces) %
           CTOK_UNSETTLED;
}

CTOK_AVX512 CTOK_BODY unsigned
ctok_follow_wide_pieces_avx512(const uint8_t *kinds, const uint8_t *text, const uint64_t *starts,
                               const uint8_t *row, ctok_trace *traces) {
    uint8_t entry = 0;
    return ctok_follow_kinds_avx512(CTOK_FOLLOW_WIDE / 64, kinds, text, starts, row, &entry,
                                    traces) %
           CTOK_UNSETTLED;
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

/*  Up to 32 pieces at once. */
CTOK_AVX512 CTOK_BODY void ctok_keep_avx512(const uint8_t *removed, const uint8_t *text, size_t n,
                                            size_t *ends, size_t count, uint8_t *kept,
                                            ctok_keeping *keeping) {
    size_t start = keeping->start, next = keeping->next, left = keeping->left;
    size_t used = keeping->used;
    while (next < count && n - start >= 64) {
        const __m512i bytes = _mm512_loadu_si512((const void *)(text + start));
        if (CTOK_UNLIKELY(_mm512_movepi8_mask(bytes)))
            break;
        const uint32_t there =
            (uint32_t)ctok_below(count - next < 32 ? (unsigned)(count - next) : 32);
        const __m512i ones = _mm512_set1_epi64(1);
        const __m512i first = _mm512_set1_epi64((long long)(start + 1));
        const __m512i limit = _mm512_set1_epi64((long long)(start + 64));
        __m512i bits = _mm512_setzero_si512();
        uint32_t inside = 0;
        for (unsigned i = 0; i < 32; i += 8) {
            const __mmask8 some = (__mmask8)(there >> i);
            const __m512i at = _mm512_maskz_loadu_epi64(some, (const void *)(ends + next + i));
            inside |= (uint32_t)_mm512_mask_cmple_epu64_mask(some, at, limit) << i;
            /* a shift by 64 or more gives 0 */
            bits = _mm512_or_si512(
                bits, _mm512_maskz_sllv_epi64(some, ones, _mm512_sub_epi64(at, first)));
        }
        const unsigned pieces = (unsigned)_mm_popcnt_u32(inside);
        if (CTOK_UNLIKELY(!pieces))
            break;
        /* bit i: a piece ends behind text[start + i] */
        const uint64_t lasts = (uint64_t)_mm512_reduce_or_epi64(bits);
        const unsigned size = (unsigned)(ends[next + pieces - 1] - start);
        const uint64_t stay = ctok_outside_of_avx512(removed, bytes) & ctok_below(size);
        const uint64_t found = _pext_u64(lasts, stay);
        const __m512i places = ctok_places_avx512(found);
        const unsigned more = (unsigned)_mm_popcnt_u64(found);
        _mm512_storeu_si512((void *)(kept + used), _mm512_maskz_compress_epi8(stay, bytes));
        /* ends[left + k] = used + 1 + places[k] */
        const __m512i base = _mm512_set1_epi64((long long)(used + 1));
        __m128i eight[4];
        eight[0] = _mm512_castsi512_si128(places);
        eight[1] = _mm_unpackhi_epi64(eight[0], eight[0]);
        eight[2] = _mm512_extracti32x4_epi32(places, 1);
        eight[3] = _mm_unpackhi_epi64(eight[2], eight[2]);
        for (unsigned i = 0; i < 32; i += 8)
            _mm512_mask_storeu_epi64((void *)(ends + left + i), (__mmask8)(ctok_below(more) >> i),
                                     _mm512_add_epi64(base, _mm512_cvtepu8_epi64(eight[i / 8])));
        used += (size_t)_mm_popcnt_u64(stay);
        left += more;
        next += pieces;
        start += size;
    }
    keeping->start = start;
    keeping->next = next;
    keeping->left = left;
    keeping->used = used;
}

CTOK_AVX512 CTOK_BODY size_t ctok_skip_avx512(const uint8_t *set, const uint8_t *text, size_t n) {
    size_t at = 0;
    while (n - at >= 256) {
        uint64_t any = 0;
        for (size_t i = 0; i < 256; i += 64)
            any |= ctok_outside_avx512(set, text + at + i);
        if (any)
            break;
        at += 256;
    }
    for (; at < n; at += 64) {
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
