/*  wide.h: where the pieces of 512 or 256 bytes end, all at once: eight or four blocks, one in each
 *  lane of a vector of masks, by the same rules as one block.
 *
 *      ASCII     a byte's classes are a number from a table, bit by bit; AVX-512 makes masks of these
 *                numbers by a product of matrices of bits (gf2p8affineqb) and a transposition, AVX2
 *                takes the bytes' highest bits, and shifts
 *      others    what has many pages of 64 characters or is met often, by sets (see unicode_tables.h);
 *                the rest page by page: for each that the bytes have, its 64 categories are a table of
 *                numbers by the last byte; and these become masks in the same way. What is left,
 *                character by character
 *
 *  The row is read at run time: that costs a few branches a block. Rows whose script needs more
 *  than these classes, and the last bytes of a text, are for ctok_scan_body.
 *
 *  Oracle  ctok_piece_end_body, as for one block
 */
#ifndef CTOK_WIDE_H
#define CTOK_WIDE_H

#include "ctok/scan.h"

/*  How many bytes a backend scans at once, and by what. */
#define ctok_wide_scalar 0
#define ctok_wide_neon 0
#define ctok_wide_avx2 256
#define ctok_wide_avx512 512
#define ctok_scan_wide_scalar NULL
#define ctok_scan_wide_neon NULL
#define ctok_scan_wide_avx2 ctok_scan_wide_256
#define ctok_scan_wide_avx512 ctok_scan_wide_512

/*  May they be used for a row? */
CTOK_BODY int ctok_is_wide(const ctok_family *row) {
    return row->script != CTOK_SCRIPT_PAUSES && row->script != CTOK_SCRIPT_SIGNS;
}

#ifdef CTOK_X86

/*  What a category is, bit by bit: letter, capital, number, without case; mark, space, sign, other.
 *  In order L, M and N, P and S, Z and C; the second half is White_Space: Zs Zl Zp Cc. */
static const uint8_t ctok_category_bits[64] = {
    0xC0, 0x80, 0xC0, 0x90, 0x90, 0x08, 0x08, 0x08, 0x20, 0x20, 0x20, 0x02, 0x02, 0x02, 0x02, 0x02,
    0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0,    0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    0,    0,    0,    0,    0,    0x04, 0x04, 0x04, 0x04, 0,    0,    0,    0,    0,    0,
};

#define CTOK_BITS_OF_WORDS 0x90 /* of ctok_set_of_words */
#define CTOK_BITS_OF_SIGNS 0x02

/*  So many pages are looked up side by side. */
#define CTOK_PAGES 10

typedef uint64_t ctok_mask512 __attribute__((vector_size(64)));

#define CTOK_WORD ctok_mask512
#define CTOK_BLOCK 512
#define CTOK_PARTS 8
#define CTOK_IN(name) name##_512
#define CTOK_ON CTOK_AVX512 CTOK_BODY
#define CTOK_APART CTOK_AVX512 CTOK_NOINLINE

CTOK_ON ctok_mask512 ctok_up_512(ctok_mask512 x, unsigned k, uint64_t bit) {
    const __m512i before =
        _mm512_alignr_epi64((__m512i)x, _mm512_set1_epi64((long long)(bit << 63)), 7);
    return (ctok_mask512)_mm512_shldv_epi64((__m512i)x, before, _mm512_set1_epi64(k));
}

CTOK_ON ctok_mask512 ctok_down_512(ctok_mask512 x) {
    const __m512i behind = _mm512_maskz_alignr_epi64(0x7F, (__m512i)x, (__m512i)x, 1);
    return (ctok_mask512)_mm512_shrdi_epi64((__m512i)x, behind, 1);
}

CTOK_ON int ctok_any_512(ctok_mask512 x) {
    return _mm512_test_epi64_mask((__m512i)x, (__m512i)x) != 0;
}

