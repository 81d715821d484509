/*  encode.h: text into ids; the three stages joined.
 *
 *      text -> pretokenize -> ends of up to CTOK_ENDS pieces; of CTOK_CHUNK of them:
 *           -> probe          each piece's key, and the cache line where it would stand
 *           -> emit           known? its ids : whole piece a token? its id : merge -> out
 *
 *  Each loop over a chunk asks for the lines that the next one reads (ctok_look_up_body). All state
 *  is in ctok_encoder, so a call may stop anywhere (output full, scratch full, budget used up)
 *  and the next call goes on from there.
 */
#ifndef CTOK_ENCODE_H
#define CTOK_ENCODE_H

#include "ctok/automaton.h"
#include "ctok/cache.h"
#include "ctok/joints.h"
#include "ctok/lanes.h"
#include "ctok/linear.h"
#include "ctok/merge.h"
#include "ctok/pieces.h"
#include "ctok/pretokenize.h"

#define CTOK_CHUNK 256
#define CTOK_ENDS 1024      /* so many pieces are known at once: several of the widest blocks */
#define CTOK_FEW 8          /* so many pieces and fewer are looked up one by one */
#define CTOK_FRESH_IDS 2048 /* more of them in a chunk are found one by one, at their turn */

/*  Everything about a vocabulary that encoding reads; all borrowed, shared by threads. */
typedef struct ctok_vocab {
    ctok_pieces pieces;
    ctok_merges merges;
    ctok_joints joints; /* where texts are cut when there is no pattern */
    ctok_linear linear; /* of a proper vocabulary; all zeros: none */
    uint32_t n_ids;
} ctok_vocab;

typedef struct ctok_encoder ctok_encoder;

/*  What becomes of a long piece. */
enum { CTOK_MAY_WALK, CTOK_WALKS, CTOK_MUST_MERGE, CTOK_MERGES };

/*  Emits up to CTOK_CHUNK of the pieces that are known; a backend's. */
typedef ctok_status (*ctok_encode_chunk_fn)(const ctok_vocab *vocab, ctok_encoder *encoder,
                                            const uint8_t *text, size_t n, size_t *budget);

struct ctok_encoder {
    /* the output, lent for a call: room for `room` ids, of which `used` are written. With
     * out == NULL ids are counted, not written, and room does not matter. */
    uint32_t *out;
    size_t room, used;

    /* scratch for long pieces, lent between calls; `wanted` says how much is missing */
    void *scratch;
    size_t scratch_bytes, scratch_wanted;

    ctok_cutter cutter; /* cuts when there is no pretokenize; cut == NULL: joints do */
    uint8_t *kept;      /* where the cutter removes text: room for what stays, lent for a text */
    ctok_cache cache;   /* its memory lent for good; all zeros: no cache */
    ctok_encode_chunk_fn encode_chunk; /* NULL: the scalar one */

    /* where the work stands */
    size_t at;      /* the next piece starts here */
    size_t scanned; /* pieces are known up to here */
    size_t next, known;
    const size_t *ends;
    size_t chunk[CTOK_ENDS];
    /* of the known pieces those whose id is given, and that id: they may be empty */
    size_t given;
    uint16_t given_at[CTOK_ENDS];
    uint32_t given_ids[CTOK_ENDS];
    ctok_walk walk;        /* of the piece at `at`, while merging is CTOK_WALKS */
    ctok_long_merge merge; /* the same, while it is CTOK_MERGES */
    int merging;           /* CTOK_MAY_WALK at each piece's start */

    /* what a chunk's pieces become: the two halves of each answer (see cache.h) */
    uint64_t answers[CTOK_CHUNK + 8], more[CTOK_CHUNK];

    /* `fresh` of them were merged in this chunk and have more ids than an answer holds. The first
     * half of its answer is k << 32; its ids end at fresh_ends[k], where the next one's begin. A
     * piece with CTOK_IN_RECORD has its record in `more`, one with 0 its hash or 0. */
    size_t fresh;
    uint16_t fresh_ends[CTOK_CHUNK + 1];
    uint32_t fresh_ids[CTOK_FRESH_IDS + 4]; /* ids are read four at a time */

    /* the text's last bytes with zeros behind them, for reads of whole words */
    size_t tail_at;
    uint8_t tail[48];
};

/*  Writes ids of a piece, all or none; counting always has room. */
CTOK_BODY ctok_status ctok_encoder_write(ctok_encoder *encoder, const uint32_t *ids, size_t count) {
    if (encoder->out) {
        if (CTOK_UNLIKELY(encoder->room - encoder->used < count))
            return CTOK_OUTPUT_FULL;
        memcpy(encoder->out + encoder->used, ids, count * sizeof(ids[0]));
    }
    encoder->used += count;
    return CTOK_OK;
}

