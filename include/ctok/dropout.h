/*  dropout.h: one piece into ids, with merges put off by chance (BPE-dropout, Provilkov 2020).
 *
 *  The best merge left is put off with a probability; what was put off comes back behind the next
 *  merge that is made. The work ends when all that is left is put off: with probability 0 the ids
 *  are those of merge.h, with 1 the symbols that merging starts from. Hugging Face's `tokenizers`
 *  has the same rule, so the ids are distributed as there.
 *
 *      heap   merges that may be made stand at its start, those put off at its end; together never
 *             more than the 2 n that a long merge has room for
 */
#ifndef CTOK_DROPOUT_H
#define CTOK_DROPOUT_H

#include "ctok/merge.h"

typedef struct ctok_dropout {
    uint64_t state;     /* of the generator: the seed at first */
    uint64_t threshold; /* a merge is put off when the next number, below 2^53, is below this */
    size_t put_off;     /* how many are; 0 at a piece's start */
} ctok_dropout;

/*  The next number of splitmix64 (Steele, Lea, Flood 2014), its 53 top bits. */
CTOK_BODY uint64_t ctok_dropout_draw(ctok_dropout *dropout) {
    dropout->state += UINT64_C(0x9E3779B97F4A7C15);
    return ctok_mix64(dropout->state) >> 11;
}

/*  Goes on with a long merge for at most *budget draws; otherwise as ctok_long_merge_run. */
CTOK_FUNCTION ctok_status ctok_dropout_run(ctok_long_merge *merge, const ctok_merges *merges,
                                           ctok_dropout *dropout, size_t *budget) {
    if (merge->laid != SIZE_MAX) {
        const ctok_status status = ctok_long_merge_lay(merge, merges, budget);
        if (status != CTOK_OK)
            return status;
    }
    while (merge->heap_used) {
        if (*budget == 0)
            return CTOK_PAUSED;
        --*budget;
        const uint64_t entry = ctok_heap_pop(merge->heap, &merge->heap_used);
        if (ctok_dropout_draw(dropout) < dropout->threshold) {
            merge->heap[2 * merge->n - ++dropout->put_off] = entry;
            continue;
        }
        for (; dropout->put_off; dropout->put_off--)
            ctok_heap_push(merge->heap, &merge->heap_used,
                           merge->heap[2 * merge->n - dropout->put_off]);
        ctok_long_merge_make(merge, merges, entry);
    }
    dropout->put_off = 0;
    return CTOK_OK;
}

#endif /* CTOK_DROPOUT_H */
