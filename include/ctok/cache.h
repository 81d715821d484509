/*  cache.h: pieces whose ids are known already.
 *
 *  A memo: one worker's, lent by the caller, who may lend more when it is full (ctok_cache_move).
 *  Without it ids are the same.
 *
 *      small   pieces of 1..7 bytes with 1 or 2 ids: lines of four, a cache line each
 *              keys    as in pieces.h; 0 is free
 *              values  their ids, in the form of an answer
 *      medium  pieces of 1..15 bytes that no small entry can hold, or that had to be merged, with
 *              1..4 ids, or 0 where they have more: lines of two, a cache line each
 *              low              the piece's first 8 bytes
 *              high             the other bytes, and the length in bits 56..59
 *              first, second    its ids, in the form of an answer; or CTOK_IN_RECORD, and where
 *                               its record is, or 0 while it has none
 *      large   all other pieces up to CTOK_LARGE_PIECE bytes: lines of four
 *              keys    a hash; 0 is free
 *              values  where its record is
 *      ring    of records, in words of 4 bytes: number of ids << 16 | bytes, the ids, the bytes.
 *              `where` is the word at which one starts, since the ring's first use, and 1; a
 *              record that the ring has passed over is gone
 *
 *  A new entry takes the first place of its line and moves the others on, the last one out; of a
 *  medium line into the line beside it, while that has a free place.
 *
 *  An answer is up to four ids of 32 bits. The first has the number of ids in bits 24..27, and bit
 *  31 where there are 1 or 2: then all of it is in the first 64 bits, and a second id that is not
 *  there is CTOK_NO_ID. Its first 64 bits are never 0, which stands for "not known".
 */
#ifndef CTOK_CACHE_H
#define CTOK_CACHE_H

#include "ctok/pieces.h"
#include "ctok/simd.h"

#define CTOK_ANSWER_IDS 4
#define CTOK_PLAIN_ANSWER ((uint64_t)1 << 31)
#define CTOK_IN_RECORD ((uint64_t)CTOK_NO_ID << 32) /* the answer without ids */
#define CTOK_LARGE_PIECE 255

typedef struct ctok_cache {
    ctok_line *small; /* [1 << small_bits], 64-byte aligned, zeros at first; NULL: no cache */
    uint32_t small_bits;
    ctok_pair_line *medium; /* [1 << medium_bits], the same; always with small */
    uint32_t medium_bits;
    ctok_line *large; /* [1 << large_bits], the same */
    uint32_t large_bits;
    uint32_t *ring; /* [1 << ring_bits] */
    uint32_t ring_bits;
    uint64_t written; /* words, since the ring's first use */
    uint64_t puts; /* since the memory was lent: 2 for a small entry, 1 for each other, and 1 for 32
                       * words of a record */
} ctok_cache;

/*  Writes 0..CTOK_ANSWER_IDS ids as an answer. None: it says that the ids are not here. */
CTOK_BODY void ctok_answer(uint64_t *answer, const uint32_t *ids, size_t count) {
    uint64_t id[CTOK_ANSWER_IDS];
    for (size_t i = 0; i < CTOK_ANSWER_IDS; i++)
        id[i] = i < count ? ids[i] : i ? CTOK_NO_ID : 0;
    answer[0] = id[1] << 32 | id[0] | (uint64_t)count << 24;
    if (count == 1 || count == 2)
        answer[0] |= CTOK_PLAIN_ANSWER;
    answer[1] = id[3] << 32 | id[2];
}

/*  How many ids an answer has, by its first 64 bits. */
CTOK_BODY size_t ctok_answer_count(uint64_t first) { return (size_t)(first >> 24 & 7); }

/*  How a cache of at most `bytes` divides its memory: small, medium and large lines, and the ring,
 *  as 1 : 4 : 2 : 8; the sizes are powers of two.
 *
 *      memory  64-byte aligned zeros, or NULL to learn the size only
 *      return  how many bytes it takes; 0: too few for a cache, and the cache is none
 */
#define CTOK_CACHE_SIZE(small_bits) ((size_t)15 * 64 << (small_bits))
#define CTOK_CACHE_LEAST_BITS 7
#define CTOK_CACHE_MOST_BITS 20
#define CTOK_CACHE_BYTES CTOK_CACHE_SIZE(16)       /* 60 MiB, unless the user says how many */
#define CTOK_CACHE_FIRST_BYTES CTOK_CACHE_SIZE(12) /* to start with; once full it may grow */

