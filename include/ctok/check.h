/*  check.h: may these tables be used?
 *
 *  Tables that come from a file may hold anything. What is checked here is all that the other
 *  headers rely on: an index into an array is below its length, a length ends inside of its array,
 *  a search meets a free slot. Then no text and no ids can make them read outside of their tables
 *  or go on for ever. Whether the ids are right is another matter.
 *
 *  Cost  each table is read once, front to back.
 */
#ifndef CTOK_CHECK_H
#define CTOK_CHECK_H

#include "ctok/decode.h"
#include "ctok/linear.h"
#include "ctok/pairs.h"
#include "ctok/pieces.h"

/*  Do n tokens' bytes stand one behind the other within `total` bytes? offsets has n + 1 numbers. */
CTOK_FUNCTION int ctok_offsets_hold(const uint32_t *offsets, size_t n, size_t total) {
    uint32_t back = offsets[0] != 0;
    for (size_t i = 0; i < n; i++)
        back |= offsets[i + 1] < offsets[i];
    return !back && offsets[n] <= total;
}

/*  Does each of n spans end within `total` bytes? */
CTOK_FUNCTION int ctok_spans_hold(const uint64_t *spans, size_t n, size_t total) {
    uint64_t beyond = 0;
    for (size_t i = 0; i < n; i++)
        beyond |= (spans[i] >> 24) + ctok_span_length(spans[i]) > total;
    return !beyond;
}

/*  Is each of n numbers below `limit`, or equal to `other`? */
CTOK_FUNCTION int ctok_numbers_hold(const uint32_t *numbers, size_t n, uint32_t limit,
                                    uint32_t other) {
    uint32_t beyond = 0;
    for (size_t i = 0; i < n; i++)
        beyond |= (uint32_t)(numbers[i] >= limit) & (uint32_t)(numbers[i] != other);
    return !beyond;
}

/*  Is each of n tokens cut inside, or not at all? */
CTOK_FUNCTION int ctok_splits_hold(const uint32_t *split_at, const uint32_t *offsets, size_t n) {
    uint32_t beyond = 0;
    for (size_t i = 0; i < n; i++)
        beyond |=
            (uint32_t)(split_at[i] != 0) & (uint32_t)(split_at[i] >= offsets[i + 1] - offsets[i]);
    return !beyond;
}

/*  Is each slot free, or a pair of ids below n_ids with a rank below n_ranks, and one free? */
CTOK_FUNCTION int ctok_pairs_hold(const ctok_pairs *pairs, uint32_t n_ids, uint32_t n_ranks) {
    const uint64_t id_mask = CTOK_MAX_IDS - 1;
    uint64_t beyond = 0, vacant = 0;
    for (size_t i = 0; i < (size_t)1 << pairs->bits; i++) {
        const uint64_t slot = pairs->slots[i];
        const uint64_t is_free = slot == CTOK_FREE_PAIR;
        const uint64_t wrong = (uint64_t)(slot >> 43 >= n_ids) |
                               (uint64_t)((slot >> 22 & id_mask) >= n_ids) |
                               (uint64_t)((slot & 0x3FFFFF) >= n_ranks);
        vacant |= is_free;
        beyond |= wrong & ~is_free;
    }
    return vacant && !beyond;
}

/*  Is each slot of the three tables free, or an id below n_ids, and one of each free? */
CTOK_FUNCTION int ctok_pieces_hold(const ctok_pieces *pieces, uint32_t n_ids) {
    uint64_t beyond = 0, small = 0, medium = 0, large = 0;
    for (size_t i = 0; i < (size_t)1 << pieces->small_bits; i++) {
        const uint64_t *slot = pieces->small + 2 * i;
        small |= (uint64_t)(slot[0] == 0);
        beyond |= (uint64_t)(slot[0] != 0) & (uint64_t)(slot[1] >= n_ids);
    }
    for (size_t i = 0; i < (size_t)1 << pieces->medium_bits; i++) {
        const uint64_t *slot = pieces->medium + 4 * i;
        medium |= (uint64_t)(slot[1] == 0);
        beyond |= (uint64_t)(slot[1] != 0) & (uint64_t)(slot[2] >= n_ids);
    }
    for (size_t i = 0; i < (size_t)1 << pieces->large_bits; i++) {
        const uint64_t slot = pieces->large[i];
        large |= (uint64_t)(slot == CTOK_FREE_LARGE);
        beyond |= (uint64_t)(slot != CTOK_FREE_LARGE) & (uint64_t)((uint32_t)slot >= n_ids);
    }
    return small && medium && large && !beyond;
}

/*  Is each of n_ids tokens made of two that are made before it, or of none? */
CTOK_FUNCTION int ctok_parts_hold(const ctok_parts *parts, uint32_t n_ids) {
    uint32_t beyond = 0;
    for (uint32_t id = 0; id < n_ids; id++) {
        const uint32_t is_free =
            (uint32_t)(parts[id].left == CTOK_NO_ID) & (uint32_t)(parts[id].right == CTOK_NO_ID);
        beyond |=
            ~is_free & ((uint32_t)(parts[id].left >= n_ids) | (uint32_t)(parts[id].right >= n_ids));
    }
    return !(beyond & 1) && ctok_parts_ordered(parts, n_ids);
}

/*  Do the chains of tall tokens hold n links with ids below n_ids, each once? */
CTOK_FUNCTION int ctok_tall_hold(const ctok_linear *linear, size_t n, uint32_t n_ids) {
    size_t passed = 0;
    for (size_t i = 0; i < (size_t)1 << linear->head_bits; i++)
        for (uint32_t link = linear->heads[i]; link; link = linear->tall[link - 1].next)
            if (link > n || linear->tall[link - 1].id >= n_ids || ++passed > n)
                return 0;
    return passed == n;
}

/*  Is each of the characters that merging may start from a token's id below n_ids, or 0? */
CTOK_FUNCTION int ctok_wholes_hold(const uint32_t *wholes, uint32_t n_ids) {
    uint32_t beyond = 0;
    for (size_t i = 0; i < CTOK_WHOLES; i++)
        beyond |= (uint32_t)((wholes[i] & (CTOK_MAX_IDS - 1)) >= n_ids);
    return !beyond;
}

#endif /* CTOK_CHECK_H */
