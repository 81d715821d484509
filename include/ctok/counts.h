/*  counts.h: how often does each piece stand in the texts?
 *
 *  One worker's counts are an open-addressing table; pieces of more than 15 bytes stand in an
 *  arena beside it. Both are lent and may be replaced by larger ones whenever a call asks for it.
 *
 *      slot     {low, high, count}, free while count is 0; at most 3/4 of the slots are taken
 *      short    1..15 bytes   low  = the first 8 bytes, high = the others, the length on top
 *      long     16 and more   low  = a hash, high = 0xFF on top of the piece's offset in the arena
 *      arena    for each long piece uint32 length, then its bytes
 *
 *  A table becomes a run: its pieces in the order of their bytes, a prefix before the longer
 *  piece. Runs add up: merging them yields one run, the same whatever the texts' order, the
 *  number of workers and the hash function were.
 */
#ifndef CTOK_COUNTS_H
#define CTOK_COUNTS_H

#include "ctok/automaton.h"
#include "ctok/pretokenize.h"

#define CTOK_COUNT_CHUNK 256 /* pieces whose slots are fetched at once */
#define CTOK_COUNT_INLINE 15
#define CTOK_COUNT_LONG ((uint64_t)0xFF << 56)

typedef struct ctok_count {
    uint64_t low, high, count;
} ctok_count;

/*  A piece as its slot knows it, and where its slot's search starts. */
typedef struct ctok_count_key {
    uint64_t low, high, hash;
} ctok_count_key;

typedef struct ctok_counts {
    ctok_count *slots; /* 1 << bits, lent */
    uint32_t bits;
    size_t used;
    uint8_t *arena; /* lent */
    size_t arena_room, arena_used, arena_wanted;
    size_t bytes;       /* of all distinct pieces */
    ctok_cutter cutter; /* cuts when there is no pretokenize and no ends are given */

    /* where the work on a text stands */
    size_t at, scanned; /* the next piece starts at `at`; pieces are known up to `scanned` */
    size_t stop;        /* a piece that starts here or behind is not counted */
    size_t next, known;
    const size_t *given; /* the ends of all pieces, or NULL when a scan finds them */
    size_t ends[CTOK_COUNT_CHUNK];
    ctok_count_key keys[CTOK_COUNT_CHUNK];
} ctok_counts;

CTOK_BODY uint64_t ctok_count_hash(uint64_t low, uint64_t high) {
    return ctok_mix64(low ^ (high * UINT64_C(0xD6E8FEB86659FD93)));
}

/*  The key of text[at..at + length - 1], 1 <= length; reads no byte past n. */
CTOK_BODY ctok_count_key ctok_count_key_of(const uint8_t *text, size_t n, size_t at,
                                           size_t length) {
    ctok_count_key key;
    const uint8_t *p = text + at;
    if (length > CTOK_COUNT_INLINE) {
        uint64_t hash = (uint64_t)length * UINT64_C(0x9E3779B97F4A7C15);
        for (size_t i = 0; i + 8 < length; i += 8)
            hash = ctok_mix64(hash ^ ctok_load64(p + i));
        key.low = key.hash = ctok_mix64(hash ^ ctok_load64(p + length - 8));
        key.high = CTOK_COUNT_LONG;
        return key;
    }
    if (CTOK_LIKELY(n - at >= 16)) {
        const uint64_t low_keep = length >= 8 ? UINT64_MAX : ((uint64_t)1 << (8 * length)) - 1;
        const uint64_t high_keep = length <= 8 ? 0 : ((uint64_t)1 << (8 * (length - 8))) - 1;
        key.low = ctok_load64(p) & low_keep;
        key.high = ctok_load64(p + 8) & high_keep;
    } else {
        key.low = ctok_load_short(p, length < 8 ? length : 8);
        key.high = length <= 8 ? 0 : ctok_load_short(p + 8, length - 8);
    }
    key.high |= (uint64_t)length << 56;
    key.hash = ctok_count_hash(key.low, key.high);
    return key;
}

/*  A long piece's bytes in the arena; *length is set. */
CTOK_BODY const uint8_t *ctok_count_long(const uint8_t *arena, const ctok_count *slot,
                                         size_t *length) {
    const uint8_t *entry = arena + (slot->high & ~CTOK_COUNT_LONG);
    uint32_t stored;
    memcpy(&stored, entry, 4);
    *length = stored;
    return entry + 4;
}

/*  Adds `weight`, 1 or more, to a piece of fewer than 2^32 bytes.
 *
 *      return  CTOK_OK; or CTOK_SCRATCH_FULL, and nothing is added: with arena_wanted above
 *              arena_room the arena is too small, else the table is full
 */
