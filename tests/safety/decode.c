/*  decode.h: ids and bytes in exact rooms between guard pages; every id that is none is named. */
#include "check.h"
#include "texts.h"
#include "toy.h"

enum { MOST_IDS = 120 };

static void check_ids(const toy *t, uint64_t *random, guard in, guard out) {
    static const uint32_t odd[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
    uint8_t expected[MOST_IDS * TOY_LONGEST];
    const size_t n = random_below(random, MOST_IDS + 1);
    uint32_t *const ids = (uint32_t *)guard_end(in, n * sizeof(*ids));
    size_t size = 0, got = 0, bad = 0, first_bad = n;
    const int with_odd = random_below(random, 3) == 0;
    for (size_t i = 0; i < n; i++) {
        ids[i] = (uint32_t)random_below(random, t->n_ids);
        if (with_odd && random_below(random, 20) == 0)
            ids[i] = random_below(random, 2) ? odd[random_below(random, TEXT_COUNT(odd))]
                                             : t->n_ids + (uint32_t)random_below(random, 3);
        if (first_bad == n && (ids[i] >= t->n_ids || t->spans[ids[i]] == 0))
            first_bad = i;
        if (first_bad == n) {
            const size_t length = t->offsets[ids[i] + 1] - t->offsets[ids[i]];
            memcpy(expected + size, t->bytes + t->offsets[ids[i]], length);
            size += length;
        }
    }
    check_length = n;
    const ctok_status status = ctok_decode_size(&t->tokens, ids, n, &got, &bad);
    if (first_bad < n) {
        CHECK(status == CTOK_UNKNOWN_ID && bad == first_bad);
        return;
    }
    CHECK(status == CTOK_OK && got == size);
    uint8_t *const room = (uint8_t *)guard_end(out, size);
    CHECK(ctok_decode(&t->tokens, ids, n, room, size) == size);
    CHECK(size == 0 || memcmp(room, expected, size) == 0);
    for (size_t i = 0; i < n; i++) /* what another thread may do in between */
        if (random_below(random, 4) == 0)
            ids[i] =
                random_below(random, 8) ? (uint32_t)random_below(random, t->n_ids) : 0xFFFFFFFF;
    CHECK(ctok_decode(&t->tokens, ids, n, room, size) <= size);
}

int main(void) {
    uint64_t random = 17;
    const guard in = guard_new(), out = guard_new();
    check_catch_faults();
    for (size_t round = 0; round < 60; round++) {
        toy *t = toy_new(round % 2 ? TOY_JUMBLED : TOY_TRAINED, &random, (uint32_t)round * 5);
        check_case = "decode";
        t->spans[random_below(&random, t->n_ids)] = 0; /* a gap */
        for (size_t i = 0; i < 1500; i++) {
            check_place = i;
            check_ids(t, &random, in, out);
        }
        toy_free(t);
    }
    return check_report("decode");
}
