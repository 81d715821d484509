/*  encode.h, cache.h, document.h: the same ids in any steps, any room, at any place, in any parts,
 *  with and without a cache, and as defined. */
#include "check.h"
#include "encoding.h"
#include "texts.h"

enum { MOST = 2 * TEXT_LONGEST };

typedef struct setting {
    const toy *t;
    const ctok_kernel *kernel;
    const special_list *list;
    guard out, scratch;
    ctok_cache *cache;
    int prefix;
} setting;

static size_t encode_with(const setting *s, const uint8_t *text, size_t n, steps how,
                          uint32_t *ids) {
    const ctok_rules rules = special_rules(s->list, s->prefix);
    return encode_in_steps(s->t, s->kernel, &rules, text, n, how, s->out, s->scratch, ids, MOST);
}

static size_t probe(void *context, const uint8_t *text, size_t n, uint32_t *out) {
    const setting *const s = (const setting *)context;
    const steps all = {MOST, SIZE_MAX, 0, s->cache};
    return encode_with(s, text, n, all, out);
}

/*  Ids by definition, then every capacity, every small budget, both, and counting. */
static void check_steps(const setting *s, const uint8_t *text, size_t n) {
    uint32_t expected[MOST], got[MOST];
    const size_t count = encode_naively(s->t, s->kernel, s->list, s->prefix, text, n, expected);
    const steps counting = {0, SIZE_MAX, 1, NULL}, paused_counting = {0, 3, 1, s->cache};
    for (size_t i = 0; i <= 2 * count + 64; i++) {
        const steps rooms = {i, SIZE_MAX, 0, s->cache}, budgets = {count, i + 1, 0, s->cache};
        const steps both = {i % 5, 1 + i % 7, 0, s->cache}, uncached = {i % 9, SIZE_MAX, 0, NULL};
        const steps *const ways[] = {&rooms, &budgets, &both, &uncached};
        check_place = i;
        for (size_t way = 0; way < TEXT_COUNT(ways); way++) {
            CHECK(encode_with(s, text, n, *ways[way], got) == count);
            CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
        }
        if (i > 80)
            i += 13;
    }
    CHECK(encode_with(s, text, n, counting, got) == count);
    CHECK(encode_with(s, text, n, paused_counting, got) == count);
}

/*  The ids of two parts, whatever place the first is asked to reach: the second starts where the
 *  first stopped, behind as few pieces as may be. */
static void check_parts(const setting *s, const uint8_t *text, size_t n) {
    const ctok_rules rules = special_rules(s->list, s->prefix);
    const steps all = {MOST, SIZE_MAX, 0, s->cache}, paused = {5, 7, 0, NULL};
    uint32_t expected[MOST], got[MOST];
    const size_t count = encode_naively(s->t, s->kernel, s->list, s->prefix, text, n, expected);
    size_t before = 0;
    if (s->prefix && s->list)
        return;
    for (size_t until = 1; until <= n; until++) {
        size_t at = 0;
        const size_t first =
            encode_part_in_steps(s->t, s->kernel, &rules, text, n, &at, until,
                                 until % 2 ? all : paused, s->out, s->scratch, got, MOST);
        check_place = until;
        CHECK(at >= until && at <= n);
        CHECK(before < until || at == before); /* a place is reached by one end */
        before = at;
        if (at < n) {
            const size_t second = encode_part_in_steps(s->t, s->kernel, &rules, text, n, &at, n,
                                                       until % 2 ? paused : all, s->out, s->scratch,
                                                       got + first, MOST - first);
            CHECK(at == n && first + second == count);
        }
        CHECK(at == n && memcmp(got, expected, count * sizeof(got[0])) == 0);
    }
}

