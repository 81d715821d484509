/*  cache.h: pieces whose ids are known already.
 *
 *  A memo: one worker's, of fixed size, lent by the caller. Without it ids are the same.
 *
 *      near   pieces of 1..15 bytes with 1..4 ids: pairs of 32-byte entries, one cache line each,
 *             few enough for the processor's own second-level cache
 *             low    the piece's first 8 bytes
 *             high   the other bytes; length in bits 56..59, number of ids in bits 60..63
 *             ids    all four are copied, so many count
 *      mid    the same, more of them, only those that are no token
 *      far    all other pieces up to CTOK_FAR_PIECE bytes: a table of slots that point into a
 *             ring of records; a record that the ring has passed over is gone
 *             record  number of ids << 16 | bytes, the ids, the bytes; in words of 4 bytes
 *
 *  A new near entry takes the first place of its line and moves that one to the second.
 */
#ifndef CTOK_CACHE_H
#define CTOK_CACHE_H

#include "ctok/pieces.h"

#define CTOK_NEAR_IDS 4
#define CTOK_NEAR_PIECE 15
#define CTOK_FAR_PIECE 255

typedef struct ctok_near {
    uint64_t low, high;
    uint32_t ids[CTOK_NEAR_IDS];
} ctok_near;

typedef struct ctok_far {
    uint64_t hash; /* 0 is free */
    uint64_t at;   /* where the record starts, in words since the ring's first use */
} ctok_far;

typedef struct ctok_cache {
    ctok_near *near; /* [2 << near_bits], 64-byte aligned, zeros at first; NULL: no cache */
    uint32_t near_bits;
    ctok_near *mid; /* [2 << mid_bits], the same; always with near */
    uint32_t mid_bits;
    ctok_far *far; /* [1 << far_bits], zeros at first; NULL: none */
    uint32_t far_bits;
    uint32_t *ring; /* [1 << ring_bits] */
    uint32_t ring_bits;
    uint64_t written; /* words, since the ring's first use */
} ctok_cache;

/*  How a cache of about `bytes` divides its memory: near lines, mid lines, far slots, ring. The
 *  shares are those of the default, 29 MiB = 1 + 8 + 4 + 16, halved until they fit.
 *
 *      memory  64-byte aligned zeros, or NULL to learn the size only
 *      return  how many bytes it takes; 0: too few for a cache, and the cache is none
 */
#define CTOK_CACHE_BYTES ((size_t)29 << 20)

CTOK_FUNCTION size_t ctok_cache_lay_out(ctok_cache *cache, size_t bytes, void *memory) {
    size_t size = CTOK_CACHE_BYTES;
    uint32_t less = 0;
    uint8_t *start = (uint8_t *)memory;
    memset(cache, 0, sizeof(*cache));
    for (; size > bytes; size /= 2)
        less++;
    if (less > 8)
        return 0;
    cache->near_bits = 14 - less;
    cache->mid_bits = 17 - less;
    cache->far_bits = 18 - less;
    cache->ring_bits = 22 - less;
    if (start) {
        cache->near = (ctok_near *)start;
        cache->mid = cache->near + ((size_t)2 << cache->near_bits);
        cache->far = (ctok_far *)(cache->mid + ((size_t)2 << cache->mid_bits));
        cache->ring = (uint32_t *)(cache->far + ((size_t)1 << cache->far_bits));
    }
    return size;
}