/*  One long piece by linear.h; CTOK_UNKNOWN_ID when it has to be merged. The walk keeps the ids. */
CTOK_FUNCTION ctok_status ctok_encode_walk(const ctok_vocab *vocab, ctok_short_merges merge,
                                           ctok_encoder *encoder, const uint8_t *piece,
                                           size_t length, size_t *budget) {
    const ctok_linear_view view = {vocab->linear, &vocab->pieces, &vocab->merges, merge};
    if (encoder->merging == CTOK_MAY_WALK) {
        encoder->scratch_wanted = ctok_walk_bytes(length);
        if (encoder->scratch_bytes < encoder->scratch_wanted)
            return CTOK_SCRATCH_FULL;
        ctok_walk_begin(&encoder->walk, length, encoder->scratch);
        encoder->merging = CTOK_WALKS;
    }
    ctok_status status = ctok_walk_on(&view, &encoder->walk, piece, budget);
    if (status == CTOK_OK)
        status = ctok_encoder_write(encoder, encoder->walk.ids, encoder->walk.count);
    if (status == CTOK_OK)
        encoder->merging = CTOK_MAY_WALK;
    return status;
}

/*  One piece of more than CTOK_SHORT_PIECE bytes that is no token.
 *
 *      kept    out: its ids, also where ids are only counted; room for its bytes, or NULL
 */
CTOK_NOINLINE ctok_status ctok_encode_long(const ctok_vocab *vocab, ctok_short_merges merge,
                                           ctok_encoder *encoder, const uint8_t *piece,
                                           size_t length, uint32_t *kept, size_t *budget) {
    if (vocab->linear.parts && encoder->merging <= CTOK_WALKS) {
        const ctok_status status = ctok_encode_walk(vocab, merge, encoder, piece, length, budget);
        if (status == CTOK_OK && kept)
            memcpy(kept, encoder->walk.ids, encoder->walk.count * sizeof(kept[0]));
        if (CTOK_LIKELY(status != CTOK_UNKNOWN_ID))
            return status;
        encoder->merging = CTOK_MUST_MERGE;
    }
    if (encoder->merging != CTOK_MERGES) {
        encoder->scratch_wanted = ctok_long_merge_bytes(length);
        if (encoder->scratch_bytes < encoder->scratch_wanted)
            return CTOK_SCRATCH_FULL;
        ctok_long_merge_begin(&encoder->merge, &vocab->merges, piece, length, encoder->scratch);
        encoder->merging = CTOK_MERGES;
    }
    const ctok_status status = ctok_long_merge_run(&encoder->merge, &vocab->merges, budget);
    if (status != CTOK_OK)
        return status;
    const size_t count = ctok_long_merge_count(&encoder->merge);
    if (encoder->out) {
        if (encoder->room - encoder->used < count)
            return CTOK_OUTPUT_FULL;
        ctok_long_merge_ids(&encoder->merge, encoder->out + encoder->used);
    }
    if (kept)
        ctok_long_merge_ids(&encoder->merge, kept);
    encoder->used += count;
    encoder->merging = CTOK_MAY_WALK;
    return CTOK_OK;
}

/*  One piece that has no answer: too long for one, or with too many ids, or without a cache.
 *
 *      hash    the piece's ctok_record_hash, or 0 when it is kept in no record
 */
CTOK_NOINLINE ctok_status ctok_encode_other(const ctok_vocab *vocab, ctok_short_merges merge,
                                            ctok_encoder *encoder, const uint8_t *text, size_t n,
                                            size_t at, size_t length, uint64_t hash,
                                            size_t *budget) {
    const uint8_t *piece = text + at;
    uint32_t ids[CTOK_LARGE_PIECE];
    size_t count = 1;
    if (hash) { /* it may stand twice in this chunk */
        const uint32_t *const record =
            ctok_record_at(&encoder->cache, ctok_record_find(&encoder->cache, hash));
        if (record && ctok_record_is(record, piece, length))
            return ctok_encoder_write(encoder, record + 1, ctok_record_count(record));
    }
    ids[0] = ctok_pieces_find(&vocab->pieces, text, n, at, length);
    if (ids[0] == CTOK_NO_ID) {
        if (length > CTOK_SHORT_PIECE) {
            const size_t before = encoder->used;
            const ctok_status status =
                ctok_encode_long(vocab, merge, encoder, piece, length, hash ? ids : NULL, budget);
            if (hash && status == CTOK_OK)
                ctok_record_put(&encoder->cache, hash, piece, length, ids, encoder->used - before);
            return status;
        }
        count = merge.one(&vocab->merges, piece, length, ids);
    }
    const ctok_status status = ctok_encoder_write(encoder, ids, count);
    if (hash && status == CTOK_OK)
        ctok_record_put(&encoder->cache, hash, piece, length, ids, count);
    return status;
}