/*  The lanes' carries, as bits, run through those that are all ones as in a sum of small numbers. */
CTOK_ON ctok_mask512 ctok_add_512(ctok_mask512 x, ctok_mask512 y) {
    const __m512i ones = _mm512_set1_epi64(-1);
    const __m512i sum = (__m512i)(x + y);
    const unsigned carries = _mm512_cmplt_epu64_mask(sum, (__m512i)x);
    const unsigned full = _mm512_cmpeq_epi64_mask(sum, ones);
    const __mmask8 grows = (__mmask8)((full + 2 * carries) ^ full);
    return (ctok_mask512)_mm512_mask_sub_epi64(sum, grows, sum, ones);
}

CTOK_ON ctok_mask512 ctok_below_512(unsigned at) {
    const __m512i starts = _mm512_setr_epi64(0, 64, 128, 192, 256, 320, 384, 448);
    /* lane k = (1 << min(64, max(0, at - starts[k]))) - 1; a shift by 64 gives 0 */
    const __m512i bits =
        _mm512_max_epi64(_mm512_sub_epi64(_mm512_set1_epi64(at), starts), _mm512_setzero_si512());
    return (ctok_mask512)_mm512_sub_epi64(_mm512_sllv_epi64(_mm512_set1_epi64(1), bits),
                                          _mm512_set1_epi64(1));
}

CTOK_ON uint64_t ctok_bit_512(ctok_mask512 x, unsigned at) {
    const __m512i bit = _mm512_set1_epi64((long long)((uint64_t)1 << at % 64));
    return _mm512_test_epi64_mask((__m512i)x, bit) >> 7;
}

CTOK_ON unsigned ctok_first_512(ctok_mask512 x) {
    const unsigned word = ctok_lowest(_mm512_test_epi64_mask((__m512i)x, (__m512i)x));
    return 64 * word + ctok_lowest(((const uint64_t *)&x)[word]);
}

CTOK_ON unsigned ctok_behind_512(ctok_mask512 x) {
    const uint64_t words = _mm512_test_epi64_mask((__m512i)x, (__m512i)x);
    if (!words)
        return 0;
    const unsigned word = ctok_highest(words);
    return 64 * word + ctok_highest(((const uint64_t *)&x)[word]) + 1;
}

CTOK_ON __m512i ctok_reversed_512(ctok_mask512 x) {
    const __m512i bytes = _mm512_set_epi64(
        0x0001020304050607, 0x08090A0B0C0D0E0F, 0x1011121314151617, 0x18191A1B1C1D1E1F,
        0x2021222324252627, 0x28292A2B2C2D2E2F, 0x3031323334353637, 0x38393A3B3C3D3E3F);
    return _mm512_gf2p8affine_epi64_epi8(_mm512_permutexvar_epi8(bytes, (__m512i)x),
                                         _mm512_set1_epi64((long long)UINT64_C(0x8040201008040201)),
                                         0);
}

CTOK_ON ctok_mask512 ctok_flood_down_512(ctok_mask512 seeds, ctok_mask512 through) {
    const ctok_mask512 way = (ctok_mask512)ctok_reversed_512(through);
    const ctok_mask512 sum = ctok_add_512(way, (ctok_mask512)ctok_reversed_512(seeds));
    return (ctok_mask512)ctok_reversed_512(way & ~sum) | seeds;
}

/*  Bytes of eight blocks, one behind the other. */
typedef struct ctok_columns_512 {
    __m512i blocks[8];
} ctok_columns_512;

