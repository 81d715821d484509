/*  train.h: which merges make a vocabulary?
 *
 *  Exact greedy byte-pair encoding: join the pair of neighbours that stands most often, of
 *  equals the one with the smaller (left id, right id); give the token the next id; repeat.
 *
 *  The distinct pieces stand one after the other, the most frequent first, a position a byte:
 *
 *      symbols   END  t  h  e  END  i  n  g  END          each byte a token
 *      after     END  Z  .  Z  END  i  n  g  END          Z = t + h + e
 *
 *  A token's id stands at its first and at its last position, a HOLE between them. So both
 *  neighbours of a token are one load away and nothing ever moves: a position that once was
 *  known to start a token either still does or shows another id.
 *
 *  An index holds the pairs that stand `threshold` times or more: how often, and where (their
 *  postings). Two facts keep it small and exact. A pair of two old tokens can only become rarer,
 *  for tokens between two others never vanish: so each pair's postings are written once, in one
 *  go, when it is made, and the heap's entries are upper bounds, corrected when they reach the
 *  top. And a pair below the threshold cannot be the best one as long as one above it is left;
 *  then the caller lowers the threshold and indexes again.
 *
 *  Oracle  the plain trainer in tests/test_train.py; rustbpe and tokenizers
 */
#ifndef CTOK_TRAIN_H
#define CTOK_TRAIN_H

#include "ctok/base.h"

#define CTOK_PIECE_END UINT32_MAX
#define CTOK_HOLE (UINT32_MAX - 1)
#define CTOK_NO_PAIR UINT64_MAX

/*  One pair of the index; key = left << 32 | right. */
typedef struct ctok_train_pair {
    uint64_t key;   /* CTOK_NO_PAIR in a free slot, all of whose bits are set */
    int64_t count;  /* how often it stands: the sum of its pieces' counts */
    uint64_t start; /* postings[start..start + n - 1], ascending; some are stale */
    uint32_t n;
    uint32_t filled; /* of them, while they are written */
} ctok_train_pair;

typedef struct ctok_train_bound {
    int64_t count;
    uint64_t key;
} ctok_train_bound;

/*  A new pair was seen: which neighbour, where its left token starts. */
typedef struct ctok_train_event {
    uint32_t neighbour, at;
} ctok_train_event;

/*  What a step knows of one token as neighbour of the merged pair; one array for each side. */
typedef struct ctok_train_side {
    int64_t weight;
    uint64_t start; /* where the new pair's postings go; CTOK_NO_PAIR when it has none */
    uint32_t n;
    uint32_t filled;
} ctok_train_side;

/*  All memory is lent. Arrays of `max_ids` are indexed by token. */
typedef struct ctok_trainer {
    uint32_t *symbols;
    size_t n_symbols;
    uint32_t *lengths; /* [max_ids], in bytes */
    uint32_t next_id, max_ids;
    uint32_t longest; /* no token gets more bytes */

    const uint32_t *weight_starts; /* [n_weights + 1]: from which position on a count holds */
    const int64_t *weights;        /* [n_weights] */
    size_t n_weights;

    int64_t threshold;
    uint32_t sketch_bits;
    ctok_train_pair *pairs; /* 1 << bits, at most half taken */
    uint32_t bits;
    size_t n_pairs;
    uint32_t *postings;
    size_t postings_room, n_postings;
    ctok_train_bound *heap;
    size_t heap_room, n_heap;

    ctok_train_side *left, *right;    /* [max_ids], all zero between steps */
    uint32_t *left_seen, *right_seen; /* [max_ids] */
    ctok_train_event *events;
    size_t events_room;
    size_t step; /* postings of the pair that CTOK_SCRATCH_FULL stopped at */

    uint64_t *merges; /* out: [merges_wanted], keys */
    int64_t *counts;  /* out: [merges_wanted] */
    size_t n_merges, merges_wanted;
} ctok_trainer;

/*  The index of the count that holds at a position, searched from an earlier one's on. */
CTOK_BODY size_t ctok_train_weight(const ctok_trainer *trainer, size_t from, size_t position) {
    const uint32_t *starts = trainer->weight_starts;
    size_t step = 1;
    while (from + step < trainer->n_weights && starts[from + step] <= position) {
        from += step;
        step *= 2;
    }
    size_t end = from + step < trainer->n_weights ? from + step : trainer->n_weights;
    while (end - from > 1) {
        const size_t middle = from + (end - from) / 2;
        if (starts[middle] <= position)
            from = middle;
        else
            end = middle;
    }
    return from;
}

