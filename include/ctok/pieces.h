/*  pieces.h: is this whole piece one token?
 *
 *  Three open-addressing tables by length, built once by ctok.vocab and never written again.
 *  Short keys stand in the slots themselves, so that a hit costs one cache line:
 *
 *      small    1..7 bytes    slot {key, id}           key  = bytes, length in the low byte
 *      medium   8..15 bytes   slot {low, high, id, 0}  high = the other bytes, length on top
 *      large    16 and more   slot hash << 32 | id     compared with the token's own bytes
 *
 *      free     small, medium: the word with the length is 0; large: all ones
 *      home     the top bits of a product; then the next slot until the key or a free one
 */
#ifndef CTOK_PIECES_H
#define CTOK_PIECES_H

#include "ctok/base.h"

#define CTOK_SMALL_KEY 7
#define CTOK_MEDIUM_KEY 15
#define CTOK_FREE_LARGE UINT64_MAX

typedef struct ctok_pieces {
    const uint64_t *small;  /* [1 << small_bits][2] */
    const uint64_t *medium; /* [1 << medium_bits][4] */
    const uint64_t *large;  /* [1 << large_bits] */
    uint32_t small_bits, medium_bits, large_bits;
    const uint8_t *bytes;    /* the tokens' bytes, one after the other by id */
    const uint32_t *offsets; /* token id is bytes[offsets[id]] to bytes[offsets[id + 1]] */
} ctok_pieces;

/*  The small key of a piece of 1..7 bytes: its bytes on top, the first one lowest, and its length in
 *  the low byte. `word` is the 8 bytes where it starts. For a length of 8..255 it gives something
 *  that is no key. */
CTOK_BODY uint64_t ctok_small_key(uint64_t word, size_t length) {
    return word << ((0 - 8 * length) & 63) | length;
}

/*  A piece of 1..15 bytes as numbers. For 1..7 bytes low alone is the key. */
typedef struct ctok_key {
    uint64_t low, high;
} ctok_key;

/*  The key of the `length` (1..15) bytes at text[at]. Reads whole words where the text has
 *  them and single bytes near its end; never past n. */
CTOK_BODY ctok_key ctok_key_of(const uint8_t *text, size_t n, size_t at, size_t length) {
    ctok_key key;
    const uint8_t *p = text + at;
    const int roomy = n - at >= 16;
    if (length <= CTOK_SMALL_KEY) {
        key.low = ctok_small_key(roomy ? ctok_load64(p) : ctok_load_short(p, length), length);
        key.high = 0;
    } else {
        const uint64_t keep = ((uint64_t)1 << (8 * (length - 8))) - 1;
        key.low = ctok_load64(p);
        key.high = (roomy ? ctok_load64(p + 8) & keep : ctok_load_short(p + 8, length - 8)) |
                   (uint64_t)length << 56;
    }
    return key;
}

CTOK_BODY uint64_t ctok_small_hash(uint64_t key) { return key * UINT64_C(0x9E3779B97F4A7C15); }

CTOK_BODY uint64_t ctok_medium_hash(uint64_t low, uint64_t high) {
    return ctok_mix64(low ^ (high * UINT64_C(0xD6E8FEB86659FD93)));
}

/*  A hash of 16 bytes and more, a word at a time; the last word overlaps the one before. */
CTOK_BODY uint64_t ctok_large_hash(const uint8_t *p, size_t length) {
    uint64_t hash = (uint64_t)length * UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = 0; i + 8 < length; i += 8)
        hash = ctok_mix64(hash ^ ctok_load64(p + i));
    return ctok_mix64(hash ^ ctok_load64(p + length - 8));
}

/*  Where a key stands or would stand: the slot's index. */
CTOK_BODY size_t ctok_small_slot(const uint64_t *slots, uint32_t bits, uint64_t key) {
    const size_t mask = ((size_t)1 << bits) - 1;
    size_t at = (size_t)(ctok_small_hash(key) >> (64 - bits));
    while (slots[2 * at] != key && slots[2 * at] != 0)
        at = (at + 1) & mask;
    return at;
}

CTOK_BODY size_t ctok_medium_slot(const uint64_t *slots, uint32_t bits, ctok_key key) {
    const size_t mask = ((size_t)1 << bits) - 1;
    size_t at = (size_t)(ctok_medium_hash(key.low, key.high) >> (64 - bits));
    while ((slots[4 * at] != key.low || slots[4 * at + 1] != key.high) && slots[4 * at + 1] != 0)
        at = (at + 1) & mask;
    return at;
}

CTOK_BODY size_t ctok_large_slot(const uint64_t *slots, uint32_t bits, const uint8_t *bytes,
                                 const uint32_t *offsets, const uint8_t *p, size_t length) {
    const uint64_t hash = ctok_large_hash(p, length);
    const size_t mask = ((size_t)1 << bits) - 1;
    size_t at = (size_t)(hash >> (64 - bits));
    for (; slots[at] != CTOK_FREE_LARGE; at = (at + 1) & mask) {
        const uint32_t id = (uint32_t)slots[at];
        if ((uint32_t)(slots[at] >> 32) == (uint32_t)hash &&
            offsets[id + 1] - offsets[id] == length && memcmp(bytes + offsets[id], p, length) == 0)
            break;
    }
    return at;
}