/*  Several texts together have the ids of each: the text cut into some, empty ones too. */
static void check_together(const setting *s, uint64_t *random, const uint8_t *text, size_t n) {
    static ctok_encoder encoder;
    enum { TEXTS = 9 };
    const ctok_rules rules = {NULL, NULL, NULL, 0, 0};
    size_t ends[TEXTS], used = 0, from = 0;
    uint32_t expected[MOST], got[MOST + TEXTS];
    int64_t counts[TEXTS];
    ctok_document document;
    ctok_status status;
    for (size_t i = 0; i < TEXTS; i++) {
        const size_t start = i ? ends[i - 1] : 0, size = random_below(random, 1 + n / 4);
        ends[i] = i % 3 == 2 ? start : i == TEXTS - 2 || n - start < size ? n : start + size;
    }
    memset(&encoder, 0, sizeof(encoder));
    encoder.encode_chunk = s->kernel->encode_chunk;
    if (s->cache)
        encoder.cache = *s->cache;
    encoder.out = got;
    ctok_document_start_texts(&document, text, ends, TEXTS);
    while ((status = s->kernel->encode_document(&s->t->vocab, s->kernel->pretokenize, &rules,
                                                &document, &encoder, 1 + n % 50)) != CTOK_OK) {
        CHECK(status != CTOK_OUTPUT_FULL || encoder.room < MOST + TEXTS);
        encoder.room += status == CTOK_OUTPUT_FULL;
        if (status == CTOK_SCRATCH_FULL) {
            encoder.scratch_bytes = encoder.scratch_wanted;
            encoder.scratch = guard_end(s->scratch, encoder.scratch_bytes);
        }
    }
    used = ctok_document_take_marks(got, encoder.used, TEXTS, counts);
    for (size_t i = 0, at = 0; i < TEXTS; from = ends[i++]) {
        const size_t count =
            encode_naively(s->t, s->kernel, NULL, 0, text + from, ends[i] - from, expected);
        CHECK(counts[i] == (int64_t)count && at + count <= used);
        CHECK(memcmp(got + at, expected, count * sizeof(got[0])) == 0);
        at += count;
    }
    if (s->cache)
        *s->cache = encoder.cache;
}

/*  At once or not at all: a text without special tokens always when there is room. */
static void check_brief(const setting *s, const uint8_t *text, size_t n) {
    static ctok_encoder encoder;
    const ctok_rules rules = special_rules(s->list, s->prefix);
    uint32_t expected[MOST];
    const size_t count = encode_naively(s->t, s->kernel, s->list, s->prefix, text, n, expected);
    for (size_t room = 0; room <= 2 * n + 16; room += n < 20 || room > 2 * n ? 1 : 7) {
        const int counts = room % 8 == 5, plenty = counts || room == 2 * n + 16;
        memset(&encoder, 0, sizeof(encoder));
        encoder.encode_chunk = s->kernel->encode_chunk;
        if (s->cache)
            encoder.cache = *s->cache;
        encoder.room = counts ? 0 : room;
        encoder.out = counts ? NULL : (uint32_t *)guard_end(s->out, room * sizeof(*expected));
        const ctok_status status = s->kernel->encode_brief(&s->t->vocab, s->kernel->pretokenize,
                                                           &rules, &encoder, text, n);
        if (s->cache)
            *s->cache = encoder.cache;
        check_place = room;
        if (status == CTOK_OK) {
            CHECK(encoder.used == count && !s->prefix);
            CHECK(counts || memcmp(encoder.out, expected, count * sizeof(*expected)) == 0);
        } else {
            CHECK(status != CTOK_OUTPUT_FULL || !plenty);
            CHECK(s->list || s->prefix || n > CTOK_SHORT_PIECE || !plenty);
        }
    }
}

/*  A longer piece that stands often in one chunk is remembered once, or once a lane. */
static void check_repeated(const setting *s, uint64_t *random) {
    enum {
        WORD = 21,
        TIMES = MOST / WORD,
        WORDS = 1 + WORD + WORD / 4 + 3
    }; /* of a record at most */
    static uint8_t text[TIMES * WORD];
    uint32_t ids[TIMES * WORD];
    const uint64_t before = s->cache->written;
    const steps all = {TIMES * WORD, SIZE_MAX, 0, s->cache};
    for (size_t i = 0; i < WORD; i++)
        text[i] = (uint8_t)(i ? 'a' + random_below(random, 26) : ' ');
    for (size_t i = WORD; i < sizeof(text); i++)
        text[i] = text[i - WORD];
    encode_with(s, text, sizeof(text), all, ids);
    CHECK(s->cache->written - before <= (CTOK_LANES + 1) * (uint64_t)WORDS);
}

