/*  lanes.h: up to sixteen short pieces into ids at once.
 *
 *  The rule is merge.h's. What a merge costs there is waiting: for the lowest rank, for a line of
 *  the table of pairs, for a branch that went the other way. Sixteen pieces have sixteen of each,
 *  which wait side by side: each step makes one merge in every piece that has one left, without a
 *  branch that depends on the text.
 *
 *      row    a place in all pieces, a number a lane; row 0 and the last one stand for no place
 *
 *  Oracle  ctok.reference.merge
 */
#ifndef CTOK_LANES_H
#define CTOK_LANES_H

#include "ctok/merge.h"

#define CTOK_LANE_ROWS (CTOK_SHORT_PIECE + 2)

typedef struct ctok_lanes {
    size_t used; /* lanes: the pieces to merge */
    const uint8_t *pieces[CTOK_LANES];
    size_t sizes[CTOK_LANES];   /* 1 <= size <= CTOK_SHORT_PIECE */
    uint64_t alive[CTOK_LANES]; /* a bit for each place where a token stands */
    ctok_lane_row tokens[CTOK_LANE_ROWS];
    ctok_lane_row order[CTOK_LANE_ROWS]; /* of each token and the next one alive; see merge.h */
} ctok_lanes;

typedef struct ctok_lane_leaves {
    ctok_lowest_in_lanes_fn lowest;
    ctok_match_pair_fn match;
} ctok_lane_leaves;

/*  A look-up in two halves, so that many may wait for their lines side by side. */
typedef struct ctok_pair_search {
    uint64_t key;
    size_t line; /* its first slot */
    size_t maybe;
} ctok_pair_search;

/*  Asks for the line of (left, right), or of no pair when one of them is in no place. What the maybe
 *  bits deny is looked for in the first line, which is at hand. */
CTOK_BODY void ctok_pair_ask(const ctok_pairs *pairs, uint32_t left, uint32_t right, int placed,
                             ctok_pair_search *search) {
    const uint64_t key = ctok_pair_key(left, right) | ((uint64_t)placed - 1);
    const size_t home = ctok_pair_home(ctok_pair_hash(key), pairs->bits);
    search->key = key;
    search->maybe = pairs->slots[((size_t)1 << pairs->bits) + home / 64] >> (home % 64) & 1;
    search->line = home / 64 * 8 & (0 - search->maybe);
    CTOK_PREFETCH(pairs->slots + search->line);
}

/*  The pair's rank and a place as ctok_pair_order gives them; no branch but for a full line. */
CTOK_BODY uint32_t ctok_pair_answer(ctok_match_pair_fn match, const ctok_pairs *pairs,
                                    const ctok_pair_search *search, size_t place) {
    size_t at = search->line;
    for (;;) {
        const uint64_t *const line = pairs->slots + at;
        const unsigned found = match(line, search->key);
        const uint32_t rank = (uint32_t)line[ctok_lowest(found | 128)] & 0x3FFFFF;
        if (CTOK_LIKELY((found != 0) | !search->maybe | (line[7] == CTOK_FREE_PAIR)))
            return (rank << 6 | (uint32_t)place) | ((uint32_t)(found != 0) - 1);
        at = (at + 8) & (((size_t)1 << pairs->bits) - 1);
        if (at == search->line) /* no vocabulary's */
            return CTOK_NO_RANK;
    }
}

