/*  toy.h: small vocabularies for the safety programs and the fuzzers, built through build.h.
 *
 *      trained    a token for a random pair of neighbours, again and again: proper
 *      grown      two tokens joined, most of them new ones, so that long tokens are many: proper
 *      jumbled    random strings of tokens and bytes in random order: mostly improper
 *
 *  Tables stand in exact heap blocks, so that a sanitizer sees a read beside one.
 */
#ifndef CTOK_TEST_TOY_H
#define CTOK_TEST_TOY_H

#include "backends.h"
#include "check.h"
#include "texts.h"
#include "ctok/build.h"
#include "ctok/decode.h"
#include "ctok/encode.h"
#include "ctok/kernels.h"
#include "ctok/linear.h"

#define TOY_LONGEST 96 /* over CTOK_SHORT_PIECE and over CTOK_MEDIUM_KEY */
#define TOY_CORPUS 1024

typedef enum toy_kind { TOY_TRAINED, TOY_JUMBLED, TOY_GROWN } toy_kind;

typedef struct toy {
    ctok_vocab vocab;
    ctok_tokens tokens;
    uint8_t *bytes;
    uint32_t *offsets, *byte_ids, *split_at;
    uint64_t *small, *medium, *large, *pairs, *spans;
    ctok_parts *parts; /* and what stands behind them: what linear.h reads, of a proper one */
    uint16_t *starts;
    uint32_t *heads, *wholes, *byte_pairs;
    ctok_tall *tall;
    uint32_t n_ids;
    size_t unsplit;
} toy;

static inline void *toy_block(size_t count, size_t size) {
    void *block = calloc(count ? count : 1, size);
    if (!block)
        exit(1);
    return block;
}

/*  A table of the least size that leaves half of it free. */
static inline uint32_t toy_bits(size_t entries) {
    uint32_t bits = 1;
    while (((size_t)1 << bits) < 2 * entries + 2)
        bits++;
    return bits;
}

/*  Appends the token, unless it is there; returns its id. */
static inline uint32_t toy_add(toy *t, const uint8_t *token, size_t length) {
    uint32_t id = naive_find(t->bytes, t->offsets, t->n_ids, token, length);
    if (id == UINT32_MAX) {
        id = t->n_ids++;
        memcpy(t->bytes + t->offsets[id], token, length);
        t->offsets[id + 1] = t->offsets[id] + (uint32_t)length;
    }
    return id;
}

static inline uint64_t *toy_free_slots(uint32_t bits) {
    uint64_t *slots = (uint64_t *)toy_block((size_t)1 << bits, sizeof(*slots));
    memset(slots, 0xFF, sizeof(*slots) << bits);
    return slots;
}

/*  A table of pairs without a pair. */
static inline uint64_t *toy_free_pairs(uint32_t bits) {
    uint64_t *slots = (uint64_t *)toy_block(ctok_pairs_words(bits), sizeof(*slots));
    ctok_pairs_clear(slots, bits);
    return slots;
}

/*  The kernel number i, or the next one that this processor runs. */
static inline const ctok_kernel *toy_kernel(size_t i) {
    while (!ctok_cpu_runs(ctok_kernels[i % CTOK_KERNEL_COUNT].backend))
        i++;
    return &ctok_kernels[i % CTOK_KERNEL_COUNT];
}

/*  The kernel of the same family that goes character by character. */
static inline const ctok_kernel *toy_plain(const ctok_kernel *kernel) {
    const ctok_kernel *plain = ctok_kernels;
    while (plain->family != kernel->family || plain->backend != CTOK_PLAIN_BACKEND)
        plain++;
    return plain;
}

/*  The short merge of every backend that this processor runs; they agree. */
static inline size_t toy_merge_short(const ctok_merges *merges, const uint8_t *piece, size_t n,
                                     uint32_t *ids) {
    uint32_t expected[CTOK_SHORT_PIECE];
    const size_t count = ctok_merge_short_scalar(merges, piece, n, expected);
    for (size_t i = 0; i < BACKEND_COUNT; i++) {
        if (!ctok_cpu_runs(backend_rows[i].backend))
            continue;
        CHECK(backend_rows[i].merge_short(merges, piece, n, ids) == count);
        CHECK(memcmp(ids, expected, count * sizeof(*ids)) == 0);
    }
    return count;
}