/*  Tells the cache what became of a piece of 1..15 bytes that it does not know. */
CTOK_BODY void ctok_answer_put(ctok_cache *cache, const ctok_probe *probe, const uint64_t *answer,
                               int merged) {
    const size_t length = (size_t)(probe->key[1] >> 56);
    cache->puts++;
    if (length <= CTOK_SMALL_KEY && answer[0] & CTOK_PLAIN_ANSWER) {
        cache->puts++;
        const uint64_t key = ctok_small_key(probe->key[0], length);
        ctok_line_put(ctok_line_at(cache->small, ctok_small_place(cache->small_bits, key)), key,
                      answer[0]);
    }
    if (merged || length > CTOK_SMALL_KEY)
        ctok_medium_put(cache, probe, answer);
}

/*  Looks on for a piece of 1..15 bytes whose own lines did not have it when they were asked: it may
 *  have missed before in this chunk, stand in the line beside, or be a token. */
CTOK_BODY void ctok_answer_known(const ctok_vocab *vocab, ctok_cache *cache,
                                 const ctok_probe *probe, uint64_t *first, uint64_t *more) {
    const size_t length = (size_t)(probe->key[1] >> 56);
    const ctok_pair_line *const line = ctok_medium_line_of(cache, probe);
    uint64_t answer[2];
    ctok_take_pair_scalar(line, probe->key, first, more);
    if (!*first)
        ctok_take_pair_scalar(ctok_medium_beside(cache, line), probe->key, first, more);
    if (!*first && length <= CTOK_SMALL_KEY) {
        const uint64_t key = ctok_small_key(probe->key[0], length);
        ctok_take_scalar(ctok_line_at(cache->small, ctok_small_place(cache->small_bits, key)), &key,
                         first);
    }
    if (*first)
        return;
    const uint32_t id = ctok_pieces_find_key(&vocab->pieces, probe->key[0], probe->key[1]);
    if (id == CTOK_NO_ID)
        return;
    ctok_answer(answer, &id, 1);
    ctok_answer_put(cache, probe, answer, 0);
    *first = answer[0];
    *more = answer[1];
}

/*  Keeps the ids of a chunk's piece until it is its turn; without room it is merged again then. */
CTOK_BODY void ctok_fresh_put(ctok_encoder *encoder, size_t i, const uint32_t *ids, size_t count) {
    const size_t start = encoder->fresh_ends[encoder->fresh];
    if (CTOK_FRESH_IDS - start < count)
        return;
    for (size_t k = 0; k < count; k++)
        encoder->fresh_ids[start + k] = ids[k];
    encoder->answers[i] = (uint64_t)++encoder->fresh << 32;
    encoder->fresh_ends[encoder->fresh] = (uint16_t)(start + count);
}

/*  The ids of a chunk's piece that no answer holds, and how many; NULL when they are not kept. */
CTOK_BODY const uint32_t *ctok_kept_ids(const ctok_encoder *encoder, size_t i, size_t *count) {
    const uint64_t k = encoder->answers[i] >> 32;
    if (encoder->answers[i] == CTOK_IN_RECORD) {
        const uint32_t *const record = ctok_record_at(&encoder->cache, encoder->more[i]);
        *count = record ? ctok_record_count(record) : 0;
        return record ? record + 1 : NULL;
    }
    if (k == 0)
        return NULL;
    *count = encoder->fresh_ends[k] - encoder->fresh_ends[k - 1];
    return encoder->fresh_ids + encoder->fresh_ends[k - 1];
}

/*  Answers a chunk's longer piece by a record: with its ids, or that they are there; returns 0 when
 *  the record is not its own. */
CTOK_BODY int ctok_answer_recorded(ctok_encoder *encoder, size_t i, uint64_t where,
                                   const uint8_t *piece, size_t length) {
    const uint32_t *const record = ctok_record_at(&encoder->cache, where);
    uint64_t answer[2] = {CTOK_IN_RECORD, where};
    if (!record || !ctok_record_is(record, piece, length))
        return 0;
    if (ctok_record_count(record) <= CTOK_ANSWER_IDS)
        ctok_answer(answer, record + 1, ctok_record_count(record));
    encoder->answers[i] = answer[0];
    encoder->more[i] = answer[1];
    return 1;
}

/*  Is a chunk's piece of 16..CTOK_SHORT_PIECE bytes without a record a token? */
CTOK_BODY int ctok_longer_known(const ctok_vocab *vocab, ctok_encoder *encoder, size_t i,
                                const uint8_t *piece, size_t length) {
    const uint32_t id = ctok_pieces_find(&vocab->pieces, piece, length, 0, length);
    uint64_t answer[2];
    if (id == CTOK_NO_ID)
        return 0;
    ctok_record_put(&encoder->cache, encoder->more[i], piece, length, &id, 1);
    ctok_answer(answer, &id, 1);
    encoder->answers[i] = answer[0];
    return 1;
}

/*  Has a chunk's piece of 1..15 bytes an answer, or a record that the ring has not passed over? */
CTOK_BODY int ctok_is_answered(const ctok_encoder *encoder, size_t i) {
    return encoder->answers[i] && (encoder->answers[i] != CTOK_IN_RECORD ||
                                   ctok_record_at(&encoder->cache, encoder->more[i]));
}

