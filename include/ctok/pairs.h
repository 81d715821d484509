/*  pairs.h: may these two neighbours merge, and how early?
 *
 *  A vocabulary's merges are one open-addressing table, built once by ctok.vocab and never
 *  written again, so threads share it. numpy owns the slots; ctok_pairs borrows.
 *
 *      key   left << 21 | right                                 42 bits
 *      slot  key << 22 | rank                                   64 bits
 *      line  eight slots, a cache line, filled from its first slot on
 *      home  key * odd constant >> shift is a line; what finds it full goes on to the next one
 *      free  all ones; at least a fifth of the slots are free
 *      maybe behind the slots, a word a line, each bit for a 64th of the hashes that have it as
 *            home; a 0 says that no pair has such a hash
 *
 *  Most neighbours do not merge. The bits say so for nine of ten of them, in an eighth of the
 *  memory, which stays in the processor's own cache when the slots do not.
 */
#ifndef CTOK_PAIRS_H
#define CTOK_PAIRS_H

#include "ctok/base.h"

#define CTOK_FREE_PAIR UINT64_MAX

typedef struct ctok_pairs {
    const uint64_t *slots; /* ctok_pairs_words(bits) words, the maybe bits among them */
    uint32_t bits;         /* the table has 1 << bits slots, 4 <= bits <= 29 */
} ctok_pairs;

/*  Words of a table: its slots, free ones all ones, and the maybe bits, zeros at first. */
CTOK_BODY size_t ctok_pairs_words(uint32_t bits) {
    return ((size_t)1 << bits) + ((size_t)1 << (bits - 3));
}

/*  The smallest table for so many pairs: at least a fifth of its slots stay free. */
CTOK_FUNCTION uint32_t ctok_pairs_bits(size_t pairs) {
    uint32_t bits = 4;
    while (((size_t)1 << bits) - ((size_t)1 << bits) / 5 <= pairs)
        bits++;
    return bits;
}

/*  Readies memory of ctok_pairs_words(bits) words for a table without a pair. */
CTOK_FUNCTION void ctok_pairs_clear(uint64_t *slots, uint32_t bits) {
    memset(slots, 0xFF, ((size_t)1 << bits) * sizeof(*slots));
    memset(slots + ((size_t)1 << bits), 0, ((size_t)1 << (bits - 3)) * sizeof(*slots));
}

CTOK_BODY uint64_t ctok_pair_key(uint32_t left, uint32_t right) {
    return (uint64_t)left << 21 | right;
}

/*  The top bits of a product (Fibonacci hashing, Knuth 6.4) are the home, and behind it six bits
 *  more choose its maybe bit. */
CTOK_BODY uint64_t ctok_pair_hash(uint64_t key) { return key * UINT64_C(0x9E3779B97F4A7C15); }

/*  The bits that are the home, and its maybe bit below them. */
CTOK_BODY size_t ctok_pair_home(uint64_t hash, uint32_t bits) {
    return (size_t)(hash >> (61 - bits));
}

/*  The rank of (left, right), both below CTOK_MAX_IDS; CTOK_NO_RANK when they do not merge. */
CTOK_BODY uint32_t ctok_pairs_rank(const ctok_pairs *pairs, uint32_t left, uint32_t right) {
    const uint64_t key = ctok_pair_key(left, right);
    const size_t slots = (size_t)1 << pairs->bits;
    const size_t home = ctok_pair_home(ctok_pair_hash(key), pairs->bits);
    if (!(pairs->slots[slots + home / 64] >> (home % 64) & 1))
        return CTOK_NO_RANK;
    for (size_t at = home / 64 * 8;; at = (at + 1) & (slots - 1)) {
        const uint64_t slot = pairs->slots[at];
        if (slot == CTOK_FREE_PAIR)
            return CTOK_NO_RANK;
        if (slot >> 22 == key)
            return (uint32_t)slot & 0x3FFFFF;
    }
}

/*  Puts a pair into a table that is being built; of two ranks for one pair the lower stays.
 *
 *      slots   the table's words, writable; ctok_pairs_clear readied them
 *      return  CTOK_OK, or CTOK_DUPLICATE when the pair was there
 */
CTOK_FUNCTION ctok_status ctok_pairs_put(uint64_t *slots, uint32_t bits, uint32_t left,
                                         uint32_t right, uint32_t rank) {
    const uint64_t key = ctok_pair_key(left, right);
    const size_t mask = ((size_t)1 << bits) - 1;
    const size_t home = ctok_pair_home(ctok_pair_hash(key), bits);
    size_t at = home / 64 * 8;
    slots[mask + 1 + home / 64] |= (uint64_t)1 << (home % 64);
    while (slots[at] != CTOK_FREE_PAIR) {
        if (slots[at] >> 22 == key) {
            if (rank < ((uint32_t)slots[at] & 0x3FFFFF))
                slots[at] = key << 22 | rank;
            return CTOK_DUPLICATE;
        }
        at = (at + 1) & mask;
    }
    slots[at] = key << 22 | rank;
    return CTOK_OK;
}

#endif /* CTOK_PAIRS_H */
