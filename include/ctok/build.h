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

/*  Asks for the cache line where looking up the `length` bytes at text[at], of n, starts. */
CTOK_BODY void ctok_pieces_prefetch(const ctok_pieces *pieces, const uint8_t *text, size_t n,
                                    size_t at, size_t length) {
    if (length == 0 || length > CTOK_MEDIUM_KEY)
        return;
    const ctok_key key = ctok_key_of(text, n, at, length);
    const uint64_t *slot =
        length <= CTOK_SMALL_KEY
            ? pieces->small + 2 * (size_t)(ctok_small_hash(key.low) >> (64 - pieces->small_bits))
            : pieces->medium +
                  4 * (size_t)(ctok_medium_hash(key.low, key.high) >> (64 - pieces->medium_bits));
    CTOK_PREFETCH(slot);
}

/*  So many tokens before their turn, their cache lines are asked for. */
#define CTOK_BUILD_AHEAD 16

/*  Puts every wanted token into the tables of whole pieces, which are all free.
 *
 *      wanted   [n_ids], 0 for those to leave out; NULL: none; gaps are left out anyhow
 *      return   as ctok_pieces_put, with the later of two equal tokens in *bad
 */
CTOK_FUNCTION ctok_status ctok_put_tokens(const ctok_pieces *pieces, uint32_t n_ids,
                                          const uint8_t *wanted, uint64_t *small, uint64_t *medium,
                                          uint64_t *large, uint32_t *holder, uint32_t *bad) {
    const uint32_t *offsets = pieces->offsets;
    for (uint32_t id = 0; id < n_ids; id++) {
        const uint32_t next = n_ids - id > CTOK_BUILD_AHEAD ? id + CTOK_BUILD_AHEAD : id;
        ctok_pieces_prefetch(pieces, pieces->bytes, offsets[n_ids], offsets[next],
                             offsets[next + 1] - offsets[next]);
        if (offsets[id + 1] == offsets[id] || (wanted && !wanted[id]))
            continue;
        *bad = id;
        if (ctok_pieces_put(pieces, small, medium, large, id, holder) != CTOK_OK)
            return CTOK_DUPLICATE;
    }
    return CTOK_OK;
}

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
    const uint8_t *text = pieces->bytes;
    const uint32_t *offsets = pieces->offsets;
    const size_t n = offsets[n_ids];
    uint32_t left[CTOK_BUILD_AHEAD], right[CTOK_BUILD_AHEAD];
    for (uint32_t first = 0, end; first < n_ids; first = end) {
        end = n_ids - first > CTOK_BUILD_AHEAD ? first + CTOK_BUILD_AHEAD : n_ids;
        for (uint32_t id = first; id < end; id++) {
            const size_t at = offsets[id], length = offsets[id + 1] - at, cut = split_at[id];
            *bad = id;
            if (cut == 0)
                continue;
            if (cut >= length)
                return CTOK_UNKNOWN_ID;
            ctok_pieces_prefetch(pieces, text, n, at, cut);
            ctok_pieces_prefetch(pieces, text, n, at + cut, length - cut);
        }
        for (uint32_t id = first; id < end; id++) {
            const size_t at = offsets[id], length = offsets[id + 1] - at, cut = split_at[id];
            *bad = id;
            if (cut == 0)
                continue;
            left[id - first] = ctok_pieces_find(pieces, text, n, at, cut);
            right[id - first] = ctok_pieces_find(pieces, text, n, at + cut, length - cut);
            if (left[id - first] == CTOK_NO_ID || right[id - first] == CTOK_NO_ID)
                return CTOK_UNKNOWN_ID;
            CTOK_PREFETCH(slots + ctok_pair_home(ctok_pair_hash(ctok_pair_key(left[id - first],
                                                                              right[id - first])),
                                                 bits) /
                                      64 * 8);
        }
        for (uint32_t id = first; id < end; id++)
            if (split_at[id])
                ctok_pairs_put(slots, bits, left[id - first], right[id - first], id);
    }
    return CTOK_OK;
}

/*  Fills the ranks of pairs of single bytes: out: [CTOK_BYTE_PAIRS]. */
CTOK_FUNCTION void ctok_byte_pairs_find(const ctok_merges *merges, uint32_t *byte_pairs) {
    for (uint32_t i = 0; i < CTOK_BYTE_PAIRS; i++)
        byte_pairs[i] =
            ctok_pairs_rank(&merges->pairs, merges->byte_ids[i & 255], merges->byte_ids[i >> 8]);
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