/*  What linear.h reads, as ctok.vocab builds it. */
static inline void toy_build_linear(toy *t) {
    ctok_linear *const linear = &t->vocab.linear;
    uint32_t *const firsts = (uint32_t *)toy_block((size_t)3 * t->n_ids, sizeof(uint32_t));
    size_t n_tall = 0;
    for (uint32_t id = 0; id < t->n_ids; id++)
        n_tall += t->offsets[id + 1] - t->offsets[id] >= CTOK_TALL_TOKEN;
    linear->start_bits = 4 + t->n_ids % 5;
    linear->head_bits = 1 + t->n_ids % 3;
    t->parts = (ctok_parts *)toy_block(t->n_ids, sizeof(*t->parts));
    t->starts = (uint16_t *)toy_block((size_t)1 << linear->start_bits, sizeof(*t->starts));
    t->heads = (uint32_t *)toy_block((size_t)1 << linear->head_bits, sizeof(*t->heads));
    t->tall = (ctok_tall *)toy_block(n_tall, sizeof(*t->tall));
    t->wholes = (uint32_t *)toy_block(CTOK_WHOLES, sizeof(*t->wholes));
    CHECK(ctok_parts_find(&t->vocab.merges.pairs, t->n_ids, t->parts));
    CHECK(ctok_starts_put(linear, &t->vocab.pieces, t->n_ids, t->parts, t->starts, t->heads,
                          t->tall));
    ctok_wholes_find(&t->vocab.pieces, t->n_ids, t->parts, firsts, t->wholes);
    linear->parts = t->parts;
    linear->starts = t->starts;
    linear->heads = t->heads;
    linear->tall = t->tall;
    t->vocab.merges.wholes = t->wholes;
    free(firsts);
}

/*  The tables of t->bytes and t->offsets, as ctok.vocab builds them. */
static inline void toy_build(toy *t) {
    ctok_pieces *pieces = &t->vocab.pieces;
    ctok_merges *merges = &t->vocab.merges;
    size_t small = 0, medium = 0, large = 0;
    void *scratch = toy_block(ctok_long_merge_bytes(TOY_LONGEST), 1);
    t->vocab.n_ids = t->n_ids;
    t->byte_ids = (uint32_t *)toy_block(256, sizeof(uint32_t));
    t->split_at = (uint32_t *)toy_block(t->n_ids, sizeof(uint32_t));
    t->spans = (uint64_t *)toy_block(t->n_ids, sizeof(uint64_t));
    for (uint32_t id = 0; id < t->n_ids; id++) {
        const size_t length = t->offsets[id + 1] - t->offsets[id];
        *(length <= CTOK_SMALL_KEY ? &small : length <= CTOK_MEDIUM_KEY ? &medium : &large) += 1;
        t->spans[id] = (uint64_t)t->offsets[id] << 24 | length;
        if (length == 1)
            t->byte_ids[t->bytes[t->offsets[id]]] = id;
    }
    pieces->bytes = t->bytes;
    pieces->offsets = t->offsets;
    pieces->small_bits = toy_bits(small);
    pieces->medium_bits = toy_bits(medium);
    pieces->large_bits = toy_bits(large);
    pieces->small = t->small = (uint64_t *)toy_block((size_t)2 << pieces->small_bits, 8);
    pieces->medium = t->medium = (uint64_t *)toy_block((size_t)4 << pieces->medium_bits, 8);
    pieces->large = t->large = toy_free_slots(pieces->large_bits);
    for (uint32_t id = 0, holder; id < t->n_ids; id++)
        CHECK(ctok_pieces_put(pieces, t->small, t->medium, t->large, id, &holder) == CTOK_OK);

    merges->byte_ids = t->byte_ids;
    merges->unknown = CTOK_NO_ID;
    merges->pairs.bits = ctok_pairs_bits(t->n_ids);
    merges->pairs.slots = t->pairs = toy_free_pairs(merges->pairs.bits);
    t->unsplit =
        ctok_split_tokens(merges, t->bytes, t->offsets, t->n_ids, t->pairs, t->split_at, scratch);
    if (t->unsplit) {
        static uint8_t every[TOY_LONGEST + 1]; /* every length */
        memset(every, 1, sizeof(every));
        const size_t cuts = ctok_cut_tokens(pieces, t->n_ids, every, NULL, 0);
        free(t->pairs);
        merges->pairs.bits = ctok_pairs_bits(cuts);
        merges->pairs.slots = t->pairs = toy_free_pairs(merges->pairs.bits);
        CHECK(ctok_cut_tokens(pieces, t->n_ids, every, t->pairs, merges->pairs.bits) == cuts);
    }
    if (t->n_ids % 2) { /* the others look the pairs of bytes up */
        t->byte_pairs = (uint32_t *)toy_block(CTOK_BYTE_PAIRS, sizeof(uint32_t));
        ctok_byte_pairs_find(merges, t->byte_pairs);
        merges->byte_pairs = t->byte_pairs;
    }
    if (!t->unsplit)
        toy_build_linear(t);
    t->tokens.bytes = t->bytes;
    t->tokens.spans = t->spans;
    t->tokens.n_ids = t->n_ids;
    t->tokens.n_bytes = t->offsets[t->n_ids];
    free(scratch);
}

