/*  input.h: a fuzzer's bytes as small numbers, then as a text; what stands behind traps.
 *
 *  Texts are copied into blocks of their exact size: the address sanitizer sees the first byte
 *  that is read beside one.
 */
#ifndef CTOK_FUZZ_INPUT_H
#define CTOK_FUZZ_INPUT_H

#define CHECK_FAIL() __builtin_trap()

#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct input {
    const uint8_t *data;
    size_t left;
} input;

/*  The next byte, 0 at the end. */
static inline uint8_t input_byte(input *in) {
    if (in->left == 0)
        return 0;
    in->left--;
    return *in->data++;
}

static inline size_t input_below(input *in, size_t limit) {
    return (input_byte(in) | (size_t)input_byte(in) << 8) % limit;
}

/*  A seed from two bytes, never 0. */
static inline uint64_t input_seed(input *in) {
    return (uint64_t)(1 + input_below(in, 65536)) * UINT64_C(0x9E3779B97F4A7C15);
}

/*  All that is left, at most `most` bytes, in a block of its own; the caller frees it. */
static inline uint8_t *input_rest(input *in, size_t most, size_t *n) {
    *n = in->left < most ? in->left : most;
    uint8_t *text = (uint8_t *)malloc(*n ? *n : 1);
    if (!text)
        exit(0);
    if (*n)
        memcpy(text, in->data, *n);
    return text;
}

#endif /* CTOK_FUZZ_INPUT_H */
