/*  Automata in one to three steps cover the text, with any room a call; cl100k's is its kernel. */
#include "input.h"
#include "automata.h"
#include "ctok/kernels.h"

enum { MOST = 4096, ROOM = 300 };

static size_t piece_ends(ctok_steps *steps, const uint8_t *text, size_t n, size_t room,
                         size_t *all) {
    size_t at = 0, count = 0, got;
    do {
        size_t *const ends = (size_t *)malloc(room * sizeof(ends[0]));
        got = ctok_steps_cut(steps, text, n, &at, ends, room);
        CHECK(got <= room);
        for (size_t i = 0; i < got; i++) {
            CHECK(ends[i] > (count ? all[count - 1] : 0) && ends[i] <= n);
            all[count++] = ends[i];
        }
        free(ends);
    } while (got);
    CHECK(at == n && (n == 0 || all[count - 1] == n));
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const made *const all[] = {&made_cl100k, &made_numbers, &made_kept};
    static made_memory memory[3];
    static ctok_automaton automata[3];
    static ctok_steps steps;
    static size_t expected[MOST + 1], ends[MOST + 1];
    ctok_automaton used[3];
    input in = {data, size};
    size_t n;
    for (size_t i = 0; i < 3 && !automata[i].table; i++)
        automata[i] = made_load(all[i], &memory[i]);
    steps.automata = used;
    steps.count = 1 + input_below(&in, 3);
    for (size_t i = 0; i < steps.count; i++) {
        const size_t how = input_below(&in, 24);
        used[i] = automata[how % 3];
        used[i].behavior = (ctok_behavior)(how / 3 % 4);
        used[i].invert = how >= 12;
    }
    const size_t room = 1 + input_below(&in, ROOM);
    uint8_t *const text = input_rest(&in, MOST, &n);
    const size_t count = piece_ends(&steps, text, n, ROOM, expected);
    CHECK(piece_ends(&steps, text, n, room, ends) == count);
    CHECK(memcmp(expected, ends, count * sizeof(ends[0])) == 0);
    steps.automata = automata;
    steps.count = 1;
    const size_t plain = piece_ends(&steps, text, n, room, ends);
    for (size_t at = 0, i = 0; i < plain; i++)
        CHECK(ctok_pretokenize_cl100k_plain(text, n, &at, expected, 1) == 1 &&
              expected[0] == ends[i]);
    free(text);
    return 0;
}