CTOK_BODY ctok_status ctok_counts_add(ctok_counts *counts, const uint8_t *piece, size_t length,
                                      const ctok_count_key *key, uint64_t weight) {
    const size_t mask = ((size_t)1 << counts->bits) - 1;
    size_t at = (size_t)(key->hash >> (64 - counts->bits));
    for (;; at = (at + 1) & mask) {
        ctok_count *slot = &counts->slots[at];
        if (slot->count == 0)
            break;
        if (slot->low != key->low)
            continue;
        if (length > CTOK_COUNT_INLINE && slot->high >= CTOK_COUNT_LONG) {
            size_t other;
            const uint8_t *bytes = ctok_count_long(counts->arena, slot, &other);
            if (other != length || memcmp(bytes, piece, length) != 0)
                continue;
        } else if (slot->high != key->high) {
            continue;
        }
        slot->count += weight;
        return CTOK_OK;
    }
    if (CTOK_UNLIKELY(counts->used + 1 > (mask + 1) / 4 * 3))
        return CTOK_SCRATCH_FULL;
    uint64_t high = key->high;
    if (length > CTOK_COUNT_INLINE) {
        counts->arena_wanted = counts->arena_used + 4 + length;
        if (counts->arena_wanted > counts->arena_room)
            return CTOK_SCRATCH_FULL;
        const uint32_t stored = (uint32_t)length;
        memcpy(counts->arena + counts->arena_used, &stored, 4);
        memcpy(counts->arena + counts->arena_used + 4, piece, length);
        high |= counts->arena_used;
        counts->arena_used = counts->arena_wanted;
    }
    counts->slots[at].low = key->low;
    counts->slots[at].high = high;
    counts->slots[at].count = weight;
    counts->used++;
    counts->bytes += length;
    return CTOK_OK;
}

/*  Starts text[at..stop - 1], where both are ends of pieces or the text's own; with given == NULL
 *  the family's scan or the cutter finds the pieces, otherwise given[] are the ends of all pieces in
 *  ascending order, the last is the text's. */
CTOK_FUNCTION void ctok_counts_start(ctok_counts *counts, size_t at, size_t stop,
                                     const size_t *given) {
    counts->at = counts->scanned = at;
    counts->stop = stop;
    counts->next = counts->known = 0;
    counts->given = given;
}

/*  The first place in text[from..to - 1] where a piece of any family starts; 0 with none: a letter
 *  behind a newline, which opens no word and ends whatever piece it is in. 1 <= from. */
CTOK_FUNCTION size_t ctok_counts_cut(const uint8_t *text, size_t from, size_t to) {
    for (size_t at = from; at < to; at++) {
        const uint8_t *found = (const uint8_t *)memchr(text + at - 1, '\n', to - at);
        if (!found)
            return 0;
        at = (size_t)(found - text) + 1;
        if ((uint8_t)((text[at] | 0x20) - 'a') < 26)
            return at;
    }
    return 0;
}

/*  Goes on counting the pieces of a text.
 *
 *      pretokenize  the family's scan; NULL for the cutter
 *      longest      pieces of more bytes are left out; below 2^32
 *      budget       about so many bytes before CTOK_PAUSED
 *      return       CTOK_OK where it stops; CTOK_SCRATCH_FULL as ctok_counts_add
 *
 *  Cost  a chunk's keys are made first and their slots prefetched, so that misses overlap.
 */
CTOK_FUNCTION ctok_status ctok_counts_text(ctok_counts *counts, ctok_pretokenize_fn pretokenize,
                                           const uint8_t *text, size_t n, uint64_t weight,
                                           size_t longest, size_t budget) {
    const size_t first = counts->at;
    for (;;) {
        for (; counts->next < counts->known; counts->next++) {
            const size_t end = counts->ends[counts->next];
            const size_t length = end - counts->at;
            if (CTOK_LIKELY(length <= longest)) {
                const ctok_status status = ctok_counts_add(counts, text + counts->at, length,
                                                           &counts->keys[counts->next], weight);
                if (CTOK_UNLIKELY(status != CTOK_OK))
                    return status;
            }
            counts->at = end;
        }
        if (counts->at >= counts->stop)
            return CTOK_OK;
        if (counts->at - first >= budget)
            return CTOK_PAUSED;
        counts->next = counts->known = 0;
        if (counts->given) {
            while (counts->known < CTOK_COUNT_CHUNK && counts->scanned < n)
                counts->ends[counts->known++] = counts->scanned = *counts->given++;
        } else {
            const ctok_cutter *const cutter = &counts->cutter;
            counts->known =
                pretokenize ? pretokenize(text, n, &counts->scanned, counts->ends, CTOK_COUNT_CHUNK)
                            : cutter->cut(cutter->context, text, n, &counts->scanned, counts->ends,
                                          CTOK_COUNT_CHUNK);
            while (counts->known > 1 && counts->ends[counts->known - 2] >= counts->stop)
                counts->known--;
        }
        size_t start = counts->at;
        for (size_t i = 0; i < counts->known; i++) {
            if (counts->ends[i] - start <= longest)
                counts->keys[i] = ctok_count_key_of(text, n, start, counts->ends[i] - start);
            CTOK_PREFETCH(&counts->slots[counts->keys[i].hash >> (64 - counts->bits)]);
            start = counts->ends[i];
        }
    }
}