/*  Pieces that have to be merged, up to a lane each. */
typedef struct ctok_unknowns {
    ctok_lanes lanes;
    const ctok_probe *probes[CTOK_LANES]; /* NULL for pieces of 16 bytes and more */
    uint16_t at[CTOK_LANES];              /* which answer is theirs */
} ctok_unknowns;

/*  Merges them, tells the cache, and makes room for others. What has more ids than an answer holds
 *  comes into a record when it is met again; longer pieces do at once. */
CTOK_NOINLINE void ctok_answer_unknowns(const ctok_vocab *vocab, ctok_merge_lanes_fn merge,
                                        ctok_encoder *encoder, ctok_unknowns *unknowns) {
    ctok_lanes *const lanes = &unknowns->lanes;
    ctok_cache *const cache = &encoder->cache;
    uint32_t ids[CTOK_SHORT_PIECE];
    merge(&vocab->merges, lanes);
    for (size_t lane = 0; lane < lanes->used; lane++) {
        const size_t i = unknowns->at[lane];
        const ctok_probe *const probe = unknowns->probes[lane];
        const uint8_t *const piece = lanes->pieces[lane];
        const size_t length = lanes->sizes[lane];
        const size_t count = ctok_lane_ids(lanes, lane, ids);
        const int held = count <= CTOK_ANSWER_IDS;
        uint64_t answer[2];
        if (!probe) {
            ctok_record_put(cache, encoder->more[i], piece, length, ids, count);
            ctok_fresh_put(encoder, i, ids, count);
            continue;
        }
        ctok_pair_line *const line = ctok_medium_line_of(cache, probe);
        const int place = ctok_medium_find(line, probe);
        ctok_answer(answer, ids, held ? count : 0);
        if (!held)
            answer[1] = place < 0 ? 0 : ctok_record_write(cache, piece, length, ids, count);
        if (place < 0)
            ctok_answer_put(cache, probe, answer, 1);
        else
            line->seconds[place] = answer[1];
        encoder->answers[i] = answer[0];
        encoder->more[i] = answer[1];
        if (!held)
            ctok_fresh_put(encoder, i, ids, count);
    }
    lanes->used = 0;
}

/*  Puts one of a chunk's pieces among them. */
CTOK_BODY void ctok_unknowns_add(const ctok_vocab *vocab, ctok_merge_lanes_fn merge,
                                 ctok_encoder *encoder, ctok_unknowns *unknowns, size_t i,
                                 const uint8_t *piece, size_t length, const ctok_probe *probe) {
    const size_t lane = unknowns->lanes.used++;
    unknowns->lanes.pieces[lane] = piece;
    unknowns->lanes.sizes[lane] = length;
    unknowns->probes[lane] = probe;
    unknowns->at[lane] = (uint16_t)i;
    if (lane + 1 == CTOK_LANES)
        ctok_answer_unknowns(vocab, merge, encoder, unknowns);
}

/*  Emits the known pieces, each looked up without the cache. */
CTOK_BODY ctok_status ctok_encode_uncached(const ctok_vocab *vocab, ctok_short_merges merge,
                                           ctok_encoder *encoder, const uint8_t *text, size_t n,
                                           size_t *budget) {
    size_t k = 0;
    while (encoder->next < encoder->known) {
        const size_t end = encoder->ends[encoder->next];
        while (k < encoder->given && encoder->given_at[k] < encoder->next)
            k++;
        const ctok_status status =
            k < encoder->given && encoder->given_at[k] == encoder->next
                ? ctok_encoder_write(encoder, &encoder->given_ids[k], 1)
                : ctok_encode_other(vocab, merge, encoder, text, n, encoder->at, end - encoder->at,
                                    0, budget);
        if (CTOK_UNLIKELY(status != CTOK_OK))
            return status;
        encoder->at = end;
        encoder->next++;
    }
    return CTOK_OK;
}

/*  The leaves that a chunk needs. */
typedef struct ctok_chunk_leaves {
    ctok_take_fn take;
    ctok_take_many_fn take_many;
    ctok_zeros_fn zeros;
    ctok_take_pair_fn take_pair;
    ctok_pack_fn pack;
    ctok_short_merges merge;
} ctok_chunk_leaves;

/*  The bytes at text[at], 16 of which are readable. */
CTOK_BODY const uint8_t *ctok_bytes_at(const ctok_encoder *encoder, const uint8_t *text,
                                       size_t at) {
    return at < encoder->tail_at ? text + at : encoder->tail + (at - encoder->tail_at);
}

/*  Finds the answers to the next pieces; those without a count stay open.
 *
 *      1  each piece's small key, and the line where it would stand
 *      2  small lines answer most, and some ids are given; the others are misses: ask for their
 *         medium lines
 *      3  medium lines answer most of these; ask for the vocabulary's slots for the others
 *      4  ask for the records of pieces with many ids, and of longer pieces: ids are written from
 *         there at their turn
 *      5  look what is left up in the vocabulary, and merge the rest, as many at once as there are
 *         lanes
 *
 *  Each step is a loop without a branch that depends on the text, over what the step before has
 *  written; the compiler makes vectors of its arithmetic. */
