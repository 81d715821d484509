/*  composed.h: what of a str may NFC change?
 *
 *  Most text is in NFC, and most of it has only characters that NFC never touches: these are told by
 *  a few ranges, 64 units at a time. The others are looked up, and judged two neighbours at a time.
 *
 *      composing  what NFC does to a character:
 *                 0    nothing: it starts anew, and nothing joins it
 *                 1    the same, but some marks may join it, or its parts
 *                 2..  a mark that joins nothing; where two such stand side by side, the lower
 *                      number comes first
 *                 128  and more: it may join what stands before it; the rest as above
 *                 255  it is another one in NFC, or newer than Unicode 9.0, which NFC does not know
 *
 *  Oracle  unicodedata.normalize, and tokenizers
 */
#ifndef CTOK_COMPOSED_H
#define CTOK_COMPOSED_H

#include "ctok/transcode.h"

#define CTOK_COMPOSING_FIRST 1
#define CTOK_COMPOSING_SECOND 128
#define CTOK_COMPOSING_CHANGES 255

/*  Stretches with fewer units between them are one. */
#define CTOK_COMPOSED_GAP 16

CTOK_BODY unsigned ctok_composing(uint32_t code_point) {
    const uint32_t page = ctok_composing_pages[code_point < 0x110000 ? code_point >> 7 : 0];
    return ctok_composings[page << 7 | (code_point & 127)];
}

CTOK_BODY unsigned ctok_composing_unit(const void *units, ctok_width width, size_t at) {
    return ctok_composing(ctok_unit(units, width, at));
}

/*  May NFC change the second of two neighbours, or both? */
CTOK_BODY int ctok_composes(unsigned before, unsigned second) {
    if (second <= CTOK_COMPOSING_FIRST)
        return 0;
    if (second >= CTOK_COMPOSING_SECOND)
        return second == CTOK_COMPOSING_CHANGES || before != 0;
    return (before & (CTOK_COMPOSING_SECOND - 1)) > second;
}

/*  Characters, first to last, that start anew or that Unicode 9 has not; the most frequent first. */
static const uint32_t ctok_composed_rows[][2] = {
    {0x0000, 0x02FF},   {0x2002, 0x20CF},   {0x309B, 0xA66E}, {0x2E00, 0x3029}, {0x3030, 0x3098},
    {0xFE30, 0xFFFF},   {0x0388, 0x0482},   {0xABEE, 0xF8FF}, {0x1E00, 0x1F6F}, {0x212C, 0x2328},
    {0x232B, 0x2ADB},   {0x061B, 0x064A},   {0x0660, 0x066F}, {0x0671, 0x06D5}, {0x05CA, 0x060F},
    {0x0488, 0x0557},   {0x0559, 0x058A},   {0x10D0, 0x1160}, {0xFADA, 0xFB1C}, {0x1F000, 0x1F16B},
    {0x1F16D, 0x1FBEF}, {0x20000, 0x2F7FF},
};
#define CTOK_COMPOSED_ROWS (sizeof(ctok_composed_rows) / sizeof(ctok_composed_rows[0]))

/*  Are 64 units all of such characters? A row sets what it holds to 0. */
CTOK_BODY int ctok_composed_narrow(const uint8_t *units) {
    uint16_t left[64], some = 0;
    memcpy(left, units, sizeof(left));
    for (size_t row = 0; row < CTOK_COMPOSED_ROWS && ctok_composed_rows[row][0] < 0x10000; row++) {
        const uint16_t low = (uint16_t)ctok_composed_rows[row][0];
        const uint16_t size = (uint16_t)(ctok_composed_rows[row][1] - low);
        some = 0;
        for (size_t i = 0; i < 64; i++) {
            left[i] &= (uint16_t)(0 - ((uint16_t)(left[i] - low) > size));
            some |= left[i];
        }
        if (!some)
            break;
    }
    return !some;
}