/*  Moves all pieces into a table of 1 << bits free slots, which is larger than the one before. */
CTOK_FUNCTION void ctok_counts_move(ctok_counts *counts, ctok_count *slots, uint32_t bits) {
    const size_t old = (size_t)1 << counts->bits;
    const size_t mask = ((size_t)1 << bits) - 1;
    for (size_t i = 0; i < old && counts->used; i++) {
        const ctok_count *slot = &counts->slots[i];
        if (slot->count == 0)
            continue;
        const uint64_t hash =
            slot->high >= CTOK_COUNT_LONG ? slot->low : ctok_count_hash(slot->low, slot->high);
        size_t at = (size_t)(hash >> (64 - bits));
        while (slots[at].count)
            at = (at + 1) & mask;
        slots[at] = *slot;
    }
    counts->slots = slots;
    counts->bits = bits;
}

/*  ---- from a table to a run */

/*  The other order of a word's bytes, so that numbers compare as the bytes do. */
CTOK_BODY uint64_t ctok_swap64(uint64_t word) {
    word = (word & UINT64_C(0x00FF00FF00FF00FF)) << 8 | (word >> 8 & UINT64_C(0x00FF00FF00FF00FF));
    word =
        (word & UINT64_C(0x0000FFFF0000FFFF)) << 16 | (word >> 16 & UINT64_C(0x0000FFFF0000FFFF));
    return word << 32 | word >> 32;
}

/*  The bytes of a piece, in the arena or, for a short one whose low is swapped, in room[16]. */
CTOK_BODY const uint8_t *ctok_count_bytes(const uint8_t *arena, const ctok_count *slot,
                                          uint8_t *room, size_t *length) {
    if (slot->high >= CTOK_COUNT_LONG)
        return ctok_count_long(arena, slot, length);
    *length = (size_t)(slot->high >> 56);
    for (int i = 0; i < 8; i++) {
        room[i] = (uint8_t)(slot->low >> (56 - 8 * i));
        room[8 + i] = (uint8_t)(slot->high >> (8 * i));
    }
    return room;
}

/*  Does piece a stand before piece b? By bytes, a prefix first; low is swapped in both. */
CTOK_BODY int ctok_count_before(const uint8_t *arena, const ctok_count *a, const ctok_count *b) {
    if (a->low != b->low)
        return a->low < b->low;
    if (a->high < CTOK_COUNT_LONG && b->high < CTOK_COUNT_LONG)
        return ctok_swap64(a->high) < ctok_swap64(b->high);
    uint8_t a_room[16], b_room[16];
    size_t a_length, b_length;
    const uint8_t *a_bytes = ctok_count_bytes(arena, a, a_room, &a_length);
    const uint8_t *b_bytes = ctok_count_bytes(arena, b, b_room, &b_length);
    const int order = memcmp(a_bytes, b_bytes, a_length < b_length ? a_length : b_length);
    return order ? order < 0 : a_length < b_length;
}

/*  Sorts the table in place: its pieces then stand in slots[0..used - 1], and it counts no more.
 *
 *      scratch  room for `used` slots
 *
 *  Invariant  after a round, stretches of `width` slots are sorted. Bottom-up merge sort:
 *             n log n comparisons, all of memory in order.
 */
CTOK_FUNCTION void ctok_counts_sort(ctok_counts *counts, ctok_count *scratch) {
    const size_t size = (size_t)1 << counts->bits;
    ctok_count *from = counts->slots;
    ctok_count *to = scratch;
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        ctok_count slot = from[i];
        if (slot.count == 0)
            continue;
        if (slot.high >= CTOK_COUNT_LONG) {
            size_t length;
            slot.low = ctok_load64(ctok_count_long(counts->arena, &slot, &length));
        }
        slot.low = ctok_swap64(slot.low);
        from[n++] = slot;
    }
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t start = 0; start < n; start += 2 * width) {
            const size_t middle = start + width < n ? start + width : n;
            const size_t end = middle + width < n ? middle + width : n;
            size_t a = start, b = middle;
            for (size_t i = start; i < end; i++) {
                const int take_b =
                    a == middle ||
                    (b < end && ctok_count_before(counts->arena, &from[b], &from[a]));
                to[i] = take_b ? from[b++] : from[a++];
            }
        }
        ctok_count *swap = from;
        from = to;
        to = swap;
    }
    if (from != counts->slots)
        memcpy(counts->slots, from, n * sizeof(ctok_count));
}