/*  Has the ring pass over all its records. */
static void fill_ring(ctok_cache *cache, uint64_t *random) {
    const uint64_t until = cache->written + ((uint64_t)3 << cache->ring_bits) / 2;
    const uint32_t ids[5] = {0};
    while (cache->written < until) {
        uint8_t piece[CTOK_LARGE_PIECE];
        for (size_t i = 0; i < sizeof(piece); i++)
            piece[i] = (uint8_t)random_below(random, 256);
        ctok_record_put(cache, ctok_record_hash(piece, sizeof(piece)), piece, sizeof(piece), ids,
                        5);
    }
}

/*  What a larger cache takes over: small entries, most medium ones, and all records that the ring has
 *  not passed over; no other. Ids stay the same, also of a text in whose middle the cache is moved. */
static void check_moved(setting s, uint64_t *random, ctok_cache larger) {
    const ctok_rules rules = special_rules(s.list, s.prefix);
    const steps first = {MOST, 9, 0, s.cache}, rest = {MOST, 9, 0, &larger};
    uint32_t expected[MOST], got[MOST];
    uint8_t word[14]; /* mostly of so many ids that it has a record; then that is gone */
    for (size_t i = 0; i < sizeof(word); i++)
        word[i] = (uint8_t)('a' + random_below(random, 26));
    for (size_t i = 0; i < 3; i++)
        encode_with(&s, word, sizeof(word), first, got);
    fill_ring(s.cache, random);
    for (size_t i = 0; i < 8; i++) {
        uint8_t random_text[TEXT_LONGEST];
        const size_t n = i == 1 ? sizeof(word) : TEXT_LONGEST;
        const uint8_t *const text = i == 1 ? word : random_text;
        text_fill((int)random_below(random, TEXT_KINDS), random, random_text, TEXT_LONGEST);
        const size_t count = encode_naively(s.t, s.kernel, s.list, s.prefix, text, n, expected);
        size_t from = 0, some = 0;
        if (i == 0 && !(s.prefix && s.list))
            some = encode_part_in_steps(s.t, s.kernel, &rules, text, n, &from, n / 2, first, s.out,
                                        s.scratch, got, MOST);
        if (i == 0)
            ctok_cache_move(s.cache, &larger);
        some += encode_part_in_steps(s.t, s.kernel, &rules, text, n, &from, n, rest, s.out,
                                     s.scratch, got + some, MOST - some);
        CHECK(from == n && some == count && memcmp(got, expected, count * sizeof(got[0])) == 0);
    }
    ctok_cache moved;
    const size_t bytes = CTOK_CACHE_SIZE(larger.small_bits);
    memset(larger.small, 0, bytes);
    CHECK(ctok_cache_lay_out(&moved, bytes, larger.small) == bytes);
    ctok_cache_move(s.cache, &moved);
    CHECK(moved.written == s.cache->written && !ctok_cache_is_full(&moved));
    for (size_t i = 0; i < (size_t)4 << s.cache->small_bits; i++) {
        const ctok_line *const line = &s.cache->small[i / 4];
        const uint64_t key = line->keys[i % 4];
        uint64_t value;
        ctok_take_scalar(ctok_line_at(moved.small, ctok_small_place(moved.small_bits, key)), &key,
                         &value);
        CHECK(!key || value == line->values[i % 4]);
    }
    size_t entries = 0, found = 0;
    for (size_t i = 0; i < (size_t)2 << s.cache->medium_bits; i++) {
        const ctok_pair_line *const line = &s.cache->medium[i / 2];
        const ctok_probe probe = {{line->lows[i % 2], line->highs[i % 2]},
                                  ctok_probe_hash(line->lows[i % 2], line->highs[i % 2])};
        const ctok_pair_line *const home = ctok_medium_line_of(&moved, &probe),
                                    *const beside = ctok_medium_beside(&moved, home);
        if (!line->highs[i % 2] || line->firsts[i % 2] == CTOK_IN_RECORD)
            continue;
        entries++;
        found += ctok_medium_find(home, &probe) >= 0 || ctok_medium_find(beside, &probe) >= 0;
    }
    CHECK(found >= entries / 4 * 3);
    for (size_t i = 0; i < (size_t)4 << s.cache->large_bits; i++) {
        const uint64_t hash = s.cache->large[i / 4].keys[i % 4];
        const uint32_t *const record = ctok_record_at(s.cache, ctok_record_find(s.cache, hash)),
                              *const other = ctok_record_at(&moved, ctok_record_find(&moved, hash));
        CHECK(!hash || !record == !other);
        if (hash && record)
            CHECK(memcmp(record, other, 4 * (1 + ctok_record_count(record))) == 0);
    }
}