/*  Tokens of a text's neighbours: each new token joins two that stand side by side. */
static inline void toy_train(toy *t, uint64_t *random, uint32_t wanted) {
    uint8_t corpus[TOY_CORPUS];
    size_t starts[TOY_CORPUS + 1], parts = TOY_CORPUS;
    for (size_t at = 0; at < TOY_CORPUS; at += 64)
        text_fill((int)random_below(random, TEXT_KINDS), random, corpus + at, 64);
    for (size_t i = 0; i <= TOY_CORPUS; i++)
        starts[i] = i;
    for (size_t tries = 0; t->n_ids < wanted && tries < 8 * (size_t)wanted && parts > 1; tries++) {
        const size_t pick = random_below(random, parts - 1);
        const uint8_t *const left = corpus + starts[pick];
        const size_t length = starts[pick + 2] - starts[pick];
        const size_t cut = starts[pick + 1] - starts[pick];
        const uint32_t before = t->n_ids;
        if (length > TOY_LONGEST || toy_add(t, left, length) < before)
            continue;
        for (size_t i = 0; i + 1 < parts; i++) {
            if (starts[i + 1] - starts[i] != cut || starts[i + 2] - starts[i] != length ||
                memcmp(corpus + starts[i], left, length) != 0)
                continue;
            memmove(starts + i + 1, starts + i + 2, (parts - i - 1) * sizeof(starts[0]));
            parts--;
        }
    }
}

/*  What merging the piece gives by the rule; ids has room for n. */
static inline size_t toy_merge(const toy *t, const uint8_t *piece, size_t n, uint32_t *ids) {
    size_t *starts = (size_t *)toy_block(n + 1, sizeof(*starts));
    uint32_t *ranks = (uint32_t *)toy_block(n, sizeof(*ranks));
    const size_t count =
        n ? naive_merge(t->bytes, t->offsets, t->n_ids, piece, n, starts, ranks, ids) : 0;
    free(starts);
    free(ranks);
    return count;
}

/*  Two tokens at a time that merging leaves apart, of a few letters and of the tokens so far. */
static inline void toy_grow(toy *t, uint64_t *random, uint32_t wanted) {
    for (size_t tries = 0; t->n_ids < wanted && tries < 8 * (size_t)wanted; tries++) {
        uint8_t token[TOY_LONGEST];
        uint32_t ids[TOY_LONGEST];
        size_t length = 0;
        for (int part = 0; part < 2; part++) {
            const size_t grown = t->n_ids - 256, pick = random_below(random, 4);
            const uint8_t letter = (uint8_t)('a' + random_below(random, 3));
            const uint32_t id =
                !grown || !pick ? naive_find(t->bytes, t->offsets, t->n_ids, &letter, 1)
                : pick == 1     ? 256 + (uint32_t)random_below(random, grown)
                            : t->n_ids - 1 - (uint32_t)random_below(random, grown < 5 ? grown : 5);
            const size_t size = t->offsets[id + 1] - t->offsets[id];
            if (length + size > TOY_LONGEST)
                break;
            memcpy(token + length, t->bytes + t->offsets[id], size);
            length += size;
        }
        if (toy_merge(t, token, length, ids) == 2)
            toy_add(t, token, length);
    }
}