/*  Lane i of masks[k] = bit k of the bytes of blocks[i]. */
CTOK_ON void ctok_bits_512(const ctok_columns_512 *columns, ctok_mask512 *masks) {
    const __m512i *const blocks = columns->blocks;
    const __m512i reversed = _mm512_set4_epi32(0x08090A0B, 0x0C0D0E0F, 0x00010203, 0x04050607);
    const __m512i units = _mm512_set1_epi64((long long)UINT64_C(0x8040201008040201));
    /* byte 8 * i + k = byte 8 * k + i */
    const __m512i turned = _mm512_set_epi64(
        0x3F372F271F170F07, 0x3E362E261E160E06, 0x3D352D251D150D05, 0x3C342C241C140C04,
        0x3B332B231B130B03, 0x3A322A221A120A02, 0x3931292119110901, 0x3830282018100800);
    __m512i rows[8], pairs[8], fours[8];
    for (unsigned i = 0; i < 8; i++) {
        /* qword j, byte k = bit k of bytes 8 * j .. 8 * j + 7; then qword k has bit k of all */
        const __m512i bits =
            _mm512_gf2p8affine_epi64_epi8(units, _mm512_shuffle_epi8(blocks[i], reversed), 0);
        rows[i] = _mm512_permutexvar_epi8(turned, bits);
    }
    /* masks[k] = qword k of all rows */
    for (unsigned i = 0; i < 8; i += 2) {
        pairs[i] = _mm512_unpacklo_epi64(rows[i], rows[i + 1]);
        pairs[i + 1] = _mm512_unpackhi_epi64(rows[i], rows[i + 1]);
    }
    for (unsigned i = 0; i < 8; i += 4) {
        for (unsigned odd = 0; odd < 2; odd++) {
            fours[i + odd] = _mm512_shuffle_i64x2(pairs[i + odd], pairs[i + 2 + odd], 0x88);
            fours[i + 2 + odd] = _mm512_shuffle_i64x2(pairs[i + odd], pairs[i + 2 + odd], 0xDD);
        }
    }
    for (unsigned k = 0; k < 4; k++) {
        masks[k] = (ctok_mask512)_mm512_shuffle_i64x2(fours[k], fours[4 + k], 0x88);
        masks[4 + k] = (ctok_mask512)_mm512_shuffle_i64x2(fours[k], fours[4 + k], 0xDD);
    }
}

CTOK_ON ctok_mask512 ctok_load_512(const uint64_t *words) {
    return (ctok_mask512)_mm512_loadu_si512((const void *)words);
}

CTOK_ON int ctok_ascii_512(const uint8_t *text, ctok_columns_512 *columns) {
    const __m512i low_half = _mm512_loadu_si512((const void *)ctok_ascii_avx512);
    const __m512i high_half = _mm512_loadu_si512((const void *)(ctok_ascii_avx512 + 64));
    uint64_t above = 0;
    for (unsigned i = 0; i < 8; i++) {
        const __m512i x = _mm512_loadu_si512((const void *)(text + 64 * i));
        const __mmask64 high = _mm512_movepi8_mask(x);
        columns->blocks[i] = _mm512_maskz_permutex2var_epi8(~high, low_half, x, high_half);
        above |= high;
    }
    return above != 0;
}

CTOK_ON void ctok_ascii_of_512(const ctok_mask512 *bits, ctok_mask512 *masks) {
    for (unsigned k = 0; k < 8; k++)
        masks[k] = bits[k];
}

CTOK_ON void ctok_load_columns_512(const uint8_t *text, ctok_columns_512 *columns) {
    for (unsigned i = 0; i < 8; i++)
        columns->blocks[i] = _mm512_loadu_si512((const void *)(text + 64 * i));
}

/*  The control characters of ASCII. */
CTOK_ON ctok_mask512 ctok_control_512(const uint8_t *text) {
    uint64_t control[8];
    for (unsigned i = 0; i < 8; i++) {
        const __m512i x = _mm512_loadu_si512((const void *)(text + 64 * i));
        control[i] = _mm512_cmplt_epu8_mask(x, _mm512_set1_epi8(0x20)) | ctok_is_avx512(x, 0x7F);
    }
    return ctok_load_512(control);
}

CTOK_ON uint64_t ctok_in_set_of_block_512(const uint8_t (*tables)[64], const uint8_t *block) {
    __m512i rows[3];
    for (unsigned byte = 0; byte < 3; byte++)
        rows[byte] = _mm512_permutexvar_epi8(_mm512_loadu_si512((const void *)(block + byte)),
                                             _mm512_loadu_si512((const void *)tables[byte]));
    return _mm512_test_epi8_mask(_mm512_and_si512(rows[0], rows[1]), rows[2]);
}

