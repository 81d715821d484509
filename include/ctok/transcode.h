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
