/*  merge.h: one piece into ids.
 *
 *  The rule: join the neighbours whose pair has the lowest rank, of equals the leftmost, until
 *  no pair has a rank. Two ways to the same ids:
 *
 *      short pieces   the lowest of 64 ranks by vectors, again and again    O(n * merges)
 *      long pieces    a heap of (rank, position) over a linked list         O(n log n)
 *
 *  Oracle  ctok.reference.merge
 */
#ifndef CTOK_MERGE_H
#define CTOK_MERGE_H

#include "ctok/pairs.h"
#include "ctok/pieces.h"
#include "ctok/simd.h"
#include "ctok/unicode.h"

/*  Pieces up to this length are short: one word has a bit for each symbol. */
#define CTOK_SHORT_PIECE 64

/*  What a merge needs of a vocabulary. */
typedef struct ctok_merges {
    ctok_pairs pairs;
    const uint32_t *products; /* [rank] -> id; NULL where a pair's rank is its product's id */
    const uint32_t *byte_ids; /* [256] -> the id of each single byte */
    /* [CTOK_BYTE_PAIRS] -> the rank of two bytes, the first in the low bits; NULL: by their ids */
    const uint32_t *byte_pairs;

    /* characters that merging may start from instead of their bytes, by code point, of
     * CTOK_WHOLES; 0 for others; NULL for none. See linear.h. */
    const uint32_t *wholes;

    /* what merging starts from: NULL for single bytes; otherwise characters, which are looked
     * up here. One that is no token is `unknown`, or its single bytes where that is CTOK_NO_ID. */
    const ctok_pieces *characters;
    uint32_t unknown;
    int fuse_unknown; /* characters in a row that are no tokens are one `unknown` */

    /* where a word's symbols are other tokens by their place in it: (character or byte, place)
     * with the id as rank; its slots are NULL where they are not. */
    ctok_pairs places;
} ctok_merges;

#define CTOK_PLACE_INNER 1 /* not the first symbol of its piece */
#define CTOK_PLACE_LAST 2
#define CTOK_PLACES 4

#define CTOK_BYTE_PAIRS 0x10000
#define CTOK_WHOLES 0x10000                  /* code points of at most three bytes */
#define CTOK_WHOLES_FROM 8                   /* in shorter pieces they cost more than they save */
#define CTOK_WHOLE_FIRST ((uint32_t)1 << 29) /* at a piece's start, with the id in the low bits */
#define CTOK_WHOLE_AFTER_TAIL ((uint32_t)1 << 30)  /* behind a byte 0x80..0xBF */
#define CTOK_WHOLE_AFTER_OTHER ((uint32_t)1 << 31) /* behind any other */

CTOK_BODY uint32_t ctok_product(const ctok_merges *merges, uint32_t rank) {
    return merges->products ? merges->products[rank] : rank;
}

/*  The id that a symbol of `size` bytes at piece[at] has there; CTOK_NO_ID when it is no token. */
CTOK_BODY uint32_t ctok_placed_id(const ctok_merges *merges, uint32_t symbol, size_t n, size_t at,
                                  size_t size) {
    const uint32_t place = (at ? CTOK_PLACE_INNER : 0) | (at + size == n ? CTOK_PLACE_LAST : 0);
    const uint32_t id = ctok_pairs_rank(&merges->places, symbol, place);
    return id == CTOK_NO_RANK ? CTOK_NO_ID : id;
}

/*  The id of the character at piece[at] and its size in bytes; CTOK_NO_ID when it is no token. */
CTOK_BODY uint32_t ctok_character_id(const ctok_merges *merges, const uint8_t *piece, size_t n,
                                     size_t at, size_t *size) {
    uint32_t code_point;
    *size = ctok_utf8_read(piece, n, at, &code_point);
    if (*size == 0) {
        *size = 1;
        return CTOK_NO_ID;
    }
    if (CTOK_UNLIKELY(merges->places.slots != NULL))
        return ctok_placed_id(merges, code_point, n, at, *size);
    return ctok_pieces_find(merges->characters, piece, n, at, *size);
}

/*  The id that the merging of a piece starts from at piece[at], and its size in bytes. */
CTOK_BODY uint32_t ctok_symbol(const ctok_merges *merges, const uint8_t *piece, size_t n, size_t at,
                               size_t *size) {
    *size = 1;
    if (!merges->characters) {
        const uint32_t placed = CTOK_UNLIKELY(merges->places.slots != NULL)
                                    ? ctok_placed_id(merges, piece[at], n, at, 1)
                                    : CTOK_NO_ID;
        return CTOK_LIKELY(placed == CTOK_NO_ID) ? merges->byte_ids[piece[at]] : placed;
    }
    const uint32_t id = ctok_character_id(merges, piece, n, at, size);
    if (CTOK_LIKELY(id != CTOK_NO_ID))
        return id;
    if (merges->unknown == CTOK_NO_ID) {
        *size = 1;
        return merges->byte_ids[piece[at]];
    }
    for (size_t next; merges->fuse_unknown && at + *size < n; *size += next)
        if (ctok_character_id(merges, piece, n, at + *size, &next) != CTOK_NO_ID)
            break;
    return merges->unknown;
}