CTOK_ON ctok_mask512 ctok_in_set_512(const uint8_t (*tables)[64], const uint8_t *text) {
    uint64_t found[8];
    for (unsigned i = 0; i < 8; i++)
        found[i] = ctok_in_set_of_block_512(tables, text + 64 * i);
    return ctok_load_512(found);
}

CTOK_ON void ctok_add_sets_512(const uint8_t *text, unsigned part, ctok_columns_512 *columns) {
    for (unsigned i = part; i < 8; i++) {
        const uint8_t *const block = text + 64 * i;
        const __mmask64 leads =
            ctok_range_avx512(_mm512_loadu_si512((const void *)block), (char)0xE0, 15);
        columns->blocks[i] =
            _mm512_mask_blend_epi8(leads & ctok_in_set_of_block_512(ctok_set_of_words, block),
                                   columns->blocks[i], _mm512_set1_epi8((char)CTOK_BITS_OF_WORDS));
        columns->blocks[i] =
            _mm512_mask_blend_epi8(leads & ctok_in_set_of_block_512(ctok_set_of_signs, block),
                                   columns->blocks[i], _mm512_set1_epi8((char)CTOK_BITS_OF_SIGNS));
    }
}

CTOK_ON __m512i ctok_page_512(const uint8_t *categories) {
    return _mm512_permutexvar_epi8(_mm512_loadu_si512((const void *)categories),
                                   _mm512_loadu_si512((const void *)ctok_category_bits));
}

CTOK_ON void ctok_add_page_512(__m512i page, const uint8_t *like, uint32_t size,
                               const uint8_t *text, unsigned part, ctok_columns_512 *columns) {
    for (unsigned i = part; i < 8; i++) {
        const uint8_t *const block = text + 64 * i;
        __mmask64 equal = UINT64_MAX;
        for (uint32_t byte = 0; byte < size - 1; byte++)
            equal =
                _mm512_mask_cmpeq_epi8_mask(equal, _mm512_loadu_si512((const void *)(block + byte)),
                                            _mm512_set1_epi8((char)like[byte]));
        columns->blocks[i] = _mm512_mask_permutexvar_epi8(
            columns->blocks[i], equal, _mm512_loadu_si512((const void *)(block + size - 1)), page);
    }
}

CTOK_ON uint64_t ctok_undone_512(const uint8_t *text, const ctok_columns_512 *columns,
                                 unsigned part) {
    const __m512i x = _mm512_loadu_si512((const void *)(text + 64 * part));
    return _mm512_mask_testn_epi8_mask(_mm512_cmpge_epu8_mask(x, _mm512_set1_epi8((char)0xC0)),
                                       columns->blocks[part], columns->blocks[part]);
}

#include "ctok/rules.h"
/* behind the rules, which it uses */
#include "ctok/classes.h"

typedef uint64_t ctok_mask256 __attribute__((vector_size(32)));

#define CTOK_WORD ctok_mask256
#define CTOK_BLOCK 256
#define CTOK_PARTS 8
#define CTOK_IN(name) name##_256
#define CTOK_ON CTOK_AVX2 CTOK_BODY
#define CTOK_APART CTOK_AVX2 CTOK_NOINLINE

CTOK_ON ctok_mask256 ctok_up_256(ctok_mask256 x, unsigned k, uint64_t bit) {
    /* lanes of those before: bit << 63, x[0], x[1], x[2] */
    const __m256i before =
        _mm256_blend_epi32(_mm256_permute4x64_epi64((__m256i)x, 0x90),
                           _mm256_castsi128_si256(_mm_cvtsi64_si128((long long)(bit << 63))), 0x03);
    return x << k | (ctok_mask256)before >> (64 - k);
}