CTOK_FUNCTION size_t ctok_cache_lay_out(ctok_cache *cache, size_t bytes, void *memory) {
    uint32_t bits = CTOK_CACHE_MOST_BITS;
    memset(cache, 0, sizeof(*cache));
    for (; CTOK_CACHE_SIZE(bits) > bytes; bits--)
        if (bits == CTOK_CACHE_LEAST_BITS)
            return 0;
    cache->small_bits = bits;
    cache->medium_bits = bits + 2;
    cache->large_bits = bits + 1;
    cache->ring_bits = bits + 7;
    if (memory) {
        cache->small = (ctok_line *)memory;
        cache->medium = (ctok_pair_line *)(cache->small + ((size_t)1 << cache->small_bits));
        cache->large = (ctok_line *)(cache->medium + ((size_t)1 << cache->medium_bits));
        cache->ring = (uint32_t *)(cache->large + ((size_t)1 << cache->large_bits));
    }
    return CTOK_CACHE_SIZE(bits);
}

/*  Were so many entries put, of all kinds, that one kind may be half full, or the ring full, so that
 *  more memory would pay? */
CTOK_BODY int ctok_cache_is_full(const ctok_cache *cache) {
    return cache->puts > (uint64_t)4 << cache->small_bits;
}

/*  The byte offset of the small line where a key stands or would stand. */
CTOK_BODY uint64_t ctok_small_place(uint32_t bits, uint64_t key) {
    return ctok_small_hash(key) >> (64 - bits) << 6;
}

CTOK_BODY ctok_line *ctok_line_at(ctok_line *lines, uint64_t place) {
    return (ctok_line *)(void *)((uint8_t *)lines + place);
}

/*  Puts a key that is not there into its line. */
CTOK_BODY void ctok_line_put(ctok_line *line, uint64_t key, uint64_t value) {
    memmove(line->keys + 1, line->keys, sizeof(line->keys) - sizeof(line->keys[0]));
    memmove(line->values + 1, line->values, sizeof(line->values) - sizeof(line->values[0]));
    line->keys[0] = key;
    line->values[0] = value;
}

/*  A piece as the medium entries name it: its key, and the line where it would stand. */
typedef struct ctok_probe {
    uint64_t key[2]; /* low, high */
    uint64_t hash;   /* its top bits are the line */
} ctok_probe;

/*  high of a piece too long for an entry: no entry ever has it. */
#define CTOK_TOO_LONG_KEY 1

/*  What is kept of 16 bytes for a piece of 0..15 bytes, and what is added to the high half; the
 *  last row is for all longer ones. */
typedef struct ctok_keep {
    uint64_t low, high, tag;
} ctok_keep;

#define CTOK_KEEP(length, low, high)                                                               \
    { low, high, (uint64_t)length << 56 }
static const ctok_keep ctok_keeps[17] = {
    CTOK_KEEP(0, 0, 0),
    CTOK_KEEP(1, 0xFF, 0),
    CTOK_KEEP(2, 0xFFFF, 0),
    CTOK_KEEP(3, 0xFFFFFF, 0),
    CTOK_KEEP(4, 0xFFFFFFFF, 0),
    CTOK_KEEP(5, 0xFFFFFFFFFF, 0),
    CTOK_KEEP(6, 0xFFFFFFFFFFFF, 0),
    CTOK_KEEP(7, 0xFFFFFFFFFFFFFF, 0),
    CTOK_KEEP(8, UINT64_MAX, 0),
    CTOK_KEEP(9, UINT64_MAX, 0xFF),
    CTOK_KEEP(10, UINT64_MAX, 0xFFFF),
    CTOK_KEEP(11, UINT64_MAX, 0xFFFFFF),
    CTOK_KEEP(12, UINT64_MAX, 0xFFFFFFFF),
    CTOK_KEEP(13, UINT64_MAX, 0xFFFFFFFFFF),
    CTOK_KEEP(14, UINT64_MAX, 0xFFFFFFFFFFFF),
    CTOK_KEEP(15, UINT64_MAX, 0xFFFFFFFFFFFFFF),
    {0, 0, CTOK_TOO_LONG_KEY},
};
#undef CTOK_KEEP

