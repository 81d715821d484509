/*  wide.h: where the pieces of 512 bytes end, all at once: eight blocks, one in each lane of a
 *  vector of masks, by the same rules as one block.
 *
 *      ASCII     a byte's classes are a number from a table, bit by bit; a product of matrices of
 *                bits (gf2p8affineqb) makes masks of these numbers, of which a transposition makes
 *                vectors
 *      others    what has many pages of 64 characters or is met often, by sets (see unicode_tables.h);
 *                the rest page by page: for each that the bytes have, its 64 categories are a table of
 *                numbers by the last byte; and these become masks in the same way. What is left,
 *                character by character
 *
 *  The row is read at run time: that costs a few branches in 512 bytes. Rows whose script needs more
 *  than these classes, and the last 512 bytes of a text, are for ctok_scan_body.
 *
 *  Oracle  ctok_piece_end_body, as for one block
 */
#ifndef CTOK_WIDE_H
#define CTOK_WIDE_H

#include "ctok/scan.h"

#define ctok_scan_wide_scalar NULL
#define ctok_scan_wide_avx2 NULL
#define ctok_scan_wide_neon NULL

/*  May they be used for a row? */
CTOK_BODY int ctok_is_wide(const ctok_family *row) {
    return row->script != CTOK_SCRIPT_PAUSES && row->script != CTOK_SCRIPT_SIGNS;
}

#ifdef CTOK_X86

#define CTOK_WORDS (CTOK_WIDE / 64)

typedef uint64_t ctok_mask512 __attribute__((vector_size(64)));

#define CTOK_ON CTOK_AVX512 CTOK_BODY

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
    return _mm512_test_epi64_mask((__m512i)x, bit) >> (CTOK_WORDS - 1);
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

#define CTOK_WORD ctok_mask512
#define CTOK_IN(name) name##_512
#include "ctok/rules.h"
#undef CTOK_WORD
#undef CTOK_IN