CTOK_ON ctok_mask256 ctok_down_256(ctok_mask256 x) {
    /* lanes of those behind: x[1], x[2], x[3], 0 */
    const __m256i behind = _mm256_blend_epi32(_mm256_permute4x64_epi64((__m256i)x, 0xF9),
                                              _mm256_setzero_si256(), 0xC0);
    return x >> 1 | (ctok_mask256)behind << 63;
}

CTOK_ON int ctok_any_256(ctok_mask256 x) { return !_mm256_testz_si256((__m256i)x, (__m256i)x); }

/*  Bit i: the highest bit of lane i. */
CTOK_ON unsigned ctok_tops_256(ctok_mask256 x) {
    return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd((__m256i)x));
}

/*  Bit i: lane i is not 0. */
CTOK_ON unsigned ctok_words_256(ctok_mask256 x) {
    return ~ctok_tops_256((ctok_mask256)_mm256_cmpeq_epi64((__m256i)x, _mm256_setzero_si256())) &
           15;
}

/*  As ctok_add_512. */
CTOK_ON ctok_mask256 ctok_add_256(ctok_mask256 x, ctok_mask256 y) {
    const __m256i lanes = _mm256_setr_epi64x(1, 2, 4, 8);
    const ctok_mask256 sum = x + y;
    const unsigned carries = ctok_tops_256((x & y) | ((x | y) & ~sum));
    const unsigned full = ctok_words_256(~sum) ^ 15;
    const unsigned grows = (full + 2 * carries) ^ full;
    const __m256i grown = _mm256_and_si256(_mm256_set1_epi64x(grows), lanes);
    return sum - (ctok_mask256)_mm256_cmpeq_epi64(grown, lanes);
}

CTOK_ON ctok_mask256 ctok_below_256(unsigned at) {
    const __m256i starts = _mm256_setr_epi64x(0, 64, 128, 192);
    /* lane k = (1 << max(0, at - starts[k])) - 1; a shift by 64 or more gives 0 */
    const __m256i bits =
        _mm256_max_epi32(_mm256_sub_epi32(_mm256_set1_epi64x(at), starts), _mm256_setzero_si256());
    const __m256i one = _mm256_set1_epi64x(1);
    return (ctok_mask256)_mm256_sub_epi64(_mm256_sllv_epi64(one, bits), one);
}

CTOK_ON uint64_t ctok_bit_256(ctok_mask256 x, unsigned at) { return x[3] >> at % 64 & 1; }

CTOK_ON unsigned ctok_first_256(ctok_mask256 x) {
    const unsigned word = ctok_lowest(ctok_words_256(x));
    return 64 * word + ctok_lowest(((const uint64_t *)&x)[word]);
}

CTOK_ON unsigned ctok_behind_256(ctok_mask256 x) {
    const unsigned words = ctok_words_256(x);
    if (!words)
        return 0;
    const unsigned word = ctok_highest(words);
    return 64 * word + ctok_highest(((const uint64_t *)&x)[word]) + 1;
}

/*  Lane by lane, as it is not often needed. */
CTOK_ON ctok_mask256 ctok_flood_down_256(ctok_mask256 seeds, ctok_mask256 through) {
    uint64_t *const words = (uint64_t *)&seeds;
    uint64_t reached = 0; /* the lowest bit of the lane behind */
    for (unsigned i = 4; i-- > 0;) {
        const uint64_t way = ((const uint64_t *)&through)[i];
        words[i] = ctok_flood_down_64(words[i] | (way & reached << 63), way);
        reached = words[i] & 1;
    }
    return seeds;
}

/*  Bytes of eight halves of blocks, one behind the other. */
typedef struct ctok_columns_256 {
    __m256i halves[8];
} ctok_columns_256;

/*  The halves of a mask. */
CTOK_ON ctok_mask256 ctok_load_256(const uint32_t *halves) {
    return (ctok_mask256)_mm256_loadu_si256((const __m256i *)(const void *)halves);
}

CTOK_ON __m256i ctok_half_256(const uint8_t *text) {
    return _mm256_loadu_si256((const __m256i *)(const void *)text);
}