CTOK_BODY uint64_t ctok_probe_hash(uint64_t low, uint64_t high) {
    return (low ^ (high * UINT64_C(0xD6E8FEB86659FD93))) * UINT64_C(0x9E3779B97F4A7C15);
}

/*  The probe of the `length` bytes at p; 16 bytes at p are readable. */
CTOK_BODY ctok_probe ctok_probe_of(const uint8_t *p, size_t length) {
    ctok_probe probe;
    const ctok_keep *keep = &ctok_keeps[length < 16 ? length : 16];
    probe.key[0] = ctok_load64(p) & keep->low;
    probe.key[1] = (ctok_load64(p + 8) & keep->high) | keep->tag;
    probe.hash = ctok_probe_hash(probe.key[0], probe.key[1]);
    return probe;
}

/*  The line where a probe's piece stands or would stand. */
CTOK_BODY ctok_pair_line *ctok_medium_line_of(const ctok_cache *cache, const ctok_probe *probe) {
    return cache->medium + (size_t)(probe->hash >> (64 - cache->medium_bits));
}

/*  The line beside: what had no place in the one may stand in the other. */
CTOK_BODY ctok_pair_line *ctok_medium_beside(const ctok_cache *cache, const ctok_pair_line *line) {
    return cache->medium + ((size_t)(line - cache->medium) ^ 1);
}

/*  Where in its line a probe's piece stands, or -1. */
CTOK_BODY int ctok_medium_find(const ctok_pair_line *line, const ctok_probe *probe) {
    for (int place = 0; place < 2; place++)
        if (line->lows[place] == probe->key[0] && line->highs[place] == probe->key[1])
            return place;
    return -1;
}

CTOK_BODY void ctok_medium_set(ctok_pair_line *line, int place, uint64_t low, uint64_t high,
                               uint64_t first, uint64_t second) {
    line->lows[place] = low;
    line->highs[place] = high;
    line->firsts[place] = first;
    line->seconds[place] = second;
}

/*  Puts a piece into its line, which does not have it. */
CTOK_BODY void ctok_medium_put(const ctok_cache *cache, const ctok_probe *probe,
                               const uint64_t *answer) {
    ctok_pair_line *const line = ctok_medium_line_of(cache, probe);
    ctok_pair_line *const beside = ctok_medium_beside(cache, line);
    if (line->highs[1] && !beside->highs[1])
        ctok_medium_set(beside, 1, line->lows[1], line->highs[1], line->firsts[1],
                        line->seconds[1]);
    ctok_medium_set(line, 1, line->lows[0], line->highs[0], line->firsts[0], line->seconds[0]);
    ctok_medium_set(line, 0, probe->key[0], probe->key[1], answer[0], answer[1]);
}

