/*  Short and long merges and walks equal the rule on random vocabularies; whole pieces are found. */
#include "input.h"
#include "toys.h"

enum { MOST = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint32_t expected[MOST], got[MOST];
    input in = {data, size};
    size_t n;
    const toy *const t = input_toy(&in);
    const size_t step = 1 + input_byte(&in);
    uint8_t *const piece = input_rest(&in, MOST, &n);
    const size_t count = toy_merge(t, piece, n, expected);
    if (n >= 1 && n <= CTOK_SHORT_PIECE) {
        uint32_t *const room = (uint32_t *)toy_block(n, sizeof(*room));
        CHECK(toy_merge_short(&t->vocab.merges, piece, n, room) == count);
        CHECK(memcmp(room, expected, count * sizeof(room[0])) == 0);
        free(room);
    }
    if (n >= 2) {
        ctok_long_merge state;
        void *const scratch = toy_block(ctok_long_merge_bytes(n), 1);
        size_t budget;
        ctok_long_merge_start(&state, &t->vocab.merges, piece, n, scratch);
        do
            budget = step;
        while (ctok_long_merge_run(&state, &t->vocab.merges, &budget) == CTOK_PAUSED);
        CHECK(ctok_long_merge_count(&state) == count);
        ctok_long_merge_ids(&state, got);
        CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
        free(scratch);
    }
    for (int mode = 0; mode < 2 && n >= 1 && !t->unsplit; mode++) {
        void *const scratch = toy_block(ctok_walk_bytes(n), 1);
        CHECK(toy_walk(t, piece, n, scratch, step, mode, got) == count);
        CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
        free(scratch);
    }
    if (n >= 1)
        CHECK(ctok_pieces_find(&t->vocab.pieces, piece, n, 0, n) ==
              naive_find(t->bytes, t->offsets, t->n_ids, piece, n));
    free(piece);
    return 0;
}