/*  The id of the character of 2 or 3 bytes at piece[at] when merging may start from it, and its
 *  size; else the first byte's id, and 1. */
CTOK_BODY uint32_t ctok_whole(const ctok_merges *merges, const uint8_t *piece, size_t n, size_t at,
                              size_t *size) {
    const uint8_t lead = piece[at];
    *size = 1;
    if (lead < 0xC2 || lead > 0xEF || n - at < 2)
        return merges->byte_ids[lead];
    const size_t length = lead < 0xE0 ? 2 : 3;
    uint32_t code_point = (uint32_t)(lead & 31) << 6 | (piece[at + 1] & 63);
    int wrong = !ctok_is_tail(piece[at + 1]);
    if (length == 3) {
        if (n - at < 3)
            return merges->byte_ids[lead];
        code_point = (code_point << 6 | (piece[at + 2] & 63)) & 0xFFFF;
        wrong |= !ctok_is_tail(piece[at + 2]) | (code_point < 0x800);
    }
    wrong |= at + length < n && ctok_is_tail(piece[at + length]);
    const uint32_t wanted = at == 0                       ? CTOK_WHOLE_FIRST
                            : ctok_is_tail(piece[at - 1]) ? CTOK_WHOLE_AFTER_TAIL
                                                          : CTOK_WHOLE_AFTER_OTHER;
    const uint32_t whole = merges->wholes[code_point];
    if (wrong || !(whole & wanted))
        return merges->byte_ids[lead];
    *size = length;
    return whole & (CTOK_MAX_IDS - 1);
}

/*  What the pair of two neighbours is worth: its rank and the left one's place, so that the lowest
 *  is the pair to merge; all ones when they do not merge. */
CTOK_BODY uint32_t ctok_pair_order(const ctok_merges *merges, uint32_t left, uint32_t right,
                                   unsigned place) {
    const uint32_t rank = ctok_pairs_rank(&merges->pairs, left, right);
    return rank == CTOK_NO_RANK ? CTOK_NO_RANK : rank << 6 | place;
}

/*  Merges one short piece.
 *
 *      lowest  the leaf that finds the lowest of some numbers
 *      ids     out: the merged ids in order; room for n
 *      n       1 <= n <= CTOK_SHORT_PIECE
 *      return  how many ids: 1 <= return <= n
 *
 *  Invariant  a token stands at the place of its first symbol, where `alive` has a bit;
 *             order[place] belongs to it and the next one alive.
 *  Cost       at most n - 1 merges, each one sweep of the order and two lookups.
 */
CTOK_BODY size_t ctok_merge_short_body(ctok_lowest_of_fn lowest, const ctok_merges *merges,
                                       const uint8_t *piece, size_t n, uint32_t *ids) {
    uint32_t tokens[CTOK_SHORT_PIECE];
    uint32_t order[CTOK_SHORT_PIECE];
    size_t count = 0;
    if (merges->wholes && n >= CTOK_WHOLES_FROM)
        for (size_t at = 0, size; at < n; at += size)
            tokens[count++] = ctok_whole(merges, piece, n, at, &size);
    else
        for (size_t at = 0, size; at < n; at += size)
            tokens[count++] = ctok_symbol(merges, piece, n, at, &size);
    const size_t swept = (count + 7) & ~(size_t)7;
    uint64_t alive = ctok_below((unsigned)count);
    for (size_t i = 0; i + 1 < count; i++)
        order[i] = ctok_pair_order(merges, tokens[i], tokens[i + 1], (unsigned)i);
    for (size_t i = count - 1; i < swept; i++)
        order[i] = CTOK_NO_RANK;
    for (;;) {
        const uint32_t first = lowest(order, swept);
        if (first == CTOK_NO_RANK)
            break;
        const unsigned place = first & 63;
        const uint64_t before = alive & ctok_below(place);
        uint64_t behind = alive & ~ctok_below(place + 1);
        const unsigned gone = ctok_lowest(behind);
        behind &= behind - 1;
        alive &= ~((uint64_t)1 << gone);
        tokens[place] = ctok_product(merges, first >> 6);
        order[gone] = CTOK_NO_RANK;
        order[place] =
            behind ? ctok_pair_order(merges, tokens[place], tokens[ctok_lowest(behind)], place)
                   : CTOK_NO_RANK;
        if (before) {
            const unsigned left = ctok_highest(before);
            order[left] = ctok_pair_order(merges, tokens[left], tokens[place], left);
        }
    }
    count = 0;
    for (; alive; alive &= alive - 1)
        ids[count++] = tokens[ctok_lowest(alive)];
    return count;
}