CTOK_BODY void ctok_look_up_body(const ctok_chunk_leaves leaves, const ctok_vocab *vocab,
                                 ctok_encoder *encoder, const uint8_t *text, const size_t *ends,
                                 size_t pieces) {
    const ctok_cache cache = encoder->cache;
    uint64_t *const answers = encoder->answers;
    encoder->fresh = 0;
    uint64_t keys[CTOK_CHUNK], places[CTOK_CHUNK], given[2];
    uint16_t misses[CTOK_CHUNK + 8], records[CTOK_CHUNK];
    ctok_probe probes[CTOK_CHUNK];
    ctok_unknowns unknowns;
    size_t missed = 0, open = 0; /* `open`: of the missed those that no line has the ids of */

    /* Pieces before `roomy` have 16 readable bytes in the text, the others in the tail. */
    size_t roomy = pieces;
    if (ends[pieces - 1] > encoder->tail_at)
        for (roomy = 0; (roomy ? ends[roomy - 1] : encoder->at) < encoder->tail_at; roomy++)
            ;
    keys[0] = ctok_load64(ctok_bytes_at(encoder, text, encoder->at));
    for (size_t i = 1; i < roomy; i++)
        keys[i] = ctok_load64(text + ends[i - 1]);
    for (size_t i = roomy ? roomy : 1; i < pieces; i++)
        keys[i] = ctok_load64(encoder->tail + (ends[i - 1] - encoder->tail_at));
    keys[0] = ctok_small_key(keys[0], ends[0] - encoder->at < 255 ? ends[0] - encoder->at : 255);
    for (size_t i = 1; i < pieces; i++) {
        const size_t size = ends[i] - ends[i - 1];
        keys[i] = ctok_small_key(keys[i], size < 255 ? size : 255);
    }
    /* one line for all that no small line has */
    for (size_t i = 0; i < pieces; i++)
        places[i] = ctok_small_place(cache.small_bits, keys[i]) &
                    (0 - (uint64_t)((keys[i] & 0xFF) <= CTOK_SMALL_KEY));
    for (size_t i = 0; i < pieces; i++)
        CTOK_PREFETCH((const uint8_t *)cache.small + places[i]);

    leaves.take_many(cache.small, places, keys, pieces, answers);
    for (size_t k = 0; k < encoder->given; k++) {
        const size_t i = encoder->given_at[k] - encoder->next;
        if (i < pieces) {
            ctok_answer(given, &encoder->given_ids[k], 1);
            answers[i] = given[0];
        }
    }
    missed = leaves.zeros(answers, pieces, misses);

    for (size_t k = 0; k < missed; k++) {
        const size_t i = misses[k], at = i ? ends[i - 1] : encoder->at;
        probes[k] = ctok_probe_of(ctok_bytes_at(encoder, text, at), ends[i] - at);
        CTOK_PREFETCH(ctok_medium_line_of(&cache, &probes[k]));
    }
    for (size_t k = 0; k < missed; k++) {
        const size_t i = misses[k];
        const ctok_probe probe = probes[k];
        leaves.take_pair(ctok_medium_line_of(&cache, &probe), probe.key, &answers[i],
                         &encoder->more[i]);
        misses[open] = (uint16_t)i;
        probes[open] = probe;
        open += !ctok_answer_count(answers[i]);
    }

    size_t pending = 0; /* of `open`: pieces of 1..15 bytes; they go to the front of the probes */
    size_t recorded = 0;
    for (size_t k = 0; k < open; k++) {
        const size_t i = misses[k], at = i ? ends[i - 1] : encoder->at;
        if (probes[k].key[1] != CTOK_TOO_LONG_KEY) {
            const uint32_t *const record =
                answers[i] ? ctok_record_at(&cache, encoder->more[i]) : NULL;
            if (record) {
                CTOK_PREFETCH(record);
                CTOK_PREFETCH(record + 8);
                continue;
            }
            ctok_pieces_prefetch_key(&vocab->pieces, probes[k].key[0], probes[k].key[1]);
            probes[pending] = probes[k];
            misses[pending++] = (uint16_t)i;
            continue;
        }
        encoder->more[i] = 0;
        if (ends[i] - at > CTOK_LARGE_PIECE)
            continue;
        encoder->more[i] = ctok_record_hash(text + at, ends[i] - at);
        CTOK_PREFETCH(ctok_record_line(&cache, encoder->more[i]));
        records[recorded++] = (uint16_t)i;
    }
    for (size_t k = 0; k < recorded; k++) {
        places[k] = ctok_record_find(&cache, encoder->more[records[k]]);
        const uint32_t *const record = ctok_record_at(&cache, places[k]);
        if (record) {
            CTOK_PREFETCH(record);
            CTOK_PREFETCH(record + 16);
            CTOK_PREFETCH(record + 32);
        }
    }
    size_t absent = 0;
    for (size_t k = 0; k < recorded; k++) {
        const size_t i = records[k], at = i ? ends[i - 1] : encoder->at;
        if (!ctok_answer_recorded(encoder, i, places[k], text + at, ends[i] - at))
            records[absent++] = (uint16_t)i;
    }

    unknowns.lanes.used = 0;
    for (size_t k = 0; k < pending; k++) {
        const size_t i = misses[k], at = i ? ends[i - 1] : encoder->at;
        ctok_answer_known(vocab, &encoder->cache, &probes[k], &answers[i], &encoder->more[i]);
        if (!ctok_is_answered(encoder, i))
            ctok_unknowns_add(vocab, leaves.merge.many, encoder, &unknowns, i, text + at,
                              ends[i] - at, &probes[k]);
    }
    for (size_t k = 0; k < absent; k++) {
        const size_t i = records[k], at = i ? ends[i - 1] : encoder->at, length = ends[i] - at;
        const uint64_t where = ctok_record_find(&cache, encoder->more[i]);
        if (ctok_answer_recorded(encoder, i, where, text + at, length)) /* since a moment ago */
            continue;
        if (length <= CTOK_SHORT_PIECE && !ctok_longer_known(vocab, encoder, i, text + at, length))
            ctok_unknowns_add(vocab, leaves.merge.many, encoder, &unknowns, i, text + at, length,
                              NULL);
    }
    if (unknowns.lanes.used)
        ctok_answer_unknowns(vocab, leaves.merge.many, encoder, &unknowns);
}