/*  The same of wider units. */
CTOK_BODY int ctok_composed_wide(const uint8_t *units) {
    uint32_t left[64], some = 0;
    memcpy(left, units, sizeof(left));
    for (size_t row = 0; row < CTOK_COMPOSED_ROWS; row++) {
        const uint32_t low = ctok_composed_rows[row][0];
        const uint32_t size = ctok_composed_rows[row][1] - low;
        some = 0;
        for (size_t i = 0; i < 64; i++) {
            left[i] &= (uint32_t)0 - (uint32_t)(left[i] - low > size);
            some |= left[i];
        }
        if (!some)
            break;
    }
    return !some;
}

/*  The first place from `at` on where NFC may change a character; n where there is none. */
CTOK_BODY size_t ctok_composed_until(const void *units, ctok_width width, size_t n, size_t at) {
    unsigned before = at ? ctok_composing_unit(units, width, at - 1) : 0;
    while (at < n) {
        const uint8_t *const block = (const uint8_t *)units + at * (size_t)width;
        const size_t until = n - at < 64 ? n : at + 64;
        if (until - at == 64 &&
            (width == CTOK_UCS2 ? ctok_composed_narrow(block) : ctok_composed_wide(block))) {
            at = until;
            before = ctok_composing_unit(units, width, at - 1);
            continue;
        }
        for (; at < until; at++) {
            const unsigned here = ctok_composing_unit(units, width, at);
            if (CTOK_UNLIKELY(ctok_composes(before, here)))
                return at;
            before = here;
        }
    }
    return n;
}

/*  The next stretch of a text that may be changed by NFC, which changes none of the others and each
 *  of these by itself: it starts with a character that what stands before does not matter to, and so
 *  does what stands behind.
 *
 *      *start   in: an end, or 0; out: n where there is no more
 *      *end     out
 */
CTOK_BODY void ctok_uncomposed_body(const void *units, ctok_width width, size_t n, size_t *start,
                                    size_t *end) {
    const size_t from = *start;
    size_t at = ctok_composed_until(units, width, n, from), begin = at, stop = n;
    if (at < n)
        while (begin > from && ctok_composing_unit(units, width, begin) > CTOK_COMPOSING_FIRST)
            begin--;
    *start = begin;
    for (unsigned before, here = CTOK_COMPOSING_CHANGES; ++at < n;) {
        before = here;
        here = ctok_composing_unit(units, width, at);
        if (ctok_composes(before, here))
            stop = n;
        else if (here <= CTOK_COMPOSING_FIRST && stop == n)
            stop = at;
        else if (stop < at && at - stop >= CTOK_COMPOSED_GAP)
            break;
    }
    *end = stop;
}

typedef void (*ctok_uncomposed_fn)(const void *units, ctok_width width, size_t n, size_t *start,
                                   size_t *end);

/*  ctok_uncomposed_<backend>; the compiler makes vectors of the loops over blocks. */
#define CTOK_UNCOMPOSED(target, backend)                                                           \
    target CTOK_FUNCTION void ctok_uncomposed_##backend(const void *units, ctok_width width,       \
                                                        size_t n, size_t *start, size_t *end) {    \
        if (width == CTOK_UCS2)                                                                    \
            ctok_uncomposed_body(units, CTOK_UCS2, n, start, end);                                 \
        else if (width == CTOK_UCS4)                                                               \
            ctok_uncomposed_body(units, CTOK_UCS4, n, start, end);                                 \
        else /* up to U+00FF nothing is changed */                                                 \
            *start = *end = n;                                                                     \
    }
CTOK_UNCOMPOSED(, scalar)
#ifdef CTOK_X86
CTOK_UNCOMPOSED(CTOK_AVX2, avx2)
CTOK_UNCOMPOSED(CTOK_AVX512, avx512)
#endif
#ifdef CTOK_ARM
CTOK_UNCOMPOSED(, neon)
#endif

#endif /* CTOK_COMPOSED_H */