/*  A guess is behind the place it is asked for, and not at the end. */
static void check_place_of(const setting *s, const uint8_t *text, size_t n) {
    static ctok_encoder encoder;
    const ctok_rules rules = special_rules(s->list, s->prefix);
    const size_t place =
        ctok_document_place(&s->t->vocab, s->kernel->pretokenize, &rules, &encoder, text, n, n / 4);
    CHECK(place == 0 || (place > n / 4 && place < n));
}

/*  The first refused token of a text. */
static void check_refused(const setting *s, const uint8_t *text, size_t n) {
    const ctok_rules rules = special_rules(s->list, s->prefix);
    size_t at[2] = {0, 0}, length = 0;
    const uint32_t expected =
        s->list ? naive_special(s->list->bytes, s->list->offsets, s->list->specials.count,
                                s->list->rule, CTOK_REFUSED, text, n, 0, &at[0], &length)
                : CTOK_NO_ID;
    CHECK(s->kernel->document_refused(&rules, text, n, 0, n, &at[1]) == expected && at[0] == at[1]);
}

/*  The rows of backends.h, which other programs check, are what kernels have. */
static void check_rows(void) {
    check_case = "rows";
    for (size_t i = 0; i < CTOK_KERNEL_COUNT; i++) {
        const backend_row *row = backend_rows;
        while (row->backend != ctok_kernels[i].backend)
            row++;
        CHECK(row->merge_short == ctok_kernels[i].merge_short);
        CHECK(row->transcode == ctok_kernels[i].transcode);
        CHECK(row->uncomposed == ctok_kernels[i].uncomposed);
    }
}

int main(void) {
    uint64_t random = 99;
    setting s = {NULL, NULL, NULL, guard_new(), guard_new(), NULL, 0};
    const guard text_guard = guard_new(), cache_guard = guard_new(), moved_guard = guard_new();
    check_catch_faults();
    for (size_t round = 0; round < 64; round++) {
        toy *t =
            toy_new(round % 2 ? TOY_JUMBLED : TOY_TRAINED, &random, (uint32_t)(round * 8 % 300));
        special_list list;
        special_list_fill(&list, &random, SPECIALS_MOST);
        s.t = t;
        ctok_cache cache = small_cache(cache_guard, CTOK_CACHE_LEAST_BITS);
        s.kernel = toy_kernel(round * 5);
        s.cache = round % 4 < 3 ? &cache : NULL;
        s.list = round % 4 ? &list : NULL;
        const int prefixes[] = {0, CTOK_PREFIX_FIRST, CTOK_PREFIX_EVERY,
                                CTOK_PREFIX_FIRST | CTOK_PREFIX_UNLESS,
                                CTOK_PREFIX_EVERY | CTOK_PREFIX_UNLESS};
        s.prefix = prefixes[round % 5];
        check_case = s.kernel->family->name;
        for (size_t i = 0; i < 40; i++) {
            const size_t n = i % 8 ? i : i % 16 ? 90 : TEXT_LONGEST;
            uint8_t *const text = (uint8_t *)guard_end(text_guard, n);
            text_fill((int)random_below(&random, TEXT_KINDS), &random, text, n);
            check_length = n;
            check_steps(&s, text, n);
            check_parts(&s, text, n);
            check_together(&s, &random, text, n);
            check_refused(&s, text, n);
            check_brief(&s, text, n);
        }
        if (s.cache && !s.prefix)
            check_repeated(&s, &random);
        if (s.cache)
            check_moved(s, &random, small_cache(moved_guard, CTOK_CACHE_LEAST_BITS + 1));
        static uint8_t large[4 * CTOK_PLACE_WINDOW];
        for (size_t i = 0; i < sizeof(large); i += TEXT_LONGEST)
            text_fill((int)random_below(&random, TEXT_KINDS), &random, large + i,
                      sizeof(large) - i < TEXT_LONGEST ? sizeof(large) - i : TEXT_LONGEST);
        for (size_t i = 1; i < 9; i++)
            check_place_of(&s, large, sizeof(large) - 37 * i);
        if (round % 16 == 5)
            probe_everywhere("encode", probe, &s);
        toy_free(t);
    }
    check_rows();
    return check_report("encode");
}
