/*  transcode.h: a str as UTF-8.
 *
 *  Python keeps a str as code units of 1, 2 or 4 bytes, as its widest character needs. A leaf
 *  turns many units at once; what it leaves, such as surrogates, is done one by one.
 *
 *  Oracle  str.encode, with errors="surrogatepass" and UTF-16 for pairs
 */
#ifndef CTOK_TRANSCODE_H
#define CTOK_TRANSCODE_H

#include "ctok/simd.h"
#include "ctok/unicode.h"

CTOK_BODY uint32_t ctok_unit(const void *units, ctok_width width, size_t at) {
    return width == CTOK_UCS1   ? ((const uint8_t *)units)[at]
           : width == CTOK_UCS2 ? ((const uint16_t *)units)[at]
                                : ((const uint32_t *)units)[at];
}

/*  How many bytes a unit may become. */
CTOK_BODY size_t ctok_unit_bytes(ctok_width width) {
    return width == CTOK_UCS1 ? 2 : width == CTOK_UCS2 ? 3 : 4;
}

/*  Writes the character at units[*at], and moves *at behind it.
 *
 *  A high surrogate followed by a low one is the character that the two mean in UTF-16; a
 *  surrogate alone becomes U+FFFD. This is what tiktoken makes of such a str. */
CTOK_BODY size_t ctok_transcode_one(const void *units, ctok_width width, size_t n, size_t *at,
                                    uint8_t *out) {
    uint32_t c = ctok_unit(units, width, (*at)++);
    if (width != CTOK_UCS1 && (c >> 11) == 0x1B) {
        const uint32_t low = *at < n ? ctok_unit(units, width, *at) : 0;
        if (c < 0xDC00 && (low >> 10) == 0x37) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            ++*at;
        } else {
            c = CTOK_REPLACEMENT;
        }
    }
    return ctok_utf8_write(c, out);
}

/*  Writes n units and returns the bytes written; `out` has room for the most they may become. */
CTOK_BODY size_t ctok_transcode_body(ctok_utf8_fn utf8, const void *units, ctok_width width,
                                     size_t n, uint8_t *out) {
    size_t used = 0, i = 0;
    while (n - i >= 32) {
        const size_t done =
            utf8((const uint8_t *)units + i * (size_t)width, width, out + used, &used);
        i += done;
        if (CTOK_UNLIKELY(!done))
            for (const size_t until = i + 8; i < until;)
                used += ctok_transcode_one(units, width, n, &i, out + used);
    }
    while (i < n)
        used += ctok_transcode_one(units, width, n, &i, out + used);
    return used;
}

/*  Where a part of a text that ends at units[at] may end: not between a pair of surrogates. */
CTOK_FUNCTION size_t ctok_units_cut(const void *units, ctok_width width, size_t n, size_t at) {
    if (at >= n)
        return n;
    return at + (at > 0 && width > CTOK_UCS1 && ctok_unit(units, width, at - 1) >> 10 == 0x36 &&
                 ctok_unit(units, width, at) >> 10 == 0x37);
}

/*  Characters, first to last, that NFC neither changes nor puts elsewhere nor joins to what stands
 *  before them, in any version of Unicode; the most frequent first. Most text has no others. */
static const uint32_t ctok_composed_rows[][2] = {
    {0x0000, 0x02FF}, {0x2002, 0x20CF}, {0x309B, 0xA66E},   {0x2E00, 0x3029},   {0x3030, 0x3098},
    {0xFE30, 0xFFFF}, {0x0388, 0x0482}, {0xABEE, 0xF8FF},   {0x1E00, 0x1F6F},   {0x212C, 0x2328},
    {0x232B, 0x2ADB}, {0xFADA, 0xFB1C}, {0x1F000, 0x1FBEF}, {0x20000, 0x2F7FF},
};
#define CTOK_COMPOSED_ROWS (sizeof(ctok_composed_rows) / sizeof(ctok_composed_rows[0]))

/*  Are so many units, at most 64, all of such characters? */
CTOK_BODY int ctok_composed_block(const void *units, ctok_width width, size_t at, size_t n) {
    uint32_t left[64] = {0}, some = 0;
    for (size_t i = 0; i < n; i++)
        left[i] = ctok_unit(units, width, at + i);
    /* what a row holds becomes 0 */
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

CTOK_BODY int ctok_composed_at(const void *units, ctok_width width, size_t n, size_t at) {
    const size_t size = n - at < 64 ? n - at : 64;
    return width == CTOK_UCS2 ? ctok_composed_block(units, CTOK_UCS2, at, size)
                              : ctok_composed_block(units, width, at, size);
}

/*  The next stretch of a text that may be changed by NFC, which changes none of the others and each
 *  of these by itself: it starts with a character that what stands before does not matter to, and so
 *  does what stands behind.
 *
 *      *start   in: an end, or 0; out: n where there is no more
 *      *end     out
 */
CTOK_FUNCTION void ctok_units_uncomposed(const void *units, ctok_width width, size_t n,
                                         size_t *start, size_t *end) {
    size_t at = *start;
    while (at < n && ctok_composed_at(units, width, n, at))
        at = n - at < 64 ? n : at + 64;
    *start = at < n && at > *start ? at - 1 : at;
    while (at < n && !ctok_composed_at(units, width, n, at))
        at = n - at < 64 ? n : at + 64;
    *end = at;
}

/*  Is a text in NFC for certain, by one look at each unit? */
CTOK_FUNCTION int ctok_units_composed(const void *units, ctok_width width, size_t n) {
    size_t start = 0, end;
    ctok_units_uncomposed(units, width, n, &start, &end);
    return start == n;
}

typedef size_t (*ctok_transcode_fn)(const void *units, ctok_width width, size_t n, uint8_t *out);

/*  ctok_transcode_<backend> */
#define CTOK_TRANSCODE(target, backend)                                                            \
    target CTOK_FUNCTION size_t ctok_transcode_##backend(const void *units, ctok_width width,      \
                                                         size_t n, uint8_t *out) {                 \
        switch (width) {                                                                           \
        case CTOK_UCS1:                                                                            \
            return ctok_transcode_body(ctok_utf8_##backend, units, CTOK_UCS1, n, out);             \
        case CTOK_UCS2:                                                                            \
            return ctok_transcode_body(ctok_utf8_##backend, units, CTOK_UCS2, n, out);             \
        default:                                                                                   \
            return ctok_transcode_body(ctok_utf8_##backend, units, CTOK_UCS4, n, out);             \
        }                                                                                          \
    }
CTOK_TRANSCODE(, scalar)
#ifdef CTOK_X86
CTOK_TRANSCODE(CTOK_AVX2, avx2)
CTOK_TRANSCODE(CTOK_AVX512, avx512)
#endif
#ifdef CTOK_ARM
CTOK_TRANSCODE(, neon)
#endif

#endif /* CTOK_TRANSCODE_H */