/*  Where a pair stands in the index, or would stand. */
CTOK_BODY ctok_train_pair *ctok_train_find(const ctok_trainer *trainer, uint64_t key) {
    const size_t mask = ((size_t)1 << trainer->bits) - 1;
    size_t at = (size_t)(ctok_mix64(key) >> (64 - trainer->bits));
    while (trainer->pairs[at].key != key && trainer->pairs[at].key != CTOK_NO_PAIR)
        at = (at + 1) & mask;
    return &trainer->pairs[at];
}

/*  Moves the pairs that can still be merged into a table of 1 << bits free slots. */
CTOK_FUNCTION void ctok_train_move(ctok_trainer *trainer, ctok_train_pair *pairs, uint32_t bits) {
    const ctok_train_pair *old = trainer->pairs;
    const size_t n = (size_t)1 << trainer->bits;
    trainer->pairs = pairs;
    trainer->bits = bits;
    trainer->n_pairs = 0;
    for (size_t i = 0; i < n; i++)
        if (old[i].key != CTOK_NO_PAIR && old[i].count >= trainer->threshold) {
            *ctok_train_find(trainer, old[i].key) = old[i];
            trainer->n_pairs++;
        }
}

/*  ---- laying the pieces out */

/*  Writes one piece behind symbols[*at] as single bytes and END behind it. */
CTOK_BODY void ctok_train_lay(uint32_t *symbols, size_t *at, const uint8_t *piece, size_t length,
                              const uint32_t *byte_ids) {
    for (size_t i = 0; i < length; i++)
        symbols[(*at)++] = byte_ids[piece[i]];
    symbols[(*at)++] = CTOK_PIECE_END;
}

/*  Writes tokens over the bytes that they stand for, from position *at on, over piece ends. */
CTOK_FUNCTION void ctok_train_lay_tokens(ctok_trainer *trainer, size_t *at, const uint32_t *ids,
                                         size_t n) {
    for (size_t i = 0; i < n; i++) {
        while (trainer->symbols[*at] == CTOK_PIECE_END)
            ++*at;
        const size_t length = trainer->lengths[ids[i]];
        for (size_t k = 1; k + 1 < length; k++)
            trainer->symbols[*at + k] = CTOK_HOLE;
        trainer->symbols[*at] = trainer->symbols[*at + length - 1] = ids[i];
        *at += length;
    }
}

/*  ---- the index */

typedef enum ctok_train_pass {
    CTOK_TRAIN_SKETCH, /* bound the count of every pair from above */
    CTOK_TRAIN_COUNT,  /* count the pairs whose bound reaches the threshold */
    CTOK_TRAIN_FILL    /* write the postings of those whose count does */
} ctok_train_pass;

/*  One pass over all neighbours. The sketch adds up pairs by a hash, so each number is at least
 *  the count of every pair that falls there. */
CTOK_BODY ctok_status ctok_train_over(ctok_trainer *trainer, ctok_train_pass pass,
                                      int64_t *sketch) {
    const uint32_t *symbols = trainer->symbols;
    size_t weight = 0;
    for (size_t at = 1; at < trainer->n_symbols;) {
        const uint32_t left = symbols[at];
        if (left == CTOK_PIECE_END) {
            at++;
            continue;
        }
        const size_t next = at + trainer->lengths[left];
        const uint32_t right = symbols[next];
        if (right != CTOK_PIECE_END) {
            const uint64_t key = (uint64_t)left << 32 | right;
            int64_t *bound = &sketch[ctok_mix64(key) >> (64 - trainer->sketch_bits)];
            weight = ctok_train_weight(trainer, weight, at);
            if (pass == CTOK_TRAIN_SKETCH) {
                *bound += trainer->weights[weight];
            } else if (*bound >= trainer->threshold) {
                ctok_train_pair *pair = ctok_train_find(trainer, key);
                if (pass == CTOK_TRAIN_COUNT) {
                    if (pair->key == CTOK_NO_PAIR) {
                        if (2 * ++trainer->n_pairs > (size_t)1 << trainer->bits)
                            return CTOK_SCRATCH_FULL;
                        memset(pair, 0, sizeof(*pair));
                        pair->key = key;
                    }
                    pair->count += trainer->weights[weight];
                    pair->n++;
                } else if (pair->n) {
                    trainer->postings[pair->start + pair->filled++] = (uint32_t)at;
                }
            }
        }
        at = next;
    }
    return CTOK_OK;
}