/*  A hash of 1..CTOK_LARGE_PIECE bytes, not 0; reads no byte past them. */
CTOK_BODY uint64_t ctok_record_hash(const uint8_t *p, size_t length) {
    uint64_t hash = (uint64_t)length * UINT64_C(0x9E3779B97F4A7C15);
    if (length < 8)
        return ctok_mix64(hash ^ ctok_load_short(p, length)) | 1;
    for (size_t i = 0; i + 8 < length; i += 8) {
        hash ^= ctok_load64(p + i);
        hash *= UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    return ctok_mix64(hash ^ ctok_load64(p + length - 8)) | 1;
}

CTOK_BODY ctok_line *ctok_record_line(const ctok_cache *cache, uint64_t hash) {
    return cache->large + (size_t)(hash >> (64 - cache->large_bits));
}

/*  The record that is `where`; NULL when there is none, or no more. */
CTOK_BODY const uint32_t *ctok_record_at(const ctok_cache *cache, uint64_t where) {
    if (!where || cache->written - (where - 1) > ((uint64_t)1 << cache->ring_bits))
        return NULL;
    return cache->ring + ((where - 1) & (((uint64_t)1 << cache->ring_bits) - 1));
}

/*  Where the record of a hash is or was; 0: nowhere. */
CTOK_BODY uint64_t ctok_record_find(const ctok_cache *cache, uint64_t hash) {
    const ctok_line *const line = ctok_record_line(cache, hash);
    uint64_t where = 0;
    for (size_t i = 4; i-- > 0;)
        where = line->keys[i] == hash ? line->values[i] : where;
    return where;
}

CTOK_BODY size_t ctok_record_count(const uint32_t *record) { return record[0] >> 16; }

/*  Is it the record of this piece? */
CTOK_BODY int ctok_record_is(const uint32_t *record, const uint8_t *p, size_t length) {
    return (record[0] & 0xFFFF) == length &&
           memcmp(record + 1 + ctok_record_count(record), p, length) == 0;
}

/*  Writes a record of a piece of up to CTOK_LARGE_PIECE bytes; returns where. */
CTOK_BODY uint64_t ctok_record_write(ctok_cache *cache, const uint8_t *p, size_t length,
                                     const uint32_t *ids, size_t count) {
    const uint64_t room = (uint64_t)1 << cache->ring_bits;
    const uint64_t words = 1 + count + (length + 3) / 4 + 2; /* ids are read four at a time */
    const uint64_t left = room - (cache->written & (room - 1));
    if (words > left) /* a record stands in one stretch */
        cache->written += left;
    const uint64_t start = cache->written;
    uint32_t *const record = cache->ring + (start & (room - 1));
    record[0] = (uint32_t)count << 16 | (uint32_t)length;
    memcpy(record + 1, ids, count * sizeof(ids[0]));
    memcpy(record + 1 + count, p, length);
    cache->written += words;
    cache->puts += words / 32;
    return start + 1;
}

/*  Remembers the ids of such a piece under its hash. */
CTOK_BODY void ctok_record_put(ctok_cache *cache, uint64_t hash, const uint8_t *p, size_t length,
                               const uint32_t *ids, size_t count) {
    cache->puts++;
    ctok_line_put(ctok_record_line(cache, hash), hash,
                  ctok_record_write(cache, p, length, ids, count));
}

/*  Moves what one cache knows into another, of more memory, that knows nothing. Between two calls
 *  of an encoder its cache may be changed for the other; a record that is gone stays so. */
CTOK_FUNCTION void ctok_cache_move(const ctok_cache *from, ctok_cache *to) {
    for (size_t i = 0; i < (size_t)1 << from->small_bits; i++) {
        const ctok_line *const line = &from->small[i];
        for (size_t k = 4; k-- > 0;)
            if (line->keys[k])
                ctok_line_put(
                    ctok_line_at(to->small, ctok_small_place(to->small_bits, line->keys[k])),
                    line->keys[k], line->values[k]);
    }
    for (size_t i = 0; i < (size_t)1 << from->medium_bits; i++) {
        const ctok_pair_line *const line = &from->medium[i];
        for (size_t k = 2; k-- > 0;) {
            const ctok_probe probe = {{line->lows[k], line->highs[k]},
                                      ctok_probe_hash(line->lows[k], line->highs[k])};
            const uint64_t answer[2] = {line->firsts[k], line->seconds[k]};
            if (line->highs[k] && (answer[0] != CTOK_IN_RECORD || ctok_record_at(from, answer[1])))
                ctok_medium_put(to, &probe, answer);
        }
    }
    for (size_t i = 0; i < (size_t)1 << from->large_bits; i++) {
        const ctok_line *const line = &from->large[i];
        for (size_t k = 4; k-- > 0;)
            if (ctok_record_at(from, line->values[k]))
                ctok_line_put(ctok_record_line(to, line->keys[k]), line->keys[k], line->values[k]);
    }
    /* a record stands in one stretch of the smaller ring, and so it does in the larger one */
    const uint64_t size = (uint64_t)1 << from->ring_bits, room = (uint64_t)1 << to->ring_bits;
    uint64_t at = from->written > size ? from->written - size : 0;
    while (at < from->written) {
        uint64_t words = size - (at & (size - 1));
        if (words > from->written - at)
            words = from->written - at;
        memcpy(to->ring + (at & (room - 1)), from->ring + (at & (size - 1)),
               (size_t)words * sizeof(to->ring[0]));
        at += words;
    }
    to->written = from->written;
}

#endif /* CTOK_CACHE_H */
