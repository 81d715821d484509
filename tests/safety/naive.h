/*  naive.h: the slow twins that the headers are compared with.
 *
 *  Written from the rules, not from the headers: each takes the shortest way that is plainly
 *  right, whatever it costs, and shares no code with include/ but the category of a code point.
 */
#ifndef CTOK_TEST_NAIVE_H
#define CTOK_TEST_NAIVE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*  The valid sequence at text[0], Unicode table 3-7 row by row: its size or 0. */
static inline uint32_t naive_utf8_read(const uint8_t *text, size_t left, uint32_t *code_point) {
    static const struct {
        uint8_t low[4], high[4], size;
        uint32_t lead_bits;
    } rows[] = {
        {{0x00}, {0x7F}, 1, 0x7F},
        {{0xC2, 0x80}, {0xDF, 0xBF}, 2, 0x1F},
        {{0xE0, 0xA0, 0x80}, {0xE0, 0xBF, 0xBF}, 3, 0x0F},
        {{0xE1, 0x80, 0x80}, {0xEC, 0xBF, 0xBF}, 3, 0x0F},
        {{0xED, 0x80, 0x80}, {0xED, 0x9F, 0xBF}, 3, 0x0F},
        {{0xEE, 0x80, 0x80}, {0xEF, 0xBF, 0xBF}, 3, 0x0F},
        {{0xF0, 0x90, 0x80, 0x80}, {0xF0, 0xBF, 0xBF, 0xBF}, 4, 0x07},
        {{0xF1, 0x80, 0x80, 0x80}, {0xF3, 0xBF, 0xBF, 0xBF}, 4, 0x07},
        {{0xF4, 0x80, 0x80, 0x80}, {0xF4, 0x8F, 0xBF, 0xBF}, 4, 0x07},
    };
    for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        uint32_t value = 0, i = 0;
        for (; i < rows[row].size && i < left; i++) {
            if (text[i] < rows[row].low[i] || text[i] > rows[row].high[i])
                break;
            value = i ? value << 6 | (text[i] & 0x3F) : text[0] & rows[row].lead_bits;
        }
        if (i == rows[row].size) {
            *code_point = value;
            return i;
        }
    }
    return 0;
}

/*  A code point's UTF-8, by counting the bits that it needs. */
static inline size_t naive_utf8_write(uint32_t code_point, uint8_t *out) {
    static const uint32_t marks[5] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    const size_t size = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point >> 16 ? 4 : 3;
    for (size_t i = size; i-- > 1; code_point >>= 6)
        out[i] = (uint8_t)(0x80 | (code_point & 0x3F));
    out[0] = (uint8_t)(marks[size] | code_point);
    return size;
}

/*  The token with exactly these bytes, found by looking at every token; UINT32_MAX for none. */
static inline uint32_t naive_find(const uint8_t *bytes, const uint32_t *offsets, uint32_t n_ids,
                                  const uint8_t *piece, size_t length) {
    for (uint32_t id = 0; id < n_ids; id++)
        if (offsets[id + 1] - offsets[id] == length && length &&
            memcmp(bytes + offsets[id], piece, length) == 0)
            return id;
    return UINT32_MAX;
}

/*  Merges as the rule says it: of all neighbours whose bytes together are a token, the token with
 *  the lowest id, of equals the leftmost; again, until there is none.
 *
 *      starts  scratch, n + 1; then where each part starts
 *      ranks   scratch, n
 */
static inline size_t naive_merge(const uint8_t *bytes, const uint32_t *offsets, uint32_t n_ids,
                                 const uint8_t *piece, size_t n, size_t *starts, uint32_t *ranks,
                                 uint32_t *ids) {
    size_t parts = n;
    for (size_t i = 0; i <= n; i++)
        starts[i] = i;
    for (size_t i = 0; i + 1 < n; i++)
        ranks[i] = naive_find(bytes, offsets, n_ids, piece + i, 2);
    for (;;) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < parts; i++)
            if (ranks[i] < ranks[best])
                best = i;
        if (parts < 2 || ranks[best] == UINT32_MAX)
            break;
        memmove(starts + best + 1, starts + best + 2, (parts - best - 1) * sizeof(*starts));
        if (parts - best > 2)
            memmove(ranks + best, ranks + best + 1, (parts - best - 2) * sizeof(*ranks));
        parts--;
        for (size_t i = best ? best - 1 : 0; i <= best && i + 1 < parts; i++)
            ranks[i] =
                naive_find(bytes, offsets, n_ids, piece + starts[i], starts[i + 2] - starts[i]);
    }
    for (size_t i = 0; i < parts; i++)
        ids[i] = naive_find(bytes, offsets, n_ids, piece + starts[i], starts[i + 1] - starts[i]);
    return parts;
}

/*  The leftmost, then longest token of a list at or behind `from` whose rule has a bit of mask. */
static inline uint32_t naive_special(const uint8_t *bytes, const uint32_t *offsets, uint32_t count,
                                     const uint8_t *rule, uint8_t mask, const uint8_t *text,
                                     size_t n, size_t from, size_t *at, size_t *length) {
    for (size_t i = from; i < n; i++) {
        uint32_t best = UINT32_MAX;
        for (uint32_t token = 0; token < count; token++) {
            const size_t size = offsets[token + 1] - offsets[token];
            if ((rule[token] & mask) && size <= n - i &&
                memcmp(bytes + offsets[token], text + i, size) == 0 &&
                (best == UINT32_MAX || size > *length)) {
                best = token;
                *length = size;
                *at = i;
            }
        }
        if (best != UINT32_MAX)
            return best;
    }
    return UINT32_MAX;
}

#endif /* CTOK_TEST_NAIVE_H */