/*  Writes the ids of a chunk's piece i that no answer holds. */
CTOK_BODY ctok_status ctok_encode_open(const ctok_chunk_leaves leaves, const ctok_vocab *vocab,
                                       ctok_encoder *encoder, const uint8_t *text, size_t n,
                                       size_t at, size_t i, size_t length, size_t *budget) {
    size_t count;
    const uint32_t *const kept = ctok_kept_ids(encoder, i, &count);
    return kept ? ctok_encoder_write(encoder, kept, count)
                : ctok_encode_other(vocab, leaves.merge, encoder, text, n, at, length,
                                    encoder->answers[i] ? 0 : encoder->more[i], budget);
}

/*  Adds up the answers' counts, and counts those without an answer; returns how many pieces are done:
 *  all, or those before the one that *status is about. */
CTOK_BODY size_t ctok_count_body(const ctok_chunk_leaves leaves, const ctok_vocab *vocab,
                                 ctok_encoder *encoder, const uint8_t *text, size_t n,
                                 const size_t *ends, size_t pieces, size_t *budget,
                                 ctok_status *status) {
    const uint64_t *const answers = encoder->answers;
    uint64_t sum = 0, open = 0;
    for (size_t i = 0; i < pieces; i++) {
        const uint64_t count = ctok_answer_count(answers[i]);
        sum += count;
        open += count == 0;
    }
    encoder->used += (size_t)sum;
    for (size_t i = 0; open; i++) {
        const size_t start = i ? ends[i - 1] : encoder->at;
        if (ctok_answer_count(answers[i]))
            continue;
        *status =
            ctok_encode_open(leaves, vocab, encoder, text, n, start, i, ends[i] - start, budget);
        if (CTOK_UNLIKELY(*status != CTOK_OK)) {
            for (size_t k = i; k < pieces; k++)
                encoder->used -= ctok_answer_count(answers[k]);
            return i;
        }
        open--;
    }
    return pieces;
}

/*  The answer of a piece of 1..15 bytes that no small line has: a token, or one of few bytes that becomes
 *  two; 0 for others. */
CTOK_BODY uint64_t ctok_answer_of_few(ctok_merge_short_fn merge, const ctok_vocab *vocab,
                                      const ctok_probe *probe, const uint8_t *piece) {
    const size_t length = (size_t)(probe->key[1] >> 56);
    uint32_t ids[CTOK_SMALL_KEY];
    uint64_t answer[2];
    size_t count = 1;
    ids[0] = ctok_pieces_find_key(&vocab->pieces, probe->key[0], probe->key[1]);
    if (ids[0] == CTOK_NO_ID) {
        if (length > CTOK_SMALL_KEY)
            return 0;
        count = merge(&vocab->merges, piece, length, ids);
        if (count > 2)
            return 0;
    }
    ctok_answer(answer, ids, count);
    return answer[0];
}

/*  Emits the known pieces if they are few, none has a given id, and each has an answer of one or two ids that
 *  no medium line is needed for; returns 0 and emits nothing otherwise. One by one and without vectors of
 *  what was just stored; all lines are asked for at once, also those of what the cache does not know. */
