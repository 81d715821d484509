/*  checksum.h: has a file changed since it was written?
 *
 *  Eight lanes take a word of 8 bytes in turn; then the lanes are folded into one number.
 *
 *      step    lane = the halves of (lane ^ word) * odd, exchanged
 *      fold    sum  = mix(sum ^ lane), for the length and each lane
 *
 *  Every step and fold is a bijection of either operand, so a change inside one word, such as a
 *  flipped byte, always shows; any other shows but once in 2**64. Damage is found this way, malice
 *  is not: who can write a file can write its checksum.
 */
#ifndef CTOK_CHECKSUM_H
#define CTOK_CHECKSUM_H

#include "ctok/base.h"

#define CTOK_CHECKSUM_LANES 8
#define CTOK_CHECKSUM_BLOCK ((size_t)8 * CTOK_CHECKSUM_LANES)

CTOK_BODY uint64_t ctok_checksum_step(uint64_t lane, uint64_t word) {
    lane = (lane ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return lane << 32 | lane >> 32;
}

/*  The checksum of n bytes, the same on every machine; reads no byte past them. */
CTOK_FUNCTION uint64_t ctok_checksum(const uint8_t *bytes, size_t n) {
    uint64_t lanes[CTOK_CHECKSUM_LANES];
    size_t at = 0;
    for (size_t i = 0; i < CTOK_CHECKSUM_LANES; i++)
        lanes[i] = i + 1;
    for (; n - at >= CTOK_CHECKSUM_BLOCK; at += CTOK_CHECKSUM_BLOCK)
        for (size_t i = 0; i < CTOK_CHECKSUM_LANES; i++)
            lanes[i] = ctok_checksum_step(lanes[i], ctok_load64(bytes + at + 8 * i));
    for (size_t i = 0; at < n; i++, at += 8) {
        const uint64_t word =
            n - at < 8 ? ctok_load_short(bytes + at, n - at) : ctok_load64(bytes + at);
        lanes[i] = ctok_checksum_step(lanes[i], word);
        if (n - at < 8)
            break;
    }
    uint64_t sum = ctok_mix64((uint64_t)n);
    for (size_t i = 0; i < CTOK_CHECKSUM_LANES; i++)
        sum = ctok_mix64(sum ^ lanes[i]);
    return sum;
}

#endif /* CTOK_CHECKSUM_H */
