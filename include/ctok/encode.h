/*  encode.h: text into ids; the three stages joined.
 *
 *      text -> pretokenize -> ends of up to CTOK_CHUNK pieces
 *           -> probe          each piece's key, and the cache line where it would stand
 *           -> emit           known? its ids : whole piece a token? its id : merge -> out
 *
 *  Two loops a chunk: the first asks for all cache lines, the second finds them there. All state
 *  is in ctok_encoder, so a call may stop anywhere (output full, scratch full, budget used up)
 *  and the next call goes on from there.
 */
#ifndef CTOK_ENCODE_H
#define CTOK_ENCODE_H

#include "ctok/automaton.h"
#include "ctok/cache.h"
#include "ctok/joints.h"
#include "ctok/merge.h"
#include "ctok/pieces.h"
#include "ctok/pretokenize.h"

#define CTOK_CHUNK 256

/*  Everything about a vocabulary that encoding reads; all borrowed, shared by threads. */
typedef struct ctok_vocab {
    ctok_pieces pieces;
    ctok_merges merges;
    ctok_joints joints; /* where texts are cut when there is no pattern */
    uint32_t n_ids;
} ctok_vocab;

typedef struct ctok_encoder {
    /* the output, lent for a call: room for `room` ids, of which `used` are written. With
     * out == NULL ids are counted, not written, and room does not matter. */
    uint32_t *out;
    size_t room, used;

    /* scratch for long pieces, lent between calls; `wanted` says how much is missing */
    void *scratch;
    size_t scratch_bytes, scratch_wanted;

    ctok_cutter cutter;              /* cuts when there is no pretokenize; cut == NULL: joints do */
    ctok_cache cache;                /* its memory lent for good; all zeros: no cache */
    ctok_merge_short_fn merge_short; /* a backend's; NULL: the scalar one */

    /* where the work stands */
    size_t at;      /* the next piece starts here */
    size_t scanned; /* pieces are known up to here */
    size_t next, known;
    const size_t *ends;
    size_t chunk[CTOK_CHUNK];
    ctok_probe probes[CTOK_CHUNK];
    const ctok_near *answers[CTOK_CHUNK]; /* near entries, or fresh ones */
    ctok_near fresh[CTOK_CHUNK];          /* answers that the near entries did not have */
    ctok_long_merge merge;                /* of the piece at `at`, while merging is 1 */
    int merging;

    /* the text's last bytes with zeros behind them, for reads of whole words */
    size_t tail_at;
    uint8_t tail[48];
} ctok_encoder;

/*  Readies the encoder for a text. With ends == NULL the family's scan finds the pieces;
 *  otherwise ends[0..known - 1] are their ends in ascending order, the last is the text's.
 *  encoder->used stays: ids are written behind those of the text before. */
CTOK_FUNCTION void ctok_encoder_start(ctok_encoder *encoder, const uint8_t *text, size_t n,
                                      const size_t *ends, size_t known) {
    encoder->at = encoder->scanned = encoder->next = 0;
    encoder->ends = ends ? ends : encoder->chunk;
    encoder->known = known;
    encoder->merging = 0;
    if (!encoder->merge_short)
        encoder->merge_short = ctok_merge_short_scalar;
    encoder->tail_at = n > 16 ? n - 16 : 0;
    memset(encoder->tail, 0, sizeof(encoder->tail));
    if (n)
        memcpy(encoder->tail, text + encoder->tail_at, n - encoder->tail_at);
}

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

