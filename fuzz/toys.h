/*  toys.h: the vocabularies of the harnesses, each built when first asked for and then kept. */
#ifndef CTOK_FUZZ_TOYS_H
#define CTOK_FUZZ_TOYS_H

#include "input.h"
#include "toy.h"

/*  One of 64: two kinds, eight sizes, four seeds. */
static inline const toy *input_toy(input *in) {
    static const uint32_t extras[8] = {0, 1, 4, 12, 30, 60, 120, 200};
    static toy *toys[64];
    const size_t pick = input_byte(in) % 64;
    if (!toys[pick]) {
        uint64_t seed = UINT64_C(0x9E3779B97F4A7C15) * (1 + pick / 16);
        toys[pick] = toy_new(pick & 1 ? TOY_JUMBLED : TOY_TRAINED, &seed, extras[pick / 2 % 8]);
    }
    return toys[pick];
}

#endif /* CTOK_FUZZ_TOYS_H */
