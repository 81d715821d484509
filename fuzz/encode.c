/*  Texts with special tokens through a random vocabulary: ids as defined, in any steps; decoding
 *  gives the text back. */
#include "input.h"
#include "encoding.h"
#include "toys.h"

enum { MOST = 250 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint32_t expected[2 * MOST], got[2 * MOST];
    static guard out, scratch, cache_room;
    special_list list;
    input in = {data, size};
    size_t n, bad = 0, bytes = 0;
    if (!out.first) {
        out = guard_new();
        scratch = guard_new();
        cache_room = guard_new();
    }
    uint64_t seed = input_seed(&in);
    const uint8_t flags = input_byte(&in);
    const toy *const t = input_toy(&in);
    const ctok_kernel *const kernel = toy_kernel(input_byte(&in));
    const steps how = {input_byte(&in), 1 + input_below(&in, 700), 0, NULL};
    ctok_cache cache = small_cache(cache_room, CTOK_CACHE_LEAST_BITS);
    const steps counting = {0, how.budget, 1, NULL}, cached = {how.room, how.budget, 0, &cache};
    uint8_t *const text = input_rest(&in, MOST, &n);
    special_list_fill(&list, &seed, SPECIALS_MOST);
    const special_list *const chosen = flags & 1 ? &list : NULL;
    const int prefix = flags >> 1 & 7; /* any flags of CTOK_PREFIX_ */
    const ctok_rules rules = special_rules(chosen, prefix);
    const size_t count = encode_naively(t, kernel, chosen, prefix, text, n, expected);
    CHECK(encode_in_steps(t, kernel, &rules, text, n, how, out, scratch, got, 2 * MOST) == count);
    CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
    for (int again = 0; again < 2; again++) {
        CHECK(encode_in_steps(t, kernel, &rules, text, n, cached, out, scratch, got, 2 * MOST) ==
              count);
        CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
    }
    CHECK(encode_in_steps(t, kernel, &rules, text, n, counting, out, scratch, got, 2 * MOST) ==
          count);
    if (!chosen && !prefix) {
        uint8_t *const back = (uint8_t *)toy_block(n, 1);
        CHECK(ctok_decode_size(&t->tokens, expected, count, &bytes, &bad) == CTOK_OK && bytes == n);
        CHECK(ctok_decode(&t->tokens, expected, count, back, n) == n);
        CHECK(n == 0 || memcmp(back, text, n) == 0);
        free(back);
    }
    free(text);
    return 0;
}
