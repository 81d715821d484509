/*  simd/scalar.h: the leaves that say what the others do. */
#ifndef CTOK_SIMD_SCALAR_H
#define CTOK_SIMD_SCALAR_H

#include "ctok/simd.h"

CTOK_BODY void ctok_classify_scalar(const uint8_t *text, ctok_block *block) {
    ctok_block b = {0, 0, 0, 0, 0, 0, 0, 0, 0};
    for (int i = 0; i < 64; i++) {
        const uint8_t c = text[i];
        const uint64_t bit = (uint64_t)1 << i;
        b.letters |= (uint8_t)((c | 0x20) - 'a') < 26 ? bit : 0;
        b.capitals |= (uint8_t)(c - 'A') < 26 ? bit : 0;
        b.digits |= (uint8_t)(c - '0') < 10 ? bit : 0;
        b.space |= c == ' ' ? bit : 0;
        b.blank |= c == ' ' || c == '\t' || c == '\v' || c == '\f' ? bit : 0;
        b.newline |= c == '\n' || c == '\r' ? bit : 0;
        b.apostrophe |= c == '\'' ? bit : 0;
        b.slash |= c == '/' ? bit : 0;
        b.high |= c >= 0x80 ? bit : 0;
    }
    *block = b;
}

CTOK_BODY uint32_t ctok_lowest_of_scalar(const uint32_t *values, size_t n) {
    uint32_t lowest = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        lowest = values[i] < lowest ? values[i] : lowest;
    return lowest;
}

#endif /* CTOK_SIMD_SCALAR_H */
