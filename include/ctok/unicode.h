/*  unicode.h: what stands at this byte?
 *
 *  A character is a valid UTF-8 sequence (Unicode 16.0, table 3-7), or a single byte that
 *  belongs to none: such a byte counts as a symbol, like U+FFFD, and is one byte long. So
 *  every byte string has exactly one reading, and its pieces give its bytes back.
 *
 *      traits   1 << category, and CTOK_SPACE where the character is White_Space
 */
#ifndef CTOK_UNICODE_H
#define CTOK_UNICODE_H

#include "ctok/base.h"
#include "ctok/unicode_tables.h"

#define CTOK_LU ((uint32_t)1 << 0)
#define CTOK_LL ((uint32_t)1 << 1)
#define CTOK_LT ((uint32_t)1 << 2)
#define CTOK_LM ((uint32_t)1 << 3)
#define CTOK_LO ((uint32_t)1 << 4)
#define CTOK_SO ((uint32_t)1 << 21)
#define CTOK_LETTER ((uint32_t)0x1F)
#define CTOK_MARK ((uint32_t)0x7 << 5)
#define CTOK_NUMBER ((uint32_t)0x7 << 8)
#define CTOK_ND ((uint32_t)1 << 8)
#define CTOK_NL ((uint32_t)1 << 9)
#define CTOK_PC ((uint32_t)1 << 11)
#define CTOK_PUNCTUATION ((uint32_t)0x7F << 11)
#define CTOK_SYMBOL ((uint32_t)0xF << 18)
#define CTOK_SPACE ((uint32_t)1 << 30)

#define CTOK_REPLACEMENT ((uint32_t)0xFFFD)

typedef struct ctok_char {
    uint32_t traits;
    uint32_t size; /* bytes */
} ctok_char;

/*  The table's byte of a code point below 0x110000. */
CTOK_BODY uint8_t ctok_category(uint32_t code_point) {
    return ctok_categories[(uint32_t)ctok_category_pages[code_point >> 8] << 8 |
                           (code_point & 255)];
}

CTOK_BODY uint32_t ctok_traits(uint8_t category) {
    return (uint32_t)1 << (category & 31) | (uint32_t)(category & 32) << 25;
}

CTOK_BODY int ctok_is_tail(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/*  How many bytes the valid sequence at text[at] has and which code point it is; 0 when there
 *  is none. Reads no byte at or past n. */
CTOK_BODY uint32_t ctok_utf8_read(const uint8_t *text, size_t n, size_t at, uint32_t *code_point) {
    const uint8_t lead = text[at];
    const size_t left = n - at;
    if (lead < 0x80) {
        *code_point = lead;
        return 1;
    }
    if (lead < 0xC2 || left < 2 || !ctok_is_tail(text[at + 1]))
        return 0;
    const uint32_t second = text[at + 1] & 0x3F;
    if (lead < 0xE0) {
        *code_point = (uint32_t)(lead & 0x1F) << 6 | second;
        return 2;
    }
    if (left < 3 || !ctok_is_tail(text[at + 2]))
        return 0;
    const uint32_t third = text[at + 2] & 0x3F;
    if (lead < 0xF0) {
        *code_point = (uint32_t)(lead & 0x0F) << 12 | second << 6 | third;
        return *code_point < 0x800 || (*code_point >> 11) == 0x1B ? 0 : 3;
    }
    if (lead > 0xF4 || left < 4 || !ctok_is_tail(text[at + 3]))
        return 0;
    *code_point =
        (uint32_t)(lead & 0x07) << 18 | second << 12 | third << 6 | (text[at + 3] & 0x3Fu);
    return *code_point < 0x10000 || *code_point >= 0x110000 ? 0 : 4;
}

/*  The character at text[at], at < n. */
CTOK_BODY ctok_char ctok_char_at(const uint8_t *text, size_t n, size_t at) {
    ctok_char result;
    uint32_t code_point = 0;
    if (CTOK_LIKELY(text[at] < 0x80)) {
        result.traits = ctok_traits(ctok_categories[text[at]]);
        result.size = 1;
        return result;
    }
    result.size = ctok_utf8_read(text, n, at, &code_point);
    if (CTOK_UNLIKELY(result.size == 0)) {
        result.traits = CTOK_SO;
        result.size = 1;
        return result;
    }
    result.traits = ctok_traits(ctok_category(code_point));
    return result;
}

/*  Writes code_point (below 0x110000, no surrogate) and returns how many bytes that took. */
CTOK_BODY size_t ctok_utf8_write(uint32_t code_point, uint8_t *out) {
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (uint8_t)(0xC0 | code_point >> 6);
        out[1] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code_point >> 12);
        out[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code_point >> 18);
    out[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code_point & 0x3F));
    return 4;
}

#endif /* CTOK_UNICODE_H */
