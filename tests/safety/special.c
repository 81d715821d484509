/*  special.h against naive.h: random lists of tokens that share beginnings. */
#include "check.h"
#include "specials.h"
#include "texts.h"

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