typedef size_t (*ctok_merge_short_fn)(const ctok_merges *merges, const uint8_t *piece, size_t n,
                                      uint32_t *ids);

/*  ctok_merge_short_<backend> */
#define CTOK_MERGE_SHORT(target, backend)                                                          \
    target CTOK_FUNCTION size_t ctok_merge_short_##backend(                                        \
        const ctok_merges *merges, const uint8_t *piece, size_t n, uint32_t *ids) {                \
        return ctok_merge_short_body(ctok_lowest_of_##backend, merges, piece, n, ids);             \
    }
CTOK_MERGE_SHORT(, scalar)
#ifdef CTOK_X86
CTOK_MERGE_SHORT(CTOK_AVX2, avx2)
CTOK_MERGE_SHORT(CTOK_AVX512, avx512)
#endif
#ifdef CTOK_ARM
CTOK_MERGE_SHORT(, neon)
#endif

/*  One link of a long piece. Links stand in the order of the text, merged ones are skipped. */
typedef struct ctok_link {
    uint32_t id;
    uint32_t left, right; /* neighbours' indexes; CTOK_NO_LINK beyond the ends */
    uint32_t rank;        /* of (this, right neighbour); CTOK_NO_RANK when gone or last */
} ctok_link;

#define CTOK_NO_LINK UINT32_MAX
#define CTOK_LONG_PIECE_LIMIT ((size_t)UINT32_MAX)

/*  A long merge between two calls. Heap entries are rank << 42 | index, so the lowest entry is
 *  the lowest rank, of equals the leftmost. An entry whose rank is no longer its link's is stale. */
typedef struct ctok_long_merge {
    ctok_link *links; /* n of them */
    uint64_t *heap;   /* room for 2 n */
    size_t heap_used;
    size_t n;
    const uint8_t *piece;
    size_t at;   /* symbols are read up to here */
    size_t laid; /* links laid; SIZE_MAX when all are */
} ctok_long_merge;

/*  Bytes of scratch, 8-byte aligned, that a long merge of n bytes needs. */
CTOK_BODY size_t ctok_long_merge_bytes(size_t n) {
    return n * sizeof(ctok_link) + 2 * n * sizeof(uint64_t);
}

CTOK_BODY void ctok_heap_down(uint64_t *heap, size_t n, size_t at) {
    const uint64_t entry = heap[at];
    for (;;) {
        size_t child = 4 * at + 1;
        if (child >= n)
            break;
        size_t best = child;
        const size_t end = child + 4 < n ? child + 4 : n;
        for (size_t i = child + 1; i < end; i++)
            if (heap[i] < heap[best])
                best = i;
        if (heap[best] >= entry)
            break;
        heap[at] = heap[best];
        at = best;
    }
    heap[at] = entry;
}

CTOK_BODY void ctok_heap_push(uint64_t *heap, size_t *n, uint64_t entry) {
    size_t at = (*n)++;
    while (at > 0 && heap[(at - 1) / 4] > entry) {
        heap[at] = heap[(at - 1) / 4];
        at = (at - 1) / 4;
    }
    heap[at] = entry;
}

/*  Takes the lowest entry out; there is one. */
CTOK_BODY uint64_t ctok_heap_pop(uint64_t *heap, size_t *n) {
    const uint64_t entry = heap[0];
    heap[0] = heap[--*n];
    if (*n)
        ctok_heap_down(heap, *n, 0);
    return entry;
}

/*  Starts a long merge in scratch of ctok_long_merge_bytes(n), 2 <= n < CTOK_LONG_PIECE_LIMIT;
 *  the first runs lay its links. */
CTOK_FUNCTION void ctok_long_merge_begin(ctok_long_merge *state, const ctok_merges *merges,
                                         const uint8_t *piece, size_t n, void *scratch) {
    state->heap = (uint64_t *)scratch;
    state->links = (ctok_link *)(state->heap + 2 * n);
    state->heap_used = 0;
    state->n = n;
    state->piece = piece;
    state->laid = 0;
    state->links[0].id = ctok_symbol(merges, piece, n, 0, &state->at);
}

/*  Lays at most *budget links more; the heap is in order when all are laid. */
CTOK_FUNCTION ctok_status ctok_long_merge_lay(ctok_long_merge *state, const ctok_merges *merges,
                                              size_t *budget) {
    for (size_t i = state->laid;; i++) {
        ctok_link *link = &state->links[i];
        link->left = i ? (uint32_t)(i - 1) : CTOK_NO_LINK;
        link->right = state->at < state->n ? (uint32_t)(i + 1) : CTOK_NO_LINK;
        link->rank = CTOK_NO_RANK;
        if (state->at == state->n)
            break;
        if (*budget == 0) {
            state->laid = i;
            return CTOK_PAUSED;
        }
        --*budget;
        size_t size;
        link[1].id = ctok_symbol(merges, state->piece, state->n, state->at, &size);
        state->at += size;
        link->rank = ctok_pairs_rank(&merges->pairs, link->id, link[1].id);
        if (link->rank != CTOK_NO_RANK)
            state->heap[state->heap_used++] = (uint64_t)link->rank << 42 | i;
    }
    for (size_t i = state->heap_used / 4 + 1; i-- > 0;)
        if (i < state->heap_used)
            ctok_heap_down(state->heap, state->heap_used, i);
    state->laid = SIZE_MAX;
    return CTOK_OK;
}

/*  Begins a long merge and lays all its links. */
CTOK_FUNCTION void ctok_long_merge_start(ctok_long_merge *state, const ctok_merges *merges,
                                         const uint8_t *piece, size_t n, void *scratch) {
    size_t budget = SIZE_MAX;
    ctok_long_merge_begin(state, merges, piece, n, scratch);
    ctok_long_merge_lay(state, merges, &budget);
}

/*  The pair that starts at `index` has changed: looks its rank up and remembers it. */
CTOK_BODY void ctok_long_merge_renew(ctok_long_merge *state, const ctok_merges *merges,
                                     uint32_t index) {
    ctok_link *link = &state->links[index];
    link->rank = link->right == CTOK_NO_LINK
                     ? CTOK_NO_RANK
                     : ctok_pairs_rank(&merges->pairs, link->id, state->links[link->right].id);
    if (link->rank != CTOK_NO_RANK)
        ctok_heap_push(state->heap, &state->heap_used, (uint64_t)link->rank << 42 | index);
}

/*  Makes the merge of an entry that was taken out, unless it is stale. */
CTOK_BODY void ctok_long_merge_make(ctok_long_merge *state, const ctok_merges *merges,
                                    uint64_t entry) {
    const uint32_t rank = (uint32_t)(entry >> 42);
    const uint32_t index = (uint32_t)entry;
    ctok_link *link = &state->links[index];
    if (link->rank != rank)
        return;
    ctok_link *gone = &state->links[link->right];
    link->id = ctok_product(merges, rank);
    link->right = gone->right;
    gone->rank = CTOK_NO_RANK;
    if (link->right != CTOK_NO_LINK)
        state->links[link->right].left = index;
    ctok_long_merge_renew(state, merges, index);
    if (link->left != CTOK_NO_LINK)
        ctok_long_merge_renew(state, merges, link->left);
}

/*  Goes on for at most *budget links and heap entries and takes what it used off the budget.
 *
 *      return  CTOK_OK when no pair is left to merge, CTOK_PAUSED when the budget is used up
 *
 *  Bound  the heap starts with at most n - 1 entries; each pop that merges adds at most two, and
 *         there are at most n - 1 merges: it never holds more than 2 n.
 */
CTOK_FUNCTION ctok_status ctok_long_merge_run(ctok_long_merge *state, const ctok_merges *merges,
                                              size_t *budget) {
    if (state->laid != SIZE_MAX) {
        const ctok_status status = ctok_long_merge_lay(state, merges, budget);
        if (status != CTOK_OK)
            return status;
    }
    while (state->heap_used) {
        if (*budget == 0)
            return CTOK_PAUSED;
        --*budget;
        ctok_long_merge_make(state, merges, ctok_heap_pop(state->heap, &state->heap_used));
    }
    return CTOK_OK;
}

/*  How many ids a finished long merge has, and the ids in order. */
CTOK_FUNCTION size_t ctok_long_merge_count(const ctok_long_merge *state) {
    size_t count = 0;
    for (uint32_t at = 0; at != CTOK_NO_LINK; at = state->links[at].right)
        count++;
    return count;
}

CTOK_FUNCTION void ctok_long_merge_ids(const ctok_long_merge *state, uint32_t *ids) {
    for (uint32_t at = 0; at != CTOK_NO_LINK; at = state->links[at].right)
        *ids++ = state->links[at].id;
}

#endif /* CTOK_MERGE_H */
