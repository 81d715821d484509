/*  build.h: a vocabulary's tables from its tokens.
 *
 *  A rank file lists tokens, not merges: two neighbours merge when their bytes together are a
 *  token, and that token's number is the pair's rank. Most vocabularies are *proper*: merging
 *  a token's own bytes with the tokens before it ends in exactly two parts, the token's split.
 *  Then one pair a token says all (docs/merge.md has the argument); otherwise every way of
 *  cutting the token into two tokens is a pair.
 */
#ifndef CTOK_BUILD_H
#define CTOK_BUILD_H

#include "ctok/merge.h"
#include "ctok/pieces.h"

/*  Splits the tokens of a rank file, in the order of their ids, and puts their pairs.
 *
 *      tokens   offsets, bytes; an id without bytes is a gap
 *      slots    the pair table that merges->pairs borrows, writable, all free
 *      split_at out: [n_ids], the length of the token's left part; 0 for bytes, gaps, tokens
 *               without a split
 *      scratch  as long as ctok_long_merge_bytes of the longest token
 *      return   how many tokens have no split; 0 says that the vocabulary is proper
 */
CTOK_FUNCTION size_t ctok_split_tokens(const ctok_merges *merges, const uint8_t *bytes,
                                       const uint32_t *offsets, uint32_t n_ids, uint64_t *slots,
                                       uint32_t *split_at, void *scratch) {
    size_t unsplit = 0;
    for (uint32_t id = 0; id < n_ids; id++) {
        const uint8_t *token = bytes + offsets[id];
        const size_t length = offsets[id + 1] - offsets[id];
        uint32_t ids[CTOK_SHORT_PIECE];
        size_t count = 0;
        split_at[id] = 0;
        if (length < 2)
            continue;
        if (length <= CTOK_SHORT_PIECE) {
            count = ctok_merge_short_scalar(merges, token, length, ids);
        } else {
            ctok_long_merge state;
            size_t budget = SIZE_MAX;
            ctok_long_merge_start(&state, merges, token, length, scratch);
            ctok_long_merge_run(&state, merges, &budget);
            count = ctok_long_merge_count(&state);
            if (count == 2)
                ctok_long_merge_ids(&state, ids);
        }
        if (count != 2) {
            unsplit++;
            continue;
        }
        split_at[id] = offsets[ids[0] + 1] - offsets[ids[0]];
        ctok_pairs_put(slots, merges->pairs.bits, ids[0], ids[1], id);
    }
    return unsplit;
}

/*  How many ways there are to cut tokens into two tokens; puts them when slots is not NULL.
 *
 *      lengths  [longest token's length + 1]: 1 where some token is so long; a cut that leaves a
 *               part of another length is not looked at
 */
CTOK_FUNCTION size_t ctok_cut_tokens(const ctok_pieces *pieces, uint32_t n_ids,
                                     const uint8_t *lengths, uint64_t *slots, uint32_t bits) {
    size_t cuts = 0;
    for (uint32_t id = 0; id < n_ids; id++) {
        const uint8_t *token = pieces->bytes + pieces->offsets[id];
        const size_t length = pieces->offsets[id + 1] - pieces->offsets[id];
        for (size_t cut = 1; cut < length; cut++) {
            if (!(lengths[cut] & lengths[length - cut]))
                continue;
            const uint32_t left = ctok_pieces_find(pieces, token, length, 0, cut);
            const uint32_t right = left == CTOK_NO_ID
                                       ? CTOK_NO_ID
                                       : ctok_pieces_find(pieces, token, length, cut, length - cut);
            if (right == CTOK_NO_ID)
                continue;
            cuts++;
            if (slots)
                ctok_pairs_put(slots, bits, left, right, id);
        }
    }
    return cuts;
}

/*  Puts the pairs of a proper vocabulary whose splits are known.
 *
 *      split_at  [n_ids], as ctok_split_tokens found them
 *      return    CTOK_OK, or CTOK_UNKNOWN_ID with *bad when a part of token *bad is no token
 */
CTOK_FUNCTION ctok_status ctok_put_splits(const ctok_pieces *pieces, uint32_t n_ids,
                                          const uint32_t *split_at, uint64_t *slots, uint32_t bits,
                                          uint32_t *bad) {
    for (uint32_t id = 0; id < n_ids; id++) {
        const uint8_t *token = pieces->bytes + pieces->offsets[id];
        const size_t length = pieces->offsets[id + 1] - pieces->offsets[id];
        const size_t cut = split_at[id];
        if (cut == 0)
            continue;
        *bad = id;
        if (cut >= length)
            return CTOK_UNKNOWN_ID;
        const uint32_t left = ctok_pieces_find(pieces, token, length, 0, cut);
        const uint32_t right = ctok_pieces_find(pieces, token, length, cut, length - cut);
        if (left == CTOK_NO_ID || right == CTOK_NO_ID)
            return CTOK_UNKNOWN_ID;
        ctok_pairs_put(slots, bits, left, right, id);
    }
    return CTOK_OK;
}

/*  The merge that a token's own merging ends with. */
typedef struct ctok_last {
    uint32_t left, right, rank; /* rank is CTOK_NO_RANK when there was none */
} ctok_last;

/*  Merges a token's own bytes.
 *
 *      scratch  as long as ctok_long_merge_bytes(length)
 *      *last    out: the last merge
 *      return   the id when one remains, else CTOK_NO_ID
 */
CTOK_FUNCTION uint32_t ctok_last_merge(const ctok_merges *merges, const uint8_t *token,
                                       size_t length, void *scratch, ctok_last *last) {
    ctok_long_merge state;
    last->left = last->right = CTOK_NO_ID;
    last->rank = CTOK_NO_RANK;
    ctok_long_merge_start(&state, merges, token, length, scratch);
    while (state.heap_used) {
        const uint32_t rank = (uint32_t)(state.heap[0] >> 42);
        const ctok_link *link = &state.links[(uint32_t)state.heap[0]];
        size_t one = 1;
        if (link->rank == rank) {
            last->left = link->id;
            last->right = state.links[link->right].id;
            last->rank = rank;
        }
        ctok_long_merge_run(&state, merges, &one);
    }
    return ctok_long_merge_count(&state) == 1 ? state.links[0].id : CTOK_NO_ID;
}

/*  For each token of a vocabulary with a list of merges: which merge makes it of its own bytes?
 *
 *  A merge that is the last of no token's own merging never happens: up to the merge that makes
 *  a token, what stands inside its bytes is what merging those bytes alone would have made. So
 *  one merge a token is all that encoding needs, whatever else the list holds.
 *
 *      tokens   offsets, bytes; an id without bytes is a gap
 *      last     out: [n_ids], that merge; with CTOK_NO_RANK where merging the bytes does not give
 *               the token, or gives it without a merge
 *      reached  out: [n_ids], 1 where merging the bytes gives the token
 *      scratch  as long as ctok_long_merge_bytes of the longest token
 */
CTOK_FUNCTION void ctok_last_merges(const ctok_merges *merges, const uint8_t *bytes,
                                    const uint32_t *offsets, uint32_t n_ids, ctok_last *last,
                                    uint8_t *reached, void *scratch) {
    for (uint32_t id = 0; id < n_ids; id++) {
        const size_t length = offsets[id + 1] - offsets[id];
        last[id].rank = CTOK_NO_RANK;
        reached[id] = 0;
        if (length == 0)
            continue;
        reached[id] =
            ctok_last_merge(merges, bytes + offsets[id], length, scratch, &last[id]) == id;
        if (!reached[id])
            last[id].rank = CTOK_NO_RANK;
    }
}

#endif /* CTOK_BUILD_H */