/*  What merging starts from, a row a symbol, by the general rules. */
CTOK_BODY size_t ctok_lane_lay(const ctok_lane_leaves leaves, const ctok_merges *merges,
                               ctok_lanes *lanes, size_t lane) {
    const uint8_t *const piece = lanes->pieces[lane];
    const size_t n = lanes->sizes[lane];
    ctok_pair_search searches[CTOK_SHORT_PIECE];
    size_t count = 0;
    if (merges->wholes && n >= CTOK_WHOLES_FROM)
        for (size_t at = 0, size; at < n; at += size)
            lanes->tokens[++count][lane] = ctok_whole(merges, piece, n, at, &size);
    else
        for (size_t at = 0, size; at < n; at += size)
            lanes->tokens[++count][lane] = ctok_symbol(merges, piece, n, at, &size);
    for (size_t i = 1; i < count; i++)
        ctok_pair_ask(&merges->pairs, lanes->tokens[i][lane], lanes->tokens[i + 1][lane], 1,
                      &searches[i]);
    for (size_t i = 1; i < count; i++)
        lanes->order[i][lane] = ctok_pair_answer(leaves.match, &merges->pairs, &searches[i], i - 1);
    return count;
}

/*  The same for single bytes whose pairs' ranks stand in byte_pairs. */
CTOK_BODY size_t ctok_lane_lay_bytes(const ctok_merges *merges, ctok_lanes *lanes, size_t lane) {
    const uint8_t *const piece = lanes->pieces[lane];
    const size_t n = lanes->sizes[lane];
    for (size_t i = 0; i + 1 < n; i++) {
        const uint32_t rank = merges->byte_pairs[piece[i] | (uint32_t)piece[i + 1] << 8];
        lanes->order[i + 1][lane] = rank == CTOK_NO_RANK ? rank : rank << 6 | (uint32_t)i;
    }
    for (size_t i = 0; i < n; i++)
        lanes->tokens[i + 1][lane] = merges->byte_ids[piece[i]];
    return n;
}

CTOK_BODY int ctok_has_high(const uint8_t *piece, size_t n) {
    uint8_t any = 0;
    for (size_t i = 0; i < n; i++)
        any |= piece[i];
    return any >> 7;
}

/*  Lays all lanes in use; returns how many rows they take at most. */
CTOK_BODY size_t ctok_lanes_lay(const ctok_lane_leaves leaves, const ctok_merges *merges,
                                ctok_lanes *lanes) {
    size_t rows = 0;
    for (size_t lane = 0; lane < lanes->used; lane++)
        rows = lanes->sizes[lane] > rows ? lanes->sizes[lane] : rows;
    memset(lanes->order[1], 0xFF, rows * sizeof(lanes->order[0]));
    memset(lanes->tokens[0], 0, sizeof(lanes->tokens[0]));
    memset(lanes->tokens[CTOK_LANE_ROWS - 1], 0, sizeof(lanes->tokens[0]));
    for (size_t lane = 0; lane < lanes->used; lane++) {
        const int bytes =
            merges->byte_pairs && (!merges->wholes || lanes->sizes[lane] < CTOK_WHOLES_FROM ||
                                   !ctok_has_high(lanes->pieces[lane], lanes->sizes[lane]));
        const size_t count = bytes ? ctok_lane_lay_bytes(merges, lanes, lane)
                                   : ctok_lane_lay(leaves, merges, lanes, lane);
        lanes->alive[lane] = ctok_below((unsigned)count);
    }
    return rows;
}

/*  What a step's merges ask of the table of pairs, between its two halves. */
typedef struct ctok_lane_asks {
    size_t count;
    ctok_pair_search search[2 * CTOK_LANES + 1];
    uint32_t lane[2 * CTOK_LANES + 1], row[2 * CTOK_LANES + 1]; /* where its order is written */
} ctok_lane_asks;

/*  Asks what two neighbours are worth, of which the left one's row is given: nothing, unless the maybe bits
 *  leave it open. No branch: what is denied, its place is taken by the next one. */
CTOK_BODY void ctok_lane_ask(const ctok_merges *merges, ctok_lanes *lanes, unsigned lane,
                             unsigned row, uint32_t left, uint32_t right, int placed,
                             ctok_lane_asks *asks) {
    ctok_pair_search *const search = &asks->search[asks->count];
    ctok_pair_ask(&merges->pairs, left, right, placed, search);
    lanes->order[row][lane] = CTOK_NO_RANK;
    asks->lane[asks->count] = lane;
    asks->row[asks->count] = row;
    asks->count += search->maybe & (size_t)placed;
}

