/*  The search for special tokens equals the naive one; no token that is not wanted is found. */
#include "input.h"
#include "naive.h"
#include "specials.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    special_list list;
    input in = {data, size};
    size_t n;
    uint64_t seed = input_seed(&in);
    special_list_fill(&list, &seed, input_byte(&in) % (SPECIALS_MOST + 1));
    const uint8_t mask = (uint8_t)(1 + input_byte(&in) % 3);
    uint8_t *const text = input_rest(&in, 2000, &n);
    for (size_t from = 0; from <= n;) {
        size_t at[2] = {0, 0}, length[2] = {0, 0};
        const uint32_t expected = naive_special(list.bytes, list.offsets, list.specials.count,
                                                list.rule, mask, text, n, from, &at[0], &length[0]);
        CHECK(ctok_specials_find(&list.specials, list.rule, mask, text, n, from, n, &at[1],
                                 &length[1]) == expected);
        if (expected == CTOK_NO_ID)
            break;
        CHECK(at[0] == at[1] && length[0] == length[1]);
        from = at[0] + 1;
    }
    free(text);
    return 0;
}