/*  Adds the count of all pairs up in sketch[1 << sketch_bits], all zero. */
CTOK_FUNCTION void ctok_train_sketch(ctok_trainer *trainer, int64_t *sketch) {
    ctok_train_over(trainer, CTOK_TRAIN_SKETCH, sketch);
}

/*  Counts the pairs at or above the threshold, and some below, into the table, all free.
 *  CTOK_SCRATCH_FULL: start again with a larger table. */
CTOK_FUNCTION ctok_status ctok_train_count(ctok_trainer *trainer, int64_t *sketch) {
    trainer->n_pairs = 0;
    return ctok_train_over(trainer, CTOK_TRAIN_COUNT, sketch);
}

/*  May a pair become a token? */
CTOK_BODY int ctok_train_allowed(const ctok_trainer *trainer, uint64_t key) {
    const uint64_t length = (uint64_t)trainer->lengths[key >> 32] + trainer->lengths[(uint32_t)key];
    return length <= trainer->longest;
}

/*  Gives the counted pairs at or above the threshold room for their postings, forgets where the
 *  others stand, and returns how many there are in *n_kept; *n_postings is what they need. */
CTOK_FUNCTION void ctok_train_plan(ctok_trainer *trainer, size_t *n_kept, size_t *n_postings) {
    *n_kept = *n_postings = 0;
    for (size_t i = 0; i < (size_t)1 << trainer->bits; i++) {
        ctok_train_pair *pair = &trainer->pairs[i];
        if (pair->key == CTOK_NO_PAIR)
            continue;
        if (pair->count < trainer->threshold || !ctok_train_allowed(trainer, pair->key)) {
            pair->n = 0;
            continue;
        }
        pair->start = *n_postings;
        *n_postings += pair->n;
        ++*n_kept;
    }
}

CTOK_BODY int ctok_train_better(ctok_train_bound a, ctok_train_bound b) {
    return a.count != b.count ? a.count > b.count : a.key < b.key;
}

/*  Puts an entry into the heap of four children a node, at `at` or below it. */
CTOK_BODY void ctok_train_heap_down(ctok_trainer *trainer, size_t at, ctok_train_bound entry) {
    ctok_train_bound *heap = trainer->heap;
    for (;;) {
        const size_t child = 4 * at + 1;
        if (child >= trainer->n_heap)
            break;
        size_t best = child;
        const size_t end = child + 4 < trainer->n_heap ? child + 4 : trainer->n_heap;
        for (size_t i = child + 1; i < end; i++)
            if (ctok_train_better(heap[i], heap[best]))
                best = i;
        if (!ctok_train_better(heap[best], entry))
            break;
        heap[at] = heap[best];
        at = best;
    }
    heap[at] = entry;
}

CTOK_BODY void ctok_train_heap_push(ctok_trainer *trainer, ctok_train_bound entry) {
    ctok_train_bound *heap = trainer->heap;
    size_t at = trainer->n_heap++;
    while (at > 0 && ctok_train_better(entry, heap[(at - 1) / 4])) {
        heap[at] = heap[(at - 1) / 4];
        at = (at - 1) / 4;
    }
    heap[at] = entry;
}

CTOK_BODY void ctok_train_heap_pop(ctok_trainer *trainer) {
    const ctok_train_bound last = trainer->heap[--trainer->n_heap];
    if (trainer->n_heap)
        ctok_train_heap_down(trainer, 0, last);
}

/*  Writes the planned postings and the heap; both have room for what ctok_train_plan said. */
CTOK_FUNCTION void ctok_train_fill(ctok_trainer *trainer, int64_t *sketch, size_t n_postings) {
    ctok_train_over(trainer, CTOK_TRAIN_FILL, sketch);
    trainer->n_postings = n_postings;
    trainer->n_heap = 0;
    for (size_t i = 0; i < (size_t)1 << trainer->bits; i++) {
        const ctok_train_pair *pair = &trainer->pairs[i];
        if (pair->key != CTOK_NO_PAIR && pair->n) {
            const ctok_train_bound entry = {pair->count, pair->key};
            ctok_train_heap_push(trainer, entry);
        }
    }
}