CTOK_BODY int ctok_encode_few(ctok_take_fn take, ctok_merge_short_fn merge, const ctok_vocab *vocab,
                              ctok_encoder *encoder, const uint8_t *text, const size_t *ends,
                              size_t pieces) {
    const ctok_cache cache = encoder->cache;
    uint64_t answers[CTOK_FEW];
    ctok_probe probes[CTOK_FEW];
    uint64_t places[CTOK_FEW];
    size_t at = encoder->at, used = encoder->used;
    if (encoder->given || (encoder->out && encoder->room - used < 2 * CTOK_FEW))
        return 0;
    for (size_t i = 0; i < pieces; at = ends[i++]) {
        const size_t length = ends[i] - at;
        if (length > CTOK_MEDIUM_KEY)
            return 0;
        probes[i] = ctok_probe_of(ctok_bytes_at(encoder, text, at), length);
        places[i] = ctok_small_place(cache.small_bits, ctok_small_key(probes[i].key[0], length));
        CTOK_PREFETCH((const uint8_t *)cache.small + places[i]);
        ctok_pieces_prefetch_key(&vocab->pieces, probes[i].key[0], probes[i].key[1]);
    }
    for (size_t i = 0; i < pieces; i++) {
        const size_t length = (size_t)(probes[i].key[1] >> 56);
        const uint64_t key = ctok_small_key(probes[i].key[0], length);
        ctok_line *const line = ctok_line_at(cache.small, places[i]);
        take(line, &key, &answers[i]);
        if (CTOK_LIKELY(answers[i] != 0))
            continue;
        if (ctok_medium_find(ctok_medium_line_of(&cache, &probes[i]), &probes[i]) >= 0)
            return 0; /* merged before, into more ids */
        answers[i] =
            ctok_answer_of_few(merge, vocab, &probes[i], text + (i ? ends[i - 1] : encoder->at));
        if (!answers[i])
            return 0;
        if (length <= CTOK_SMALL_KEY) {
            encoder->cache.puts += 2;
            ctok_line_put(line, key, answers[i]);
        }
    }
    for (size_t i = 0; i < pieces; i++) {
        if (encoder->out) {
            encoder->out[used] = (uint32_t)answers[i] & CTOK_ANSWER_ID;
            encoder->out[used + 1] = (uint32_t)(answers[i] >> 32);
        }
        used += ctok_answer_count(answers[i]);
    }
    encoder->used = used;
    encoder->at = ends[pieces - 1];
    encoder->next += pieces;
    return 1;
}

/*  Emits up to CTOK_CHUNK of the known pieces: finds their answers, then writes them in order. */
CTOK_BODY ctok_status ctok_encode_cached(const ctok_chunk_leaves leaves, const ctok_vocab *vocab,
                                         ctok_encoder *encoder, const uint8_t *text, size_t n,
                                         size_t *budget) {
    const size_t *ends = encoder->ends + encoder->next;
    const size_t pieces =
        encoder->known - encoder->next < CTOK_CHUNK ? encoder->known - encoder->next : CTOK_CHUNK;
    const uint64_t *const answers = encoder->answers;
    uint32_t *const out = encoder->out;
    size_t used = encoder->used;
    ctok_status status = CTOK_OK;
    size_t i = 0;
    if (pieces <= CTOK_FEW &&
        ctok_encode_few(leaves.take, leaves.merge.one, vocab, encoder, text, ends, pieces))
        return CTOK_OK;
    ctok_look_up_body(leaves, vocab, encoder, text, ends, pieces);
    memset(encoder->answers + pieces, 0, 8 * sizeof(answers[0]));
    if (!out) {
        i = ctok_count_body(leaves, vocab, encoder, text, n, ends, pieces, budget, &status);
        used = encoder->used;
    }
    while (i < pieces && status == CTOK_OK) {
        /* up to eight at once, when there is room for their vectors */
        if (encoder->room - used >= 16) {
            const size_t packed = leaves.pack(answers + i, out + used, &used);
            if (CTOK_LIKELY(packed == 8)) { /* no load waits for the number */
                i += 8;
                continue;
            }
            i += packed;
            if (i == pieces)
                continue;
        }
        size_t count = ctok_answer_count(answers[i]);
        const uint32_t few[CTOK_ANSWER_IDS] = {
            (uint32_t)answers[i] & CTOK_ANSWER_ID, (uint32_t)(answers[i] >> 32),
            (uint32_t)encoder->more[i], (uint32_t)(encoder->more[i] >> 32)};
        if (CTOK_LIKELY(count && encoder->room - used >= CTOK_ANSWER_IDS)) {
            memcpy(out + used, few, sizeof(few));
            used += count;
            i++;
            continue;
        }
        const uint32_t *const ids = count ? few : ctok_kept_ids(encoder, i, &count);
        if (CTOK_LIKELY(ids && encoder->room - used >= count + CTOK_ANSWER_IDS)) {
            for (size_t k = 0; k < count; k += CTOK_ANSWER_IDS)
                memcpy(out + used + k, ids + k, sizeof(few));
            used += count;
            i++;
            continue;
        }
        const size_t start = i ? ends[i - 1] : encoder->at;
        encoder->used = used;
        status = ids ? ctok_encoder_write(encoder, ids, count)
                     : ctok_encode_open(leaves, vocab, encoder, text, n, start, i, ends[i] - start,
                                        budget);
        used = encoder->used;
        i += status == CTOK_OK;
    }
    if (i)
        encoder->at = ends[i - 1];
    encoder->next += i;
    encoder->used = used;
    return status;
}