/*  Exchanges the bits of *low that are `by` above those of `mask` and the bits of *high in it. */
CTOK_ON void ctok_exchange_256(__m256i *low, __m256i *high, int by, char mask) {
    const __m256i other = _mm256_and_si256(_mm256_xor_si256(_mm256_srli_epi16(*low, by), *high),
                                           _mm256_set1_epi8(mask));
    *high = _mm256_xor_si256(*high, other);
    *low = _mm256_xor_si256(*low, _mm256_slli_epi16(other, by));
}

/*  The bytes of each half lane of x and y in turn, of all vectors that are `by` apart. */
CTOK_ON void ctok_unpack_all_256(const __m256i *x, unsigned by, __m256i *y) {
    for (unsigned i = 0; i < 8; i++)
        if (!(i & by)) {
            y[i] = _mm256_unpacklo_epi8(x[i], x[i + by]);
            y[i + by] = _mm256_unpackhi_epi8(x[i], x[i + by]);
        }
}

/*  Lane i of masks[k] = bit k of the bytes of halves[2 * i] and halves[2 * i + 1]. */
CTOK_ON void ctok_bits_256(const ctok_columns_256 *columns, ctok_mask256 *masks) {
    static const uint8_t vectors[8] = {0, 4, 1, 5, 2, 6, 3, 7};
    const __m256i *const halves = columns->halves;
    __m256i x[8], y[8];
    /* 16 of the first 128 bytes, and 16 of the others */
    for (unsigned i = 0; i < 4; i++) {
        x[2 * i] = _mm256_permute2x128_si256(halves[i], halves[4 + i], 0x20);
        x[2 * i + 1] = _mm256_permute2x128_si256(halves[i], halves[4 + i], 0x31);
    }
    /* x[vectors[j]] = bytes j, j + 8, j + 16, ...: each round makes the highest bit of a byte's place
     * in its lane one of its vector's number, and a bit of that the place's lowest */
    ctok_unpack_all_256(x, 4, y);
    ctok_unpack_all_256(y, 2, x);
    ctok_unpack_all_256(x, 1, y);
    ctok_unpack_all_256(y, 4, x);
    for (unsigned j = 0; j < 8; j++)
        y[j] = x[vectors[j]];
    /* byte i of y[j] is eight bits of byte 8 * i + j; then of y[k] it is bit k of eight bytes */
    for (unsigned j = 0; j < 4; j++)
        ctok_exchange_256(&y[j], &y[j + 4], 4, 0x0F);
    for (unsigned j = 0; j < 8; j += 4) {
        ctok_exchange_256(&y[j], &y[j + 2], 2, 0x33);
        ctok_exchange_256(&y[j + 1], &y[j + 3], 2, 0x33);
    }
    for (unsigned j = 0; j < 8; j += 2)
        ctok_exchange_256(&y[j], &y[j + 1], 1, 0x55);
    for (unsigned k = 0; k < 8; k++)
        masks[k] = (ctok_mask256)y[k];
}

CTOK_ON void ctok_load_columns_256(const uint8_t *text, ctok_columns_256 *columns) {
    for (unsigned i = 0; i < 8; i++)
        columns->halves[i] = ctok_half_256(text + 32 * i);
}

/*  By four bits of a byte, the lower and the upper ones; what both have says
 *
 *      80  a letter of the rows from A and a on     08    with 04 a slash, else a space
 *      40  a letter of the rows from P and p on     04    else an apostrophe
 *      20  a capital, if it is a letter             02    a newline
 *      10  a digit                                  01    another blank
 */