/*  ---- a step */

/*  The best pair, on top of the heap with its true count; NULL when none reaches the threshold. */
CTOK_BODY ctok_train_pair *ctok_train_best(ctok_trainer *trainer) {
    while (trainer->n_heap) {
        ctok_train_bound top = trainer->heap[0];
        ctok_train_pair *pair = ctok_train_find(trainer, top.key);
        if (pair->count == top.count)
            return pair;
        if (pair->count >= trainer->threshold) {
            top.count = pair->count;
            ctok_train_heap_down(trainer, 0, top);
        } else {
            ctok_train_heap_pop(trainer);
        }
    }
    return NULL;
}

/*  Is there room for what merging a pair of n postings can add? */
CTOK_BODY int ctok_train_has_room(ctok_trainer *trainer, size_t n) {
    const size_t most = 2 * (size_t)trainer->max_ids;
    const size_t added = 2 * n < most ? 2 * n : most;
    trainer->step = n;
    return trainer->events_room >= 2 * n && trainer->postings_room - trainer->n_postings >= 2 * n &&
           trainer->heap_room - trainer->n_heap >= added &&
           2 * (trainer->n_pairs + added) <= (size_t)1 << trainer->bits;
}

/*  A neighbour of one occurrence was seen on one side. */
CTOK_BODY void ctok_train_see(ctok_train_side *side, uint32_t *seen, size_t *n_seen,
                              uint32_t neighbour, int64_t weight) {
    ctok_train_side *entry = &side[neighbour];
    if (entry->n++ == 0)
        seen[(*n_seen)++] = neighbour;
    entry->weight += weight;
}

/*  A pair has become rarer; nothing happens to one that the index does not hold. */
CTOK_BODY void ctok_train_lessen(ctok_trainer *trainer, uint32_t left, uint32_t right,
                                 int64_t weight) {
    ctok_train_pair *pair = ctok_train_find(trainer, (uint64_t)left << 32 | right);
    if (pair->key != CTOK_NO_PAIR)
        pair->count -= weight;
}

/*  A pair with the new token, which `side` tells of: indexed when it reaches the threshold. */
CTOK_BODY void ctok_train_add(ctok_trainer *trainer, uint32_t left, uint32_t right,
                              ctok_train_side *side, int64_t weight) {
    const uint64_t key = (uint64_t)left << 32 | right;
    side->start = CTOK_NO_PAIR;
    if (weight < trainer->threshold || !ctok_train_allowed(trainer, key))
        return;
    ctok_train_pair *pair = ctok_train_find(trainer, key);
    side->start = trainer->n_postings;
    pair->key = key;
    pair->count = weight;
    pair->start = trainer->n_postings;
    pair->n = side->n;
    pair->filled = 0;
    trainer->n_postings += side->n;
    trainer->n_pairs++;
    const ctok_train_bound entry = {weight, key};
    ctok_train_heap_push(trainer, entry);
}

/*  Merges a pair everywhere into token `id`; ctok_train_has_room has said yes.
 *
 *  For each occurrence X a b Y, the pairs (X, a) and (b, Y) lose what (X, id) and (id, Y) gain.
 *  Occurrences are visited from left to right, so X may be an id made a moment ago: then (id, a)
 *  gives back what it got as the Y of the occurrence before. Sums are kept by neighbour, so the
 *  index is searched once a neighbour, not once an occurrence.
 */