/*  Writes a sorted table as a run: data[counts->bytes], lengths[used], numbers[used]. */
CTOK_FUNCTION void ctok_counts_write(const ctok_counts *counts, uint8_t *data, uint32_t *lengths,
                                     int64_t *numbers) {
    for (size_t i = 0; i < counts->used; i++) {
        uint8_t room[16];
        size_t length;
        const uint8_t *bytes = ctok_count_bytes(counts->arena, &counts->slots[i], room, &length);
        memcpy(data, bytes, length);
        data += length;
        lengths[i] = (uint32_t)length;
        numbers[i] = (int64_t)counts->slots[i].count;
    }
}

/*  ---- runs add up */

/*  A run that is read from its start; all borrowed. */
typedef struct ctok_run {
    const uint8_t *data; /* of the next piece */
    const uint32_t *lengths;
    const int64_t *numbers;
    size_t n, at;
} ctok_run;

/*  Several runs on their way into one. */
typedef struct ctok_run_merge {
    ctok_run *runs;
    uint32_t *heap; /* indexes of the runs that are not at their end, the lowest piece on top */
    size_t n_heap;
    int64_t lowest; /* pieces that stand less often are left out */

    /* the result, lent and grown by the caller */
    uint8_t *data;
    uint32_t *lengths;
    int64_t *numbers;
    size_t room, used, data_room, data_used;
} ctok_run_merge;

/*  memcmp's sign for the next pieces of two runs. */
CTOK_BODY int ctok_run_compare(const uint8_t *a, size_t a_length, const uint8_t *b,
                               size_t b_length) {
    const int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

CTOK_BODY void ctok_run_merge_down(ctok_run_merge *merge, size_t at) {
    const uint32_t index = merge->heap[at];
    const ctok_run *run = &merge->runs[index];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= merge->n_heap)
            break;
        const ctok_run *best = &merge->runs[merge->heap[child]];
        if (child + 1 < merge->n_heap) {
            const ctok_run *other = &merge->runs[merge->heap[child + 1]];
            if (ctok_run_compare(other->data, other->lengths[other->at], best->data,
                                 best->lengths[best->at]) < 0) {
                best = other;
                child++;
            }
        }
        if (ctok_run_compare(run->data, run->lengths[run->at], best->data,
                             best->lengths[best->at]) <= 0)
            break;
        merge->heap[at] = merge->heap[child];
        at = child;
    }
    merge->heap[at] = index;
}

/*  Readies a merge of n_runs runs, all at their start; merge->heap has room for as many. */
CTOK_FUNCTION void ctok_run_merge_start(ctok_run_merge *merge, size_t n_runs) {
    merge->n_heap = 0;
    for (size_t i = 0; i < n_runs; i++)
        if (merge->runs[i].n)
            merge->heap[merge->n_heap++] = (uint32_t)i;
    for (size_t i = merge->n_heap / 2; i-- > 0;)
        ctok_run_merge_down(merge, i);
    merge->used = merge->data_used = 0;
}

/*  Goes on merging: CTOK_OK at the end, CTOK_OUTPUT_FULL when the result needs more room. */
CTOK_FUNCTION ctok_status ctok_run_merge_run(ctok_run_merge *merge) {
    while (merge->n_heap) {
        ctok_run *run = &merge->runs[merge->heap[0]];
        const size_t length = run->lengths[run->at];
        const size_t last = merge->used ? merge->lengths[merge->used - 1] : 0;
        if (merge->used &&
            ctok_run_compare(merge->data + merge->data_used - last, last, run->data, length) == 0) {
            merge->numbers[merge->used - 1] += run->numbers[run->at];
        } else {
            if (merge->used && merge->numbers[merge->used - 1] < merge->lowest) {
                merge->data_used -= last;
                merge->used--;
            }
            if (merge->used == merge->room || merge->data_room - merge->data_used < length)
                return CTOK_OUTPUT_FULL;
            memcpy(merge->data + merge->data_used, run->data, length);
            merge->data_used += length;
            merge->lengths[merge->used] = (uint32_t)length;
            merge->numbers[merge->used++] = run->numbers[run->at];
        }
        run->data += length;
        if (++run->at == run->n)
            merge->heap[0] = merge->heap[--merge->n_heap];
        if (merge->n_heap)
            ctok_run_merge_down(merge, 0);
    }
    if (merge->used && merge->numbers[merge->used - 1] < merge->lowest)
        merge->data_used -= merge->lengths[--merge->used];
    return CTOK_OK;
}

#endif /* CTOK_COUNTS_H */