/*  Strings of two or three earlier tokens, or of bytes, whatever they split into. */
static inline void toy_jumble(toy *t, uint64_t *random, uint32_t wanted) {
    for (size_t tries = 0; t->n_ids < wanted && tries < 8 * (size_t)wanted; tries++) {
        uint8_t token[TOY_LONGEST];
        size_t length = 0;
        if (random_below(random, 3) == 0) {
            length = 2 + random_below(random, 20);
            text_fill(1 + (int)random_below(random, TEXT_KINDS - 1), random, token, length);
        } else {
            for (size_t parts = 2 + random_below(random, 2); parts; parts--) {
                const size_t id = random_below(random, t->n_ids);
                const size_t size = t->offsets[id + 1] - t->offsets[id];
                if (length + size > TOY_LONGEST)
                    break;
                memcpy(token + length, t->bytes + t->offsets[id], size);
                length += size;
            }
        }
        if (length >= 2)
            toy_add(t, token, length);
    }
}

/*  A vocabulary of 256 bytes in random order and up to `extra` longer tokens. */
static inline toy *toy_new(toy_kind kind, uint64_t *random, uint32_t extra) {
    toy *t = (toy *)toy_block(1, sizeof(*t));
    uint8_t order[256];
    const uint32_t wanted = 256 + extra;
    t->bytes = (uint8_t *)toy_block((size_t)wanted * TOY_LONGEST, 1);
    t->offsets = (uint32_t *)toy_block(wanted + 1, sizeof(uint32_t));
    for (size_t i = 0; i < 256; i++) {
        const size_t other = random_below(random, i + 1);
        order[i] = order[other];
        order[other] = (uint8_t)i;
    }
    for (size_t i = 0; i < 256; i++)
        toy_add(t, &order[i], 1);
    if (kind == TOY_TRAINED)
        toy_train(t, random, wanted);
    else if (kind == TOY_GROWN)
        toy_grow(t, random, wanted);
    else
        toy_jumble(t, random, wanted);
    t->bytes = (uint8_t *)realloc(t->bytes, t->offsets[t->n_ids]);
    toy_build(t);
    return t;
}

static inline void toy_free(toy *t) {
    void *blocks[] = {t->bytes, t->offsets, t->byte_ids,   t->split_at,
                      t->small, t->medium,  t->large,      t->pairs,
                      t->spans, t->parts,   t->starts,     t->heads,
                      t->tall,  t->wholes,  t->byte_pairs, t};
    for (size_t i = 0; i < TEXT_COUNT(blocks); i++)
        free(blocks[i]);
}

/*  Walks a piece in scratch of ctok_walk_bytes(n), `step` bytes and tries at a time; mode 0 by
 *  windows where they serve, 1 token by token. */
static inline size_t toy_walk(const toy *t, const uint8_t *piece, size_t n, void *scratch,
                              size_t step, int mode, uint32_t *ids) {
    const ctok_linear_view view = {t->vocab.linear,
                                   &t->vocab.pieces,
                                   &t->vocab.merges,
                                   {ctok_merge_short_scalar, ctok_merge_lanes_scalar}};
    ctok_walk walk;
    ctok_status status;
    size_t rounds = 0;
    ctok_walk_begin(&walk, n, scratch);
    if (mode == 1)
        walk.until = n;
    do {
        size_t budget = step;
        status = ctok_walk_on(&view, &walk, piece, &budget);
        CHECK(status == CTOK_OK || budget == 0);
    } while (status == CTOK_PAUSED && ++rounds < 1000 * n);
    CHECK(status == CTOK_OK && walk.at == n);
    memcpy(ids, walk.ids, walk.count * sizeof(*ids));
    return walk.count;
}

/*  What a piece gives: its own id when it is a token, else what it merges to. */
static inline size_t toy_piece(const toy *t, const uint8_t *piece, size_t n, uint32_t *ids) {
    ids[0] = naive_find(t->bytes, t->offsets, t->n_ids, piece, n);
    return ids[0] != UINT32_MAX ? 1 : toy_merge(t, piece, n, ids);
}

#endif /* CTOK_TEST_TOY_H */