CTOK_FUNCTION void ctok_train_merge(ctok_trainer *trainer, ctok_train_pair *pair, uint32_t id) {
    const uint32_t a = (uint32_t)(pair->key >> 32);
    const uint32_t b = (uint32_t)pair->key;
    const size_t a_length = trainer->lengths[a];
    const size_t b_length = trainer->lengths[b];
    uint32_t *symbols = trainer->symbols;
    const uint32_t *postings = trainer->postings + pair->start;
    const size_t n = pair->n;
    ctok_train_event *left_events = trainer->events;
    ctok_train_event *right_events = trainer->events + n;
    size_t n_left = 0, n_right = 0, n_left_seen = 0, n_right_seen = 0, weight_at = 0;
    trainer->lengths[id] = (uint32_t)(a_length + b_length);

    for (size_t i = 0; i < n; i++) {
        const size_t at = postings[i];
        const size_t middle = at + a_length;
        if (i + 16 < n)
            CTOK_PREFETCH(&symbols[postings[i + 16]]);
        if (symbols[at] != a || symbols[middle] != b)
            continue;
        const uint32_t x = symbols[at - 1];
        const uint32_t y = symbols[middle + b_length];
        weight_at = ctok_train_weight(trainer, weight_at, at);
        const int64_t weight = trainer->weights[weight_at];
        if (x != CTOK_PIECE_END) {
            ctok_train_see(trainer->left, trainer->left_seen, &n_left_seen, x, weight);
            left_events[n_left].neighbour = x;
            left_events[n_left++].at = (uint32_t)(at - trainer->lengths[x]);
        }
        if (y != CTOK_PIECE_END) {
            ctok_train_see(trainer->right, trainer->right_seen, &n_right_seen, y, weight);
            right_events[n_right].neighbour = y;
            right_events[n_right++].at = (uint32_t)at;
        }
        symbols[middle - 1] = symbols[middle] = CTOK_HOLE;
        symbols[at] = symbols[middle + b_length - 1] = id;
    }

    const int64_t given_back = trainer->left[id].weight;
    for (size_t i = 0; i < n_left_seen; i++) {
        const uint32_t x = trainer->left_seen[i];
        if (x != id)
            ctok_train_lessen(trainer, x, a, trainer->left[x].weight);
        ctok_train_add(trainer, x, id, &trainer->left[x], trainer->left[x].weight);
    }
    for (size_t i = 0; i < n_right_seen; i++) {
        const uint32_t y = trainer->right_seen[i];
        ctok_train_lessen(trainer, b, y, trainer->right[y].weight);
        ctok_train_add(trainer, id, y, &trainer->right[y],
                       trainer->right[y].weight - (y == a ? given_back : 0));
    }
    for (size_t i = 0; i < n_left; i++) {
        ctok_train_side *side = &trainer->left[left_events[i].neighbour];
        if (side->start != CTOK_NO_PAIR)
            trainer->postings[side->start + side->filled++] = left_events[i].at;
    }
    for (size_t i = 0; i < n_right; i++) {
        ctok_train_side *side = &trainer->right[right_events[i].neighbour];
        if (side->start != CTOK_NO_PAIR)
            trainer->postings[side->start + side->filled++] = right_events[i].at;
    }
    for (size_t i = 0; i < n_left_seen; i++)
        memset(&trainer->left[trainer->left_seen[i]], 0, sizeof(ctok_train_side));
    for (size_t i = 0; i < n_right_seen; i++)
        memset(&trainer->right[trainer->right_seen[i]], 0, sizeof(ctok_train_side));
    pair->count = 0;
    pair->n = 0;
}

/*  Goes on merging.
 *
 *      budget  about so many postings before CTOK_PAUSED
 *      return  CTOK_OK when merges_wanted are made or no pair reaches the threshold;
 *              CTOK_SCRATCH_FULL when ctok_train_has_room(trainer, trainer->step) must be made true
 */
CTOK_FUNCTION ctok_status ctok_train(ctok_trainer *trainer, size_t budget) {
    while (trainer->n_merges < trainer->merges_wanted) {
        ctok_train_pair *pair = ctok_train_best(trainer);
        if (!pair)
            return CTOK_OK;
        const size_t n = pair->n;
        if (!ctok_train_has_room(trainer, n))
            return CTOK_SCRATCH_FULL;
        ctok_train_heap_pop(trainer);
        trainer->merges[trainer->n_merges] = pair->key;
        trainer->counts[trainer->n_merges++] = pair->count;
        ctok_train_merge(trainer, pair, trainer->next_id++);
        if (budget <= n)
            return CTOK_PAUSED;
        budget -= n + 1 < budget ? n + 1 : budget;
    }
    return CTOK_OK;
}

#endif /* CTOK_TRAIN_H */
