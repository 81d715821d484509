/*  Any numbers as ids: the first that has no token is named, else the tokens' bytes come out. */
#include "input.h"
#include "toys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    input in = {data, size};
    size_t n, total = 0, got = 0, bad = 0, first_bad;
    const toy *const t = input_toy(&in);
    const size_t gap = t->n_ids / 2, wide = input_byte(&in) & 1;
    uint8_t *const raw = input_rest(&in, 4000, &n);
    t->spans[gap] = 0;
    n /= wide ? 4 : 2;
    uint32_t *const ids = (uint32_t *)toy_block(n, sizeof(*ids));
    for (size_t i = 0; i < n; i++) {
        if (wide)
            memcpy(&ids[i], raw + 4 * i, 4);
        else
            ids[i] = (raw[2 * i] | (uint32_t)raw[2 * i + 1] << 8) % (t->n_ids + 1);
    }
    for (first_bad = 0; first_bad < n; first_bad++) {
        if (ids[first_bad] >= t->n_ids || ids[first_bad] == gap)
            break;
        total += t->offsets[ids[first_bad] + 1] - t->offsets[ids[first_bad]];
    }
    const ctok_status status = ctok_decode_size(&t->tokens, ids, n, &got, &bad);
    CHECK((status == CTOK_UNKNOWN_ID) == (first_bad < n));
    CHECK(first_bad == n ? got == total : bad == first_bad);
    uint8_t *const out = (uint8_t *)toy_block(total, 1);
    CHECK(ctok_decode(&t->tokens, ids, first_bad, out, total) == total);
    for (size_t i = 0, at = 0; i < first_bad; i++) {
        const size_t length = t->offsets[ids[i] + 1] - t->offsets[ids[i]];
        CHECK(memcmp(out + at, t->bytes + t->offsets[ids[i]], length) == 0);
        at += length;
    }
    free(out);
    free(ids);
    free(raw);
    return 0;
}