/*  The id of the token that equals the `length` (1 or more) bytes at text[at], or CTOK_NO_ID. */
CTOK_BODY uint32_t ctok_pieces_find(const ctok_pieces *pieces, const uint8_t *text, size_t n,
                                    size_t at, size_t length) {
    if (length <= CTOK_SMALL_KEY) {
        const ctok_key key = ctok_key_of(text, n, at, length);
        const uint64_t *slot =
            pieces->small + 2 * ctok_small_slot(pieces->small, pieces->small_bits, key.low);
        return slot[0] ? (uint32_t)slot[1] : CTOK_NO_ID;
    }
    if (length <= CTOK_MEDIUM_KEY) {
        const ctok_key key = ctok_key_of(text, n, at, length);
        const uint64_t *slot =
            pieces->medium + 4 * ctok_medium_slot(pieces->medium, pieces->medium_bits, key);
        return slot[1] ? (uint32_t)slot[2] : CTOK_NO_ID;
    }
    const uint64_t slot = pieces->large[ctok_large_slot(
        pieces->large, pieces->large_bits, pieces->bytes, pieces->offsets, text + at, length)];
    return slot != CTOK_FREE_LARGE ? (uint32_t)slot : CTOK_NO_ID;
}

/*  The same for a piece of 1..15 bytes whose key is known: low the first 8 bytes, high the others
 *  with the length on top. */
CTOK_BODY uint32_t ctok_pieces_find_key(const ctok_pieces *pieces, uint64_t low, uint64_t high) {
    const size_t length = (size_t)(high >> 56);
    if (length <= CTOK_SMALL_KEY) {
        const uint64_t *slot =
            pieces->small +
            2 * ctok_small_slot(pieces->small, pieces->small_bits, ctok_small_key(low, length));
        return slot[0] ? (uint32_t)slot[1] : CTOK_NO_ID;
    }
    const ctok_key key = {low, high};
    const uint64_t *slot =
        pieces->medium + 4 * ctok_medium_slot(pieces->medium, pieces->medium_bits, key);
    return slot[1] ? (uint32_t)slot[2] : CTOK_NO_ID;
}

/*  Asks for the cache line where that search starts. */
CTOK_BODY void ctok_pieces_prefetch_key(const ctok_pieces *pieces, uint64_t low, uint64_t high) {
    const size_t length = (size_t)(high >> 56);
    const uint64_t small = ctok_small_hash(ctok_small_key(low, length));
    const uint64_t medium = ctok_medium_hash(low, high);
    const uint64_t *slot = length <= CTOK_SMALL_KEY
                               ? pieces->small + 2 * (small >> (64 - pieces->small_bits))
                               : pieces->medium + 4 * (medium >> (64 - pieces->medium_bits));
    CTOK_PREFETCH(slot);
}

/*  Puts token `id` into the tables, which are being built.
 *
 *      small, medium, large   the tables that `pieces` borrows, writable; under three fifths taken
 *      return  CTOK_OK, or CTOK_DUPLICATE when another token has the same bytes, whose id is
 *              then in *holder
 */
CTOK_FUNCTION ctok_status ctok_pieces_put(const ctok_pieces *pieces, uint64_t *small,
                                          uint64_t *medium, uint64_t *large, uint32_t id,
                                          uint32_t *holder) {
    const uint8_t *p = pieces->bytes + pieces->offsets[id];
    const size_t length = pieces->offsets[id + 1] - pieces->offsets[id];
    if (length <= CTOK_SMALL_KEY) {
        const ctok_key key = ctok_key_of(p, length, 0, length);
        uint64_t *slot = small + 2 * ctok_small_slot(small, pieces->small_bits, key.low);
        if (slot[0]) {
            *holder = (uint32_t)slot[1];
            return CTOK_DUPLICATE;
        }
        slot[0] = key.low;
        slot[1] = id;
    } else if (length <= CTOK_MEDIUM_KEY) {
        const ctok_key key = ctok_key_of(p, length, 0, length);
        uint64_t *slot = medium + 4 * ctok_medium_slot(medium, pieces->medium_bits, key);
        if (slot[1]) {
            *holder = (uint32_t)slot[2];
            return CTOK_DUPLICATE;
        }
        slot[0] = key.low;
        slot[1] = key.high;
        slot[2] = id;
    } else {
        uint64_t *slot = large + ctok_large_slot(large, pieces->large_bits, pieces->bytes,
                                                 pieces->offsets, p, length);
        if (*slot != CTOK_FREE_LARGE) {
            *holder = (uint32_t)*slot;
            return CTOK_DUPLICATE;
        }
        *slot = ctok_large_hash(p, length) << 32 | id;
    }
    return CTOK_OK;
}

#endif /* CTOK_PIECES_H */