CTOK_ON int ctok_ascii_256(const uint8_t *text, ctok_columns_256 *columns) {
    const __m256i lower = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0x78, (char)0xF0, (char)0xF0, (char)0xF0, (char)0xF0, (char)0xF0, (char)0xF0,
                      (char)0xF4, (char)0xF0, (char)0xF1, (char)0xE2, (char)0xA1, (char)0xA1,
                      (char)0xA2, (char)0xA0, (char)0xAC));
    const __m256i upper = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        0x03, 0, 0x0C, 0x10, (char)0xA0, 0x60, (char)0x80, 0x40, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i nibble = _mm256_set1_epi8(15);
    __m256i all = _mm256_setzero_si256();
    for (unsigned i = 0; i < 8; i++) {
        const __m256i x = ctok_half_256(text + 32 * i);
        const __m256i row = _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble);
        /* a shuffle gives 0 for what is not ASCII */
        columns->halves[i] =
            _mm256_and_si256(_mm256_shuffle_epi8(lower, x), _mm256_shuffle_epi8(upper, row));
        all = _mm256_or_si256(all, x);
    }
    return _mm256_movemask_epi8(all) != 0;
}

CTOK_ON void ctok_ascii_of_256(const ctok_mask256 *bits, ctok_mask256 *masks) {
    masks[7] = bits[7] | bits[6];
    masks[6] = masks[7] & bits[5];
    masks[5] = bits[4];
    masks[4] = bits[3] & ~bits[2];
    masks[3] = bits[1];
    masks[2] = masks[4] | bits[0];
    masks[1] = bits[2] & ~bits[3];
    masks[0] = bits[2] & bits[3];
}

CTOK_ON ctok_mask256 ctok_control_256(const uint8_t *text) {
    uint32_t found[8];
    for (unsigned i = 0; i < 8; i++) {
        const __m256i x = ctok_half_256(text + 32 * i);
        found[i] = (uint32_t)_mm256_movemask_epi8(
            _mm256_or_si256(ctok_range_avx2(x, 0, 0x1F), ctok_is_avx2(x, 0x7F)));
    }
    return ctok_load_256(found);
}

/*  64 bytes as four rows of 16, each of them in both halves. */
typedef struct ctok_rows_256 {
    __m256i rows[4];
} ctok_rows_256;

CTOK_ON ctok_rows_256 ctok_rows_of_256(const uint8_t *table) {
    ctok_rows_256 of;
    for (unsigned i = 0; i < 4; i++)
        of.rows[i] = _mm256_broadcastsi128_si256(
            _mm_loadu_si128((const __m128i *)(const void *)(table + 16 * i)));
    return of;
}

/*  The table's bytes by the lowest six bits of x. */
CTOK_ON __m256i ctok_in_rows_256(const ctok_rows_256 *of, __m256i x) {
    const __m256i column = _mm256_and_si256(x, _mm256_set1_epi8(15));
    const __m256i odd = _mm256_slli_epi16(x, 3), upper = _mm256_slli_epi16(x, 2);
    return _mm256_blendv_epi8(_mm256_blendv_epi8(_mm256_shuffle_epi8(of->rows[0], column),
                                                 _mm256_shuffle_epi8(of->rows[1], column), odd),
                              _mm256_blendv_epi8(_mm256_shuffle_epi8(of->rows[2], column),
                                                 _mm256_shuffle_epi8(of->rows[3], column), odd),
                              upper);
}

/*  A set of characters of three bytes: of the lead bytes 0xE0 to 0xEF, the second and the third ones. */
typedef struct ctok_set_256 {
    __m256i leads;
    ctok_rows_256 seconds, thirds;
} ctok_set_256;

CTOK_ON ctok_set_256 ctok_set_of_256(const uint8_t (*tables)[64]) {
    const ctok_set_256 set = {_mm256_broadcastsi128_si256(_mm_loadu_si128(
                                  (const __m128i *)(const void *)(tables[0] + 0x20))),
                              ctok_rows_of_256(tables[1]), ctok_rows_of_256(tables[2])};
    return set;
}