/*  Lane i of masks[k] = bit k of the bytes of blocks[i]. */
CTOK_ON void ctok_bits_512(const __m512i *blocks, ctok_mask512 *masks) {
    const __m512i reversed = _mm512_set4_epi32(0x08090A0B, 0x0C0D0E0F, 0x00010203, 0x04050607);
    const __m512i units = _mm512_set1_epi64((long long)UINT64_C(0x8040201008040201));
    /* byte 8 * i + k = byte 8 * k + i */
    const __m512i turned = _mm512_set_epi64(
        0x3F372F271F170F07, 0x3E362E261E160E06, 0x3D352D251D150D05, 0x3C342C241C140C04,
        0x3B332B231B130B03, 0x3A322A221A120A02, 0x3931292119110901, 0x3830282018100800);
    __m512i rows[8], pairs[8], fours[8];
    for (unsigned i = 0; i < CTOK_WORDS; i++) {
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

/*  What ASCII is, by the bits of ctok_ascii_avx512; *high = where there are others. */
CTOK_ON void ctok_classify_ascii_512(const uint8_t *text, ctok_mask512 *masks, ctok_mask512 *high) {
    const __m512i low_half = _mm512_loadu_si512((const void *)ctok_ascii_avx512);
    const __m512i high_half = _mm512_loadu_si512((const void *)(ctok_ascii_avx512 + 64));
    uint64_t above[CTOK_WORDS];
    __m512i blocks[CTOK_WORDS];
    for (unsigned i = 0; i < CTOK_WORDS; i++) {
        const __m512i x = _mm512_loadu_si512((const void *)(text + 64 * i));
        above[i] = (uint64_t)_mm512_movepi8_mask(x);
        blocks[i] = _mm512_maskz_permutex2var_epi8(~above[i], low_half, x, high_half);
    }
    ctok_bits_512(blocks, masks);
    *high = ctok_load_512(above);
}

/*  The control characters of ASCII. */
CTOK_ON ctok_mask512 ctok_control_512(const uint8_t *text) {
    uint64_t control[CTOK_WORDS];
    for (unsigned i = 0; i < CTOK_WORDS; i++) {
        const __m512i x = _mm512_loadu_si512((const void *)(text + 64 * i));
        control[i] = _mm512_cmplt_epu8_mask(x, _mm512_set1_epi8(0x20)) | ctok_is_avx512(x, 0x7F);
    }
    return ctok_load_512(control);
}

/*  What a category is, bit by bit: letter, capital, number, without case; mark, space, other. */
static const uint8_t ctok_category_bits[64] = {
    /* Lu Ll Lt Lm Lo */ 0xC0,
    0x80,
    0xC0,
    0x90,
    0x90,
    /* M N */ 0x08,
    0x08,
    0x08,
    0x20,
    0x20,
    0x20,
    /* P S */ 0x02,
    0x02,
    0x02,
    0x02,
    0x02,
    0x02,
    0x02,
    0x02,
    0x02,
    0x02,
    0x02,
    /* Z C */ 0x01,
    0x01,
    0x01,
    0x01,
    0x01,
    0x01,
    0x01,
    0x01,
    0,
    0,
    /* White_Space: Zs Zl Zp Cc */ 0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0x04,
    0x04,
    0x04,
    0x04,
    0,
    0,
    0,
    0,
    0,
    0};

/*  So many pages are looked up side by side. */
#define CTOK_PAGES 10

/*  Bit i: is a character of three bytes at text[i] in a set? Elsewhere the bit may be any. */
CTOK_ON uint64_t ctok_in_set_512(const uint8_t (*tables)[64], const uint8_t *text) {
    __m512i rows[3];
    for (unsigned i = 0; i < 3; i++)
        rows[i] = _mm512_permutexvar_epi8(_mm512_loadu_si512((const void *)(text + i)),
                                          _mm512_loadu_si512((const void *)tables[i]));
    return _mm512_test_epi8_mask(_mm512_and_si512(rows[0], rows[1]), rows[2]);
}

/*  Bits of ctok_category_bits of the characters at `leads`, as long as those are of few pages; takes
 *  them out of *leads. */
CTOK_ON void ctok_classify_pages_512(const ctok_family *row, const uint8_t *text, size_t n,
                                     size_t at, ctok_mask512 *leads, __m512i *blocks) {
    const __m512i of_categories = _mm512_loadu_si512((const void *)ctok_category_bits);
    ctok_mask512 left = *leads;
    for (unsigned pages = 0; pages < CTOK_PAGES && ctok_any_512(left); pages++) {
        const size_t place = at + ctok_first_512(left);
        uint32_t code_point;
        uint64_t same[CTOK_WORDS];
        const uint32_t size = ctok_utf8_read(text, n, place, &code_point);
        if (!size)
            return;
        /* by the last byte & 63 */
        const uint8_t *const page =
            ctok_categories +
            ((uint32_t)ctok_category_pages[code_point >> 8] << 8 | (code_point & 0xC0));
        const __m512i bits =
            _mm512_permutexvar_epi8(_mm512_loadu_si512((const void *)page), of_categories);
        for (unsigned i = 0; i < CTOK_WORDS; i++) {
            const uint8_t *const block = text + at + 64 * i;
            const __m512i last = _mm512_loadu_si512((const void *)(block + size - 1));
            __mmask64 equal = _mm512_cmplt_epi8_mask(last, _mm512_set1_epi8((char)0xC0));
            for (uint32_t byte = 0; byte < size - 1; byte++)
                equal = _mm512_mask_cmpeq_epi8_mask(
                    equal, _mm512_loadu_si512((const void *)(block + byte)),
                    _mm512_set1_epi8((char)text[place + byte]));
            same[i] = equal;
            blocks[i] = _mm512_mask_permutexvar_epi8(blocks[i], equal, last, bits);
        }
        left &= ~ctok_load_512(same);
        if (row->script != CTOK_SCRIPT_HAN || !ctok_may_be_han(code_point & ~(uint32_t)63))
            *leads &= ~ctok_load_512(same);
    }
}

/*  All bytes of the characters that start at x. */
CTOK_ON ctok_mask512 ctok_whole_512(ctok_mask512 x, ctok_mask512 three, ctok_mask512 four) {
    return x | ctok_up_512(x, 1, 0) | ctok_up_512(x & three, 2, 0) | ctok_up_512(x & four, 3, 0);
}

/*  Classes of the characters behind ASCII among the first `left` bytes. */
CTOK_AVX512 CTOK_NOINLINE void ctok_classify_behind_512(const ctok_family *row, const uint8_t *text,
                                                        size_t n, size_t at, unsigned left,
                                                        ctok_classes_512 *c) {
    const ctok_mask512 none = {0}, high = c->high & ctok_below_512(left);
    uint64_t leads[CTOK_WORDS], threes[CTOK_WORDS], fours[CTOK_WORDS];
    uint64_t words[CTOK_WORDS], signs[CTOK_WORDS], script[CTOK_WORDS] = {0};
    for (unsigned i = 0; i < CTOK_WORDS; i++) {
        const __m512i x = _mm512_loadu_si512((const void *)(text + at + 64 * i));
        leads[i] = _mm512_cmpge_epu8_mask(x, _mm512_set1_epi8((char)0xC0));
        threes[i] = _mm512_cmpge_epu8_mask(x, _mm512_set1_epi8((char)0xE0));
        fours[i] = _mm512_cmpge_epu8_mask(x, _mm512_set1_epi8((char)0xF0));
    }
    const ctok_mask512 lead = ctok_load_512(leads) & high, three = ctok_load_512(threes) & high,
                       four = ctok_load_512(fours) & high, tail = high & ~lead;
    const ctok_mask512 of_three = three & ~four & ctok_down_512(tail & ctok_down_512(tail));
    ctok_mask512 word = none, sign = none, own = none, masks[8], todo;
    if (ctok_any_512(of_three)) {
        const uint8_t(*const of_script)[64] = row->script == CTOK_SCRIPT_KANA  ? ctok_set_of_kana
                                              : row->script == CTOK_SCRIPT_HAN ? ctok_set_of_han
                                                                               : NULL;
        for (unsigned i = 0; i < CTOK_WORDS; i++) {
            words[i] = ctok_in_set_512(ctok_set_of_words, text + at + 64 * i);
            signs[i] = ctok_in_set_512(ctok_set_of_signs, text + at + 64 * i);
            if (of_script)
                script[i] = ctok_in_set_512(of_script, text + at + 64 * i);
        }
        own = ctok_load_512(script) & of_three;
        word = ctok_load_512(words) & of_three & ~own;
        sign = ctok_load_512(signs) & of_three;
    }
    if (row->script == CTOK_SCRIPT_KANA) {
        /* by itself it is cut as all else is */
        const ctok_mask512 strange = own & ~ctok_load_512(words);
        if (ctok_any_512(strange))
            c->limit = ctok_first_512(strange);
    }
    todo = lead & ~(word | sign | own);
    ctok_mask512 known = todo;
    if (ctok_any_512(todo)) {
        __m512i blocks[CTOK_WORDS];
        for (unsigned i = 0; i < CTOK_WORDS; i++)
            blocks[i] = _mm512_setzero_si512();
        ctok_classify_pages_512(row, text, n, at, &todo, blocks);
        known &= ~todo;
        ctok_bits_512(blocks, masks);
        for (unsigned k = 0; k < 8; k++)
            masks[k] = ctok_whole_512(masks[k] & known, three, four);
        c->letters |= masks[7];
        c->capitals |= masks[6];
        c->digits |= masks[5];
        c->both = masks[4];
        c->blank |= masks[2];
        c->other |= masks[1] | masks[0];
        if (row->letters & CTOK_MARK) {
            c->marks = masks[3];
            c->letters |= masks[3];
            c->both |= masks[3];
        } else {
            c->other |= masks[3];
            masks[0] |= masks[3];
        }
        if (row->opener == CTOK_OPENER_NO_PUNCTUATION && ctok_any_512(masks[0]) &&
            ctok_first_512(masks[0]) < c->limit)
            c->limit = ctok_first_512(masks[0]);
    }
    const ctok_mask512 first = known | word | sign | own;
    word = ctok_whole_512(word, three, none);
    c->other |= ctok_whole_512(sign, three, none);
    c->letters |= word;
    c->both |= word;
    c->script = ctok_whole_512(own, three, none);
    known = ctok_whole_512(first, three, four);
    c->tails = known & ~first;
    const ctok_mask512 rest = high & ~known;
    if (CTOK_UNLIKELY(ctok_any_512(rest))) {
        ctok_classify_high_512(row, text, n, at, rest, c);
        c->letters &= ~c->script;
        c->both &= ~c->script;
        c->marks &= ~c->script;
    }
}

/*  The classes of ASCII; all others are in c->high and in no class. */
CTOK_ON void ctok_classes_of_ascii_512(const ctok_mask512 *masks, ctok_mask512 high,
                                       ctok_classes_512 *c) {
    const ctok_mask512 none = {0};
    c->letters = masks[7];
    c->capitals = masks[6];
    c->digits = masks[5];
    c->space = masks[4];
    c->newline = masks[3];
    c->blank = masks[2];
    c->apostrophe = masks[1];
    c->slash = masks[0];
    c->ascii_letters = c->letters;
    c->ascii_digits = c->digits;
    c->high = high;
    c->other = ~(c->letters | c->digits | c->blank | c->newline | high);
    c->tails = c->both = c->marks = c->script = none;
    c->limit = CTOK_WIDE;
}

/*  The rest of ctok_scan_wide_avx512. `others`: there are characters behind ASCII; where there are
 *  none, the compiler leaves out what is about them. */
CTOK_ON unsigned ctok_scan_classes_512(const ctok_family *row, const uint8_t *text, size_t n,
                                       size_t at, const ctok_seam *before,
                                       const ctok_mask512 *masks, ctok_mask512 high, int others,
                                       uint64_t *found, ctok_seam *after) {
    const ctok_mask512 none = {0};
    ctok_mask512 starts;
    ctok_classes_512 c;
    unsigned left = CTOK_WIDE;
    ctok_classes_of_ascii_512(masks, others ? high : none, &c);
    if (others) {
        const uint8_t *const end = text + at + CTOK_WIDE;
        /* what the block cuts off is all behind ASCII */
        left -= end[-1] >= 0xC0                                                     ? 1
                : end[-2] >= 0xE0 && ctok_is_tail(end[-1])                          ? 2
                : end[-3] >= 0xF0 && ctok_is_tail(end[-2]) && ctok_is_tail(end[-1]) ? 3
                                                                                    : 0;
        ctok_classify_behind_512(row, text, n, at, left, &c);
    }
    if (row->opener == CTOK_OPENER_NO_PUNCTUATION) {
        const ctok_mask512 control = c.other & ctok_control_512(text + at);
        if (CTOK_UNLIKELY(ctok_any_512(control)) && ctok_first_512(control) < c.limit)
            c.limit = ctok_first_512(control);
    }
    ctok_start_pieces_512(row, text, n, at, &c, left, 0, before, &starts, after);
    _mm512_storeu_si512((void *)found, (__m512i)starts);
    return left;
}

CTOK_AVX512 CTOK_NOINLINE unsigned
ctok_scan_others_512(const ctok_family *row, const uint8_t *text, size_t n, size_t at,
                     const ctok_seam *before, const ctok_mask512 *masks, const ctok_mask512 *high,
                     uint64_t *found, ctok_seam *after) {
    return ctok_scan_classes_512(row, text, n, at, before, masks, *high, 1, found, after);
}

/*  As ctok_scan_body, for 512 bytes behind which the text has four more; found has eight masks.
 *  Returns how many of the bytes were looked at. */
CTOK_AVX512 CTOK_NOINLINE unsigned ctok_scan_wide_avx512(const ctok_family *row,
                                                         const uint8_t *text, size_t n, size_t at,
                                                         const ctok_seam *before, uint64_t *found,
                                                         ctok_seam *after) {
    ctok_mask512 masks[8], high;
    ctok_classify_ascii_512(text + at, masks, &high);
    if (CTOK_UNLIKELY(ctok_any_512(high)))
        return ctok_scan_others_512(row, text, n, at, before, masks, &high, found, after);
    return ctok_scan_classes_512(row, text, n, at, before, masks, high, 0, found, after);
}

#undef CTOK_ON
#endif /* CTOK_X86 */
#endif /* CTOK_WIDE_H */
