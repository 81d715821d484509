/*  special.h against naive.h: random lists of tokens that share beginnings. */
#include "check.h"
#include "specials.h"
#include "texts.h"
#include "ctok/cpu.h"

#define FIND(target, backend)                                                                      \
    target static uint32_t find_##backend(                                                         \
        const special_list *list, uint8_t mask, const uint8_t *text, size_t n, size_t from,        \
        size_t until, ctok_special_places *places, size_t *at, size_t *length) {                   \
        return ctok_specials_find_body(ctok_starting_##backend, &list->specials, list->rule, mask, \
                                       text, n, from, until, places, at, length);                  \
    }
FIND(, scalar)
#ifdef CTOK_X86
FIND(CTOK_AVX2, avx2)
FIND(CTOK_AVX512, avx512)
#endif
#ifdef CTOK_ARM
FIND(, neon)
#endif

static const struct {
    ctok_backend backend;
    uint32_t (*find)(const special_list *, uint8_t, const uint8_t *, size_t, size_t, size_t,
                     ctok_special_places *, size_t *, size_t *);
} rows[] = {
    {CTOK_SCALAR_BACKEND, find_scalar},
#ifdef CTOK_X86
    {CTOK_AVX2_BACKEND, find_avx2},
    {CTOK_AVX512_BACKEND, find_avx512},
#endif
#ifdef CTOK_ARM
    {CTOK_NEON_BACKEND, find_neon},
#endif
};

/*  A whole text by one backend's leaf: token, place, length, again and again, as without a leaf. */
static size_t probe_leaf(const special_list *list, size_t row, const uint8_t *text, size_t n,
                         uint32_t *out) {
    ctok_special_places places = {CTOK_NO_PLACE, 0};
    size_t count = 0, at[2] = {0, 0}, length[2] = {0, 0};
    for (size_t from = 0; from <= n && count + 3 < PROBE_ROOM; from = at[0] + 1) {
        const size_t until = count % 5 ? n : from + (n - from) / 2;
        const uint32_t found =
            rows[row].find(list, 1, text, n, from, until, &places, &at[0], &length[0]);
        CHECK(ctok_specials_find(&list->specials, list->rule, 1, text, n, from, until, &at[1],
                                 &length[1]) == found);
        out[count++] = found;
        if (found == CTOK_NO_ID) {
            if (until == n)
                break;
            at[0] = until;
            continue;
        }
        CHECK(at[0] == at[1] && length[0] == length[1]);
        out[count++] = (uint32_t)at[0];
    }
    return count;
}

static size_t probe_leaves(void *context, const uint8_t *text, size_t n, uint32_t *out) {
    size_t count = 0;
    for (size_t row = 0; row < TEXT_COUNT(rows); row++)
        if (ctok_cpu_runs(rows[row].backend))
            count = probe_leaf((const special_list *)context, row, text, n, out);
    return count;
}

static size_t probe(void *context, const uint8_t *text, size_t n, uint32_t *out) {
    const special_list *const list = (const special_list *)context;
    size_t count = 0, at = 0, length = 0;
    for (size_t from = 0; from <= n && count + 3 < PROBE_ROOM; from = at + 1) {
        const uint32_t found =
            ctok_specials_find(&list->specials, list->rule, 1, text, n, from, n, &at, &length);
        out[count++] = found;
        if (found == CTOK_NO_ID)
            break;
        CHECK(at >= from && length >= 1 && length <= n - at);
        out[count++] = (uint32_t)at;
        out[count++] = (uint32_t)length;
    }
    return count;
}

/*  The same tokens with what stands beside them: stretches in order, inside the text. */
static size_t probe_edges(void *context, const uint8_t *text, size_t n, uint32_t *out) {
    const special_list *const list = (const special_list *)context;
    ctok_specials specials = list->specials;
    size_t count = 0, start = 0, end = 0;
    specials.edges = list->edges;
    for (size_t from = 0;; from = end) {
        const uint32_t found =
            ctok_specials_next(&specials, list->rule, 3, text, n, from, &start, &end);
        out[count++] = found;
        if (found == CTOK_NO_ID)
            return count;
        CHECK(start >= from && end > start && end <= n);
        out[count++] = (uint32_t)start;
        out[count++] = (uint32_t)end;
    }
}

int main(void) {
    uint64_t random = 3;
    check_catch_faults();
    for (size_t round = 0; round < 3000; round++) {
        special_list list;
        special_list_fill(&list, &random,
                          round % 23 ? 1 + random_below(&random, SPECIALS_MOST) : 0);
        if (round % 2) /* as with more first bytes than it has room for */
            list.specials.n_starts = 0;
        if (round % 500 == 1) {
            probe_everywhere("special", probe, &list);
            probe_everywhere("special edges", probe_edges, &list);
        }
        if (round % 500 == 2) {
            check_case = "special leaves";
            probe_everywhere("special leaves", probe_leaves, &list);
        }
        check_case = "special";
        for (size_t i = 0; i < 40; i++) {
            uint8_t text[120];
            const size_t n = random_below(&random, sizeof(text) + 1);
            const size_t from = random_below(&random, n + 1);
            size_t at[2] = {0, 0}, length[2] = {0, 0};
            text_fill(i % 3 ? 1 : 6, &random, text, n);
            check_length = n;
            check_place = round;
            for (uint8_t mask = 1; mask <= 2; mask++) {
                const uint32_t expected =
                    naive_special(list.bytes, list.offsets, list.specials.count, list.rule, mask,
                                  text, n, from, &at[0], &length[0]);
                CHECK(ctok_specials_find(&list.specials, list.rule, mask, text, n, from, n, &at[1],
                                         &length[1]) == expected);
                CHECK(expected == CTOK_NO_ID || (at[0] == at[1] && length[0] == length[1]));
                const size_t until = from + random_below(&random, n - from + 1);
                const int inside = expected != CTOK_NO_ID && at[0] < until;
                CHECK(ctok_specials_find(&list.specials, list.rule, mask, text, n, from, until,
                                         &at[1], &length[1]) == (inside ? expected : CTOK_NO_ID));
                CHECK(!inside || (at[0] == at[1] && length[0] == length[1]));
            }
        }
    }
    return check_report("special");
}