/*  Zeros where no character of the set starts. */
CTOK_ON __m256i ctok_in_set_of_half_256(const ctok_set_256 *set, const uint8_t *half) {
    /* x - 0xE0, or 0x80 or more, of which a shuffle gives 0 */
    const __m256i index =
        _mm256_adds_epu8(_mm256_xor_si256(ctok_half_256(half), _mm256_set1_epi8((char)0xE0)),
                         _mm256_set1_epi8(0x70));
    return _mm256_and_si256(
        _mm256_shuffle_epi8(set->leads, index),
        _mm256_and_si256(ctok_in_rows_256(&set->seconds, ctok_half_256(half + 1)),
                         ctok_in_rows_256(&set->thirds, ctok_half_256(half + 2))));
}

CTOK_ON ctok_mask256 ctok_in_set_256(const uint8_t (*tables)[64], const uint8_t *text) {
    const ctok_set_256 set = ctok_set_of_256(tables);
    uint32_t found[8];
    for (unsigned i = 0; i < 8; i++)
        found[i] = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(
            ctok_in_set_of_half_256(&set, text + 32 * i), _mm256_setzero_si256()));
    return ctok_load_256(found);
}

/*  The bits where a character of the set starts, else 0. */
CTOK_ON __m256i ctok_bits_of_set_256(const ctok_set_256 *set, uint8_t bits, const uint8_t *half) {
    return _mm256_andnot_si256(
        _mm256_cmpeq_epi8(ctok_in_set_of_half_256(set, half), _mm256_setzero_si256()),
        _mm256_set1_epi8((char)bits));
}

CTOK_ON void ctok_add_sets_256(const uint8_t *text, unsigned part, ctok_columns_256 *columns) {
    const ctok_set_256 words = ctok_set_of_256(ctok_set_of_words),
                       signs = ctok_set_of_256(ctok_set_of_signs);
    for (unsigned i = part; i < 8; i++) {
        const uint8_t *const half = text + 32 * i;
        columns->halves[i] = _mm256_or_si256(
            columns->halves[i],
            _mm256_or_si256(ctok_bits_of_set_256(&words, CTOK_BITS_OF_WORDS, half),
                            ctok_bits_of_set_256(&signs, CTOK_BITS_OF_SIGNS, half)));
    }
}

CTOK_ON ctok_rows_256 ctok_page_256(const uint8_t *categories) {
    const ctok_rows_256 bits = ctok_rows_of_256(ctok_category_bits);
    ctok_rows_256 page = ctok_rows_of_256(categories);
    for (unsigned i = 0; i < 4; i++)
        page.rows[i] = ctok_in_rows_256(&bits, page.rows[i]);
    return page;
}

CTOK_ON void ctok_add_page_256(ctok_rows_256 page, const uint8_t *like, uint32_t size,
                               const uint8_t *text, unsigned part, ctok_columns_256 *columns) {
    for (unsigned i = part; i < 8; i++) {
        const uint8_t *const half = text + 32 * i;
        __m256i equal = ctok_is_avx2(ctok_half_256(half), (char)like[0]);
        for (uint32_t byte = 1; byte < size - 1; byte++)
            equal =
                _mm256_and_si256(equal, ctok_is_avx2(ctok_half_256(half + byte), (char)like[byte]));
        columns->halves[i] = _mm256_or_si256(
            columns->halves[i],
            _mm256_and_si256(equal, ctok_in_rows_256(&page, ctok_half_256(half + size - 1))));
    }
}

CTOK_ON uint64_t ctok_undone_256(const uint8_t *text, const ctok_columns_256 *columns,
                                 unsigned part) {
    const __m256i x = ctok_half_256(text + 32 * part);
    const __m256i empty = _mm256_cmpeq_epi8(columns->halves[part], _mm256_setzero_si256());
    const __m256i lead = _mm256_cmpeq_epi8(_mm256_max_epu8(x, _mm256_set1_epi8((char)0xC0)), x);
    return (uint32_t)_mm256_movemask_epi8(_mm256_and_si256(lead, empty));
}

#include "ctok/rules.h"
/* behind the rules, which it uses */
#include "ctok/classes.h"

#endif /* CTOK_X86 */
#endif /* CTOK_WIDE_H */