/*  Makes a lane's next merge and asks what its two new neighbourhoods are worth. */
CTOK_BODY void ctok_lane_merge(const ctok_merges *merges, ctok_lanes *lanes, unsigned lane,
                               uint32_t first, ctok_lane_asks *asks) {
    const unsigned place = first & 63;
    const uint64_t alive = lanes->alive[lane];
    const uint64_t from = UINT64_MAX << place;
    const uint64_t before = alive & ~from;
    const uint64_t behind = alive & from << 1;
    const uint64_t after = behind & (behind - 1);
    const unsigned left = before ? ctok_highest(before) + 1 : 0;
    const unsigned right = after ? ctok_lowest(after) + 1 : CTOK_LANE_ROWS - 1;
    const uint32_t token = ctok_product(merges, first >> 6);
    lanes->alive[lane] = alive ^ (behind ^ after);
    lanes->order[ctok_lowest(behind) + 1][lane] = CTOK_NO_RANK;
    lanes->tokens[place + 1][lane] = token;
    ctok_lane_ask(merges, lanes, lane, left, lanes->tokens[left][lane], token, before != 0, asks);
    ctok_lane_ask(merges, lanes, lane, place + 1, token, lanes->tokens[right][lane], after != 0,
                  asks);
}

/*  Merges the pieces of all lanes in use. */
CTOK_BODY void ctok_merge_lanes_body(const ctok_lane_leaves leaves, const ctok_merges *merges,
                                     ctok_lanes *lanes) {
    const size_t rows = ctok_lanes_lay(leaves, merges, lanes);
    ctok_lane_asks asks;
    ctok_lane_row first;
    uint32_t open;
    while ((open = leaves.lowest(lanes->order[1], rows, first)) != 0) {
        asks.count = 0;
        for (; open; open &= open - 1) {
            const unsigned lane = ctok_lowest(open);
            ctok_lane_merge(merges, lanes, lane, first[lane], &asks);
        }
        for (size_t i = 0; i < asks.count; i++)
            lanes->order[asks.row[i]][asks.lane[i]] =
                ctok_pair_answer(leaves.match, &merges->pairs, &asks.search[i], asks.row[i] - 1);
    }
}

/*  The merged ids of a lane in order, and how many; room for its piece's bytes. */
CTOK_BODY size_t ctok_lane_ids(const ctok_lanes *lanes, size_t lane, uint32_t *ids) {
    size_t count = 0;
    for (uint64_t alive = lanes->alive[lane]; alive; alive &= alive - 1)
        ids[count++] = lanes->tokens[ctok_lowest(alive) + 1][lane];
    return count;
}

typedef void (*ctok_merge_lanes_fn)(const ctok_merges *merges, ctok_lanes *lanes);

/*  How a backend merges short pieces. */
typedef struct ctok_short_merges {
    ctok_merge_short_fn one;
    ctok_merge_lanes_fn many;
} ctok_short_merges;

/*  ctok_merge_lanes_<backend> */
#define CTOK_MERGE_LANES(target, backend)                                                          \
    target CTOK_FUNCTION void ctok_merge_lanes_##backend(const ctok_merges *merges,                \
                                                         ctok_lanes *lanes) {                      \
        const ctok_lane_leaves leaves = {ctok_lowest_in_lanes_##backend,                           \
                                         ctok_match_pair_##backend};                               \
        ctok_merge_lanes_body(leaves, merges, lanes);                                              \
    }
CTOK_MERGE_LANES(, scalar)
#ifdef CTOK_X86
CTOK_MERGE_LANES(CTOK_AVX2, avx2)
CTOK_MERGE_LANES(CTOK_AVX512, avx512)
#endif
#ifdef CTOK_ARM
CTOK_MERGE_LANES(, neon)
#endif

#endif /* CTOK_LANES_H */