/*  One piece of more than CTOK_SHORT_PIECE bytes that is no token. */
CTOK_NOINLINE ctok_status ctok_encode_long(const ctok_vocab *vocab, ctok_encoder *encoder,
                                           const uint8_t *piece, size_t length, size_t *budget) {
    if (!encoder->merging) {
        encoder->scratch_wanted = ctok_long_merge_bytes(length);
        if (encoder->scratch_bytes < encoder->scratch_wanted)
            return CTOK_SCRATCH_FULL;
        ctok_long_merge_begin(&encoder->merge, &vocab->merges, piece, length, encoder->scratch);
        encoder->merging = 1;
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
    encoder->used += count;
    encoder->merging = 0;
    return CTOK_OK;
}

/*  One piece that has no answer: too long for one, or with too many ids, or without a cache. */
CTOK_NOINLINE ctok_status ctok_encode_other(const ctok_vocab *vocab, ctok_encoder *encoder,
                                            const uint8_t *text, size_t n, size_t at, size_t length,
                                            size_t *budget) {
    const uint8_t *piece = text + at;
    const int far = encoder->cache.far && length <= CTOK_FAR_PIECE;
    uint32_t ids[CTOK_SHORT_PIECE];
    uint64_t hash = 0;
    size_t count = 1;
    if (far) {
        hash = ctok_far_hash(piece, length);
        const uint32_t *known = ctok_far_look(&encoder->cache, hash, piece, length, &count);
        if (known)
            return ctok_encoder_write(encoder, known, count);
        count = 1;
    }
    ids[0] = ctok_pieces_find(&vocab->pieces, text, n, at, length);
    if (ids[0] == CTOK_NO_ID) {
        if (length > CTOK_SHORT_PIECE) {
            const size_t before = encoder->used;
            const ctok_status status = ctok_encode_long(vocab, encoder, piece, length, budget);
            if (far && status == CTOK_OK && encoder->out)
                ctok_far_put(&encoder->cache, hash, piece, length, encoder->out + before,
                             encoder->used - before);
            return status;
        }
        count = encoder->merge_short(&vocab->merges, piece, length, ids);
    }
    const ctok_status status = ctok_encoder_write(encoder, ids, count);
    if (far && status == CTOK_OK)
        ctok_far_put(&encoder->cache, hash, piece, length, ids, count);
    return status;
}

/*  Answers one piece that the near entries do not know, in the form of an entry; one with 0 ids
 *  when it has too many for an entry. */
CTOK_NOINLINE void ctok_answer_miss(const ctok_vocab *vocab, ctok_encoder *encoder,
                                    const ctok_probe *probe, const uint8_t *piece,
                                    ctok_near *answer) {
    ctok_cache *const cache = &encoder->cache;
    const size_t length = (size_t)(probe->high >> 56);
    uint32_t ids[CTOK_NEAR_PIECE];
    size_t count = 1;
    ids[0] = ctok_pieces_find_key(&vocab->pieces, probe->low, probe->high);
    if (ids[0] == CTOK_NO_ID) {
        const ctok_near *entry = ctok_near_look(cache->mid, cache->mid_bits, probe);
        if (ctok_near_is(entry, probe)) {
            *answer = *entry;
            return;
        }
        count = encoder->merge_short(&vocab->merges, piece, length, ids);
        if (count > CTOK_NEAR_IDS)
            return;
        ctok_near_fill(answer, probe, ids, count);
        ctok_near_put(ctok_near_line(cache->mid, cache->mid_bits, probe), answer);
        return;
    }
    ctok_near_fill(answer, probe, ids, count);
}

/*  Emits the known pieces, each looked up without the cache. */
CTOK_BODY ctok_status ctok_encode_uncached(const ctok_vocab *vocab, ctok_encoder *encoder,
                                           const uint8_t *text, size_t n, size_t *budget) {
    while (encoder->next < encoder->known) {
        const size_t end = encoder->ends[encoder->next];
        const ctok_status status =
            ctok_encode_other(vocab, encoder, text, n, encoder->at, end - encoder->at, budget);
        if (CTOK_UNLIKELY(status != CTOK_OK))
            return status;
        encoder->at = end;
        encoder->next++;
    }
    return CTOK_OK;
}

/*  Emits up to CTOK_CHUNK of the known pieces through the cache.
 *
 *      1  each piece's probe; ask for its near line
 *      2  near entries answer most; the others become misses: ask for their lines further out
 *      3  answer the misses
 *      4  write the answers in order
 *      5  put what was missed into the near entries, now that no answer points to them
 */
CTOK_BODY ctok_status ctok_encode_cached(const ctok_vocab *vocab, ctok_encoder *encoder,
                                         const uint8_t *text, size_t n, int counting,
                                         size_t *budget) {
    const size_t *ends = encoder->ends + encoder->next;
    const size_t pieces =
        encoder->known - encoder->next < CTOK_CHUNK ? encoder->known - encoder->next : CTOK_CHUNK;
    ctok_cache *const cache = &encoder->cache;
    ctok_probe *const probes = encoder->probes;
    const ctok_near **const answers = encoder->answers;
    uint16_t misses[CTOK_CHUNK + 1];
    size_t missed = 0;

    size_t at = encoder->at;
    for (size_t i = 0; i < pieces; i++) {
        const uint8_t *p =
            at < encoder->tail_at ? text + at : encoder->tail + (at - encoder->tail_at);
        probes[i] = ctok_probe_of(p, ends[i] - at);
        CTOK_PREFETCH(ctok_near_line(cache->near, cache->near_bits, &probes[i]));
        at = ends[i];
    }
    for (size_t i = 0; i < pieces; i++) {
        const ctok_near *line = ctok_near_line(cache->near, cache->near_bits, &probes[i]);
        const int first = ctok_near_is(line, &probes[i]);
        const int second = ctok_near_is(line + 1, &probes[i]);
        answers[i] = line + !first;
        misses[missed] = (uint16_t)i;
        missed += !(first | second);
    }
    for (size_t k = 0; k < missed; k++) {
        const ctok_probe *probe = &probes[misses[k]];
        if (probe->high == CTOK_TOO_LONG_KEY)
            continue;
        ctok_pieces_prefetch_key(&vocab->pieces, probe->low, probe->high);
        CTOK_PREFETCH(ctok_near_line(cache->mid, cache->mid_bits, probe));
    }
    for (size_t k = 0; k < missed; k++) {
        const size_t i = misses[k];
        encoder->fresh[k].high = 0;
        answers[i] = &encoder->fresh[k];
        if (probes[i].high != CTOK_TOO_LONG_KEY)
            ctok_answer_miss(vocab, encoder, &probes[i], text + (i ? ends[i - 1] : encoder->at),
                             &encoder->fresh[k]);
    }

    uint32_t *const out = encoder->out;
    const size_t room = encoder->room;
    size_t used = encoder->used;
    ctok_status status = CTOK_OK;
    size_t i = 0;
    for (; i < pieces; i++) {
        const size_t count = (size_t)(answers[i]->high >> 60);
        if (CTOK_LIKELY(count && (counting || room - used >= CTOK_NEAR_IDS))) {
            if (!counting)
                memcpy(out + used, answers[i]->ids, sizeof(answers[i]->ids));
            used += count;
            continue;
        }
        encoder->used = used;
        if (count) {
            status = ctok_encoder_write(encoder, answers[i]->ids, count);
        } else {
            const size_t start = i ? ends[i - 1] : encoder->at;
            status = ctok_encode_other(vocab, encoder, text, n, start, ends[i] - start, budget);
        }
        used = encoder->used;
        if (CTOK_UNLIKELY(status != CTOK_OK))
            break;
    }
    for (size_t k = 0; k < missed; k++)
        if (encoder->fresh[k].high)
            ctok_near_put(ctok_near_line(cache->near, cache->near_bits, &probes[misses[k]]),
                          &encoder->fresh[k]);
    if (i)
        encoder->at = ends[i - 1];
    encoder->next += i;
    encoder->used = used;
    return status;
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
        while (encoder->next < encoder->known) {
            const size_t before = encoder->at;
            const ctok_status status =
                !encoder->cache.near ? ctok_encode_uncached(vocab, encoder, text, n, &budget)
                : encoder->out       ? ctok_encode_cached(vocab, encoder, text, n, 0, &budget)
                                     : ctok_encode_cached(vocab, encoder, text, n, 1, &budget);
            if (CTOK_UNLIKELY(status != CTOK_OK))
                return status;
            if (CTOK_UNLIKELY(budget <= encoder->at - before))
                return CTOK_PAUSED;
            budget -= encoder->at - before;
        }
        if (encoder->at == n)
            return CTOK_OK;
        encoder->next = 0;
        const ctok_cutter *const cutter = &encoder->cutter;
        encoder->known =
            pretokenize   ? pretokenize(text, n, &encoder->scanned, encoder->chunk, CTOK_CHUNK)
            : cutter->cut ? cutter->cut(cutter->context, text, n, &encoder->scanned, encoder->chunk,
                                        CTOK_CHUNK)
                          : ctok_cut_at_joints(&vocab->joints, text, n, &encoder->scanned,
                                               encoder->chunk, CTOK_CHUNK);
    }
}

#endif /* CTOK_ENCODE_H */