/*  ctok_encode_chunk_<backend> */
#define CTOK_ENCODE_CHUNK(target, backend)                                                         \
    target CTOK_FUNCTION ctok_status ctok_encode_chunk_##backend(                                  \
        const ctok_vocab *vocab, ctok_encoder *encoder, const uint8_t *text, size_t n,             \
        size_t *budget) {                                                                          \
        const ctok_chunk_leaves leaves = {                                                         \
            ctok_take_##backend,  ctok_take_many_##backend,                                        \
            ctok_zeros_##backend, ctok_take_pair_##backend,                                        \
            ctok_pack_##backend,  {ctok_merge_short_##backend, ctok_merge_lanes_##backend}};       \
        return encoder->cache.small                                                                \
                   ? ctok_encode_cached(leaves, vocab, encoder, text, n, budget)                   \
                   : ctok_encode_uncached(vocab, leaves.merge, encoder, text, n, budget);          \
    }
CTOK_ENCODE_CHUNK(, scalar)
#ifdef CTOK_X86
CTOK_ENCODE_CHUNK(CTOK_AVX2, avx2)
CTOK_ENCODE_CHUNK(CTOK_AVX512, avx512)
#endif
#ifdef CTOK_ARM
CTOK_ENCODE_CHUNK(, neon)
#endif

/*  Readies the encoder for a text. With ends == NULL the family's scan finds the pieces;
 *  otherwise ends[0..known - 1] are their ends in ascending order, the last is the text's.
 *  encoder->used stays: ids are written behind those of the text before. */
CTOK_FUNCTION void ctok_encoder_start(ctok_encoder *encoder, const uint8_t *text, size_t n,
                                      const size_t *ends, size_t known) {
    encoder->at = encoder->scanned = encoder->next = encoder->given = 0;
    encoder->ends = ends ? ends : encoder->chunk;
    encoder->known = known;
    encoder->merging = CTOK_MAY_WALK;
    if (!encoder->encode_chunk)
        encoder->encode_chunk = ctok_encode_chunk_scalar;
    encoder->tail_at = n > 16 ? n - 16 : 0;
    memset(encoder->tail, 0, sizeof(encoder->tail));
    if (n)
        memcpy(encoder->tail, text + encoder->tail_at, n - encoder->tail_at);
}

/*  Encodes the pieces that are known, from where the encoder stands; takes what that cost off the
 *  budget. CTOK_OK when none is left. */
CTOK_BODY ctok_status ctok_encode_known(const ctok_vocab *vocab, ctok_encoder *encoder,
                                        const uint8_t *text, size_t n, size_t *budget) {
    while (encoder->next < encoder->known) {
        const size_t before = encoder->at;
        const ctok_status status = encoder->encode_chunk(vocab, encoder, text, n, budget);
        if (CTOK_UNLIKELY(status != CTOK_OK))
            return status;
        if (CTOK_UNLIKELY(*budget <= encoder->at - before))
            return CTOK_PAUSED;
        *budget -= encoder->at - before;
    }
    return CTOK_OK;
}

/*  The ends of the next pieces, at most `room`, by what cuts this encoder's texts: `pretokenize`,
 *  or without it a cutter or joints. */
CTOK_BODY size_t ctok_encoder_cut(const ctok_vocab *vocab, ctok_pretokenize_fn pretokenize,
                                  const ctok_encoder *encoder, const uint8_t *text, size_t n,
                                  size_t *at, size_t *ends, size_t room) {
    const ctok_cutter *const cutter = &encoder->cutter;
    return pretokenize   ? pretokenize(text, n, at, ends, room)
           : cutter->cut ? cutter->cut(cutter->context, text, n, at, ends, room)
                         : ctok_cut_at_joints(&vocab->joints, text, n, at, ends, room);
}

/*  Encodes on from where the encoder stands.
 *
 *      pretokenize  the family's scan; not called when the ends are given, NULL for the encoder's
 *                   cutter or joints
 *      budget       about so many bytes or merges before CTOK_PAUSED
 *      return       CTOK_OK at the text's end, else what the caller has to do first
 */
CTOK_FUNCTION ctok_status ctok_encode(const ctok_vocab *vocab, ctok_pretokenize_fn pretokenize,
                                      ctok_encoder *encoder, const uint8_t *text, size_t n,
                                      size_t budget) {
    for (;;) {
        const ctok_status status = ctok_encode_known(vocab, encoder, text, n, &budget);
        if (CTOK_UNLIKELY(status != CTOK_OK))
            return status;
        if (encoder->at == n)
            return CTOK_OK;
        encoder->next = 0;
        encoder->known = ctok_encoder_cut(vocab, pretokenize, encoder, text, n, &encoder->scanned,
                                          encoder->chunk, CTOK_ENDS);
    }
}

#endif /* CTOK_ENCODE_H */