/*  A piece as the near entries name it: its key, and the line where it would stand. */
typedef struct ctok_probe {
    uint64_t low, high;
    uint64_t hash; /* its top bits are the line */
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

/*  The probe of the `length` bytes at p; 16 bytes at p are readable. */
CTOK_BODY ctok_probe ctok_probe_of(const uint8_t *p, size_t length) {
    ctok_probe probe;
    const ctok_keep *keep = &ctok_keeps[length < 16 ? length : 16];
    probe.low = ctok_load64(p) & keep->low;
    probe.high = (ctok_load64(p + 8) & keep->high) | keep->tag;
    probe.hash =
        (probe.low ^ (probe.high * UINT64_C(0xD6E8FEB86659FD93))) * UINT64_C(0x9E3779B97F4A7C15);
    return probe;
}

CTOK_BODY int ctok_near_is(const ctok_near *entry, const ctok_probe *probe) {
    return ((entry->low ^ probe->low) | (entry->high ^ probe->high) << 4) == 0;
}

/*  The first entry of the line where a probe's piece would stand. */
CTOK_BODY ctok_near *ctok_near_line(ctok_near *entries, uint32_t bits, const ctok_probe *probe) {
    return entries + 2 * (size_t)(probe->hash >> (64 - bits));
}

/*  The entry of a probe, or one that is not its. */
CTOK_BODY const ctok_near *ctok_near_look(ctok_near *entries, uint32_t bits,
                                          const ctok_probe *probe) {
    const ctok_near *entry = ctok_near_line(entries, bits, probe);
    return entry + !ctok_near_is(entry, probe);
}

/*  Makes the entry of a probe's piece with its ids, 1 <= count <= CTOK_NEAR_IDS. */
CTOK_BODY void ctok_near_fill(ctok_near *entry, const ctok_probe *probe, const uint32_t *ids,
                              size_t count) {
    entry->low = probe->low;
    entry->high = probe->high | (uint64_t)count << 60;
    for (size_t i = 0; i < CTOK_NEAR_IDS; i++)
        entry->ids[i] = i < count ? ids[i] : 0;
}

/*  Puts an entry into its line, unless it stands there. */
CTOK_BODY void ctok_near_put(ctok_near *line, const ctok_near *entry) {
    if ((line[0].low == entry->low && line[0].high == entry->high) ||
        (line[1].low == entry->low && line[1].high == entry->high))
        return;
    line[1] = line[0];
    line[0] = *entry;
}

/*  A hash of 1..CTOK_FAR_PIECE bytes, not 0; reads no byte past them. */
CTOK_BODY uint64_t ctok_far_hash(const uint8_t *p, size_t length) {
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

CTOK_BODY ctok_far *ctok_far_slot(const ctok_cache *cache, uint64_t hash) {
    return cache->far + (size_t)(hash >> (64 - cache->far_bits));
}

/*  The ids of a piece, and how many in *count; NULL when they are not known. */
CTOK_BODY const uint32_t *ctok_far_look(const ctok_cache *cache, uint64_t hash, const uint8_t *p,
                                        size_t length, size_t *count) {
    const ctok_far *slot = ctok_far_slot(cache, hash);
    if (slot->hash != hash || cache->written - slot->at > ((uint64_t)1 << cache->ring_bits))
        return NULL;
    const uint32_t *record = cache->ring + (slot->at & (((uint64_t)1 << cache->ring_bits) - 1));
    *count = record[0] >> 16;
    if ((record[0] & 0xFFFF) != length || memcmp(record + 1 + *count, p, length) != 0)
        return NULL;
    return record + 1;
}

/*  Remembers the ids of a piece of up to CTOK_FAR_PIECE bytes. */
CTOK_BODY void ctok_far_put(ctok_cache *cache, uint64_t hash, const uint8_t *p, size_t length,
                            const uint32_t *ids, size_t count) {
    const uint64_t room = (uint64_t)1 << cache->ring_bits;
    const uint64_t words = 1 + count + (length + 3) / 4;
    const uint64_t left = room - (cache->written & (room - 1));
    if (words > left) /* a record stands in one stretch */
        cache->written += left;
    ctok_far *slot = ctok_far_slot(cache, hash);
    uint32_t *record = cache->ring + (cache->written & (room - 1));
    slot->hash = hash;
    slot->at = cache->written;
    record[0] = (uint32_t)count << 16 | (uint32_t)length;
    memcpy(record + 1, ids, count * sizeof(ids[0]));
    memcpy(record + 1 + count, p, length);
    cache->written += words;
}

#endif /* CTOK_CACHE_H */
