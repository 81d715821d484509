/*  encoding.h: a text's ids by the headers in the smallest steps, and by the slow twins. */
#ifndef CTOK_TEST_ENCODING_H
#define CTOK_TEST_ENCODING_H

#include "specials.h"
#include "toy.h"
#include "ctok/document.h"
#include "ctok/kernels.h"

/*  How an encoding is cut into calls. */
typedef struct steps {
    size_t room;       /* ids lent a call, from 0 */
    size_t budget;     /* from 1 */
    int counts;        /* 1: nothing is written, ids are counted */
    ctok_cache *cache; /* a worker's, kept between texts; NULL: none */
} steps;

/*  Encodes text with rules, resuming after every status, in lent buffers that end at guard pages.
 *
 *      from    in: where the part starts; out: where it stopped
 *      ids     out, room for `most`
 *      return  how many ids
 */
static inline size_t encode_part_in_steps(const toy *t, const ctok_kernel *kernel,
                                          const ctok_rules *rules, const uint8_t *text, size_t n,
                                          size_t *from, size_t until, steps how, guard out,
                                          guard scratch, uint32_t *ids, size_t most) {
    static ctok_encoder encoder;
    static uint8_t written[4096]; /* a text that prefixes are written into, behind one byte */
    ctok_document document;
    size_t count = 0, room = how.room, calls = 0;
    memset(&encoder, 0, sizeof(encoder));
    encoder.encode_chunk = kernel->encode_chunk;
    if (how.cache)
        encoder.cache = *how.cache;
    if (rules->prefix) {
        CHECK(n < sizeof(written));
        memcpy(written + 1, text, n);
        text = written + 1;
    }
    ctok_document_start_part(&document, text, n, *from, until);
    for (;;) {
        encoder.out = how.counts ? NULL : (uint32_t *)guard_end(out, room * sizeof(*ids));
        encoder.room = room;
        encoder.used = 0;
        const ctok_status status = kernel->encode_document(&t->vocab, kernel->pretokenize, rules,
                                                           &document, &encoder, how.budget);
        CHECK(++calls < 100 * (n + 10));
        CHECK(count + encoder.used <= most);
        if (!how.counts && encoder.used)
            memcpy(ids + count, encoder.out, encoder.used * sizeof(*ids));
        count += encoder.used;
        if (how.cache)
            *how.cache = encoder.cache;
        if (status == CTOK_OK) {
            *from = document.stopped;
            return count;
        }
        if (status == CTOK_SCRATCH_FULL) {
            CHECK(encoder.scratch_wanted > encoder.scratch_bytes);
            encoder.scratch_bytes = encoder.scratch_wanted;
            encoder.scratch = guard_end(scratch, encoder.scratch_bytes);
        } else if (status == CTOK_OUTPUT_FULL) {
            CHECK(!how.counts);
            room = encoder.used ? how.room : room + 1;
        } else {
            CHECK(status == CTOK_PAUSED);
        }
    }
}

/*  A whole text. */
static inline size_t encode_in_steps(const toy *t, const ctok_kernel *kernel,
                                     const ctok_rules *rules, const uint8_t *text, size_t n,
                                     steps how, guard out, guard scratch, uint32_t *ids,
                                     size_t most) {
    size_t from = 0;
    const size_t count =
        encode_part_in_steps(t, kernel, rules, text, n, &from, n, how, out, scratch, ids, most);
    CHECK(from == n);
    return count;
}

/*  A cache of few bytes, empty, at the end of `memory`: texts of a few hundred bytes fill the
 *  smallest one. */
static inline ctok_cache small_cache(guard memory, uint32_t small_bits) {
    ctok_cache cache;
    const size_t bytes = ctok_cache_lay_out(&cache, CTOK_CACHE_SIZE(small_bits), NULL);
    CHECK(bytes && bytes <= GUARD_ROOM && cache.small_bits == small_bits);
    memset(guard_end(memory, bytes), 0, bytes);
    CHECK(ctok_cache_lay_out(&cache, bytes, guard_end(memory, bytes)) == bytes);
    return cache;
}

/*  The ids by definition: special tokens first, then each stretch's pieces, each by the rule; with
 *  a space before the stretches that `prefix` says. */
static inline size_t encode_naively(const toy *t, const ctok_kernel *kernel,
                                    const special_list *list, int prefix, const uint8_t *text,
                                    size_t n, uint32_t *ids) {
    uint8_t stretch[4096];
    size_t count = 0;
    CHECK(n < sizeof(stretch));
    for (size_t from = 0;;) {
        size_t stop = n, length = 0, at = 0, end;
        const uint32_t special =
            list ? naive_special(list->bytes, list->offsets, list->specials.count, list->rule,
                                 CTOK_ALLOWED, text, n, from, &stop, &length)
                 : UINT32_MAX;
        const int wanted = prefix & CTOK_PREFIX_EVERY || (prefix && from == 0);
        const size_t lead =
            stop > from && wanted && !(prefix & CTOK_PREFIX_UNLESS && text[from] == ' ');
        stretch[0] = ' ';
        memcpy(stretch + lead, text + from, stop - from);
        while (at < stop - from + lead) {
            const size_t start = at;
            CHECK(toy_plain(kernel)->pretokenize(stretch, stop - from + lead, &at, &end, 1) == 1);
            count += toy_piece(t, stretch + start, at - start, ids + count);
        }
        if (special == UINT32_MAX)
            return count;
        ids[count++] = list->ids[special];
        from = stop + length;
    }
}

/*  The rules of a list. */
static inline ctok_rules special_rules(const special_list *list, int prefix) {
    ctok_rules rules = {NULL, NULL, NULL, 0, 0};
    rules.prefix = prefix;
    if (!list)
        return rules;
    rules.specials = &list->specials;
    rules.ids = list->ids;
    rules.rule = list->rule;
    for (uint32_t i = 0; i < list->specials.count; i++)
        rules.any |= list->rule[i];
    return rules;
}

#endif /* CTOK_TEST_ENCODING_H */
