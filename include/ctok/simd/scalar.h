/*  simd/scalar.h: the leaves that say what the others do. */
#include "ctok/simd.h" /* before the guard: it includes this leaf before those that build on it */

#ifndef CTOK_SIMD_SCALAR_H
#define CTOK_SIMD_SCALAR_H

CTOK_BODY void ctok_pad_scalar(const uint8_t *text, size_t n, uint8_t *block) {
    memset(block, 0, 64);
    memcpy(block, text, n);
}

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

CTOK_BODY uint64_t ctok_between_scalar(const uint8_t *text, uint8_t low, uint8_t high) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++)
        mask |= (uint64_t)((uint8_t)(text[i] - low) <= (uint8_t)(high - low)) << i;
    return mask;
}

CTOK_BODY size_t ctok_unpack_scalar(uint64_t mask, size_t base, size_t *out) {
    size_t count = 0;
    for (; mask; mask &= mask - 1)
        out[count++] = base + ctok_lowest(mask);
    return count;
}

CTOK_BODY uint32_t ctok_lowest_of_scalar(const uint32_t *values, size_t n) {
    uint32_t lowest = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        lowest = values[i] < lowest ? values[i] : lowest;
    return lowest;
}

CTOK_BODY uint32_t ctok_lowest_in_lanes_scalar(const uint32_t *rows, size_t n, uint32_t *lowest) {
    uint32_t open = 0;
    memcpy(lowest, rows, sizeof(ctok_lane_row));
    for (; n > 0; n--, rows += CTOK_LANES)
        for (size_t lane = 0; lane < CTOK_LANES; lane++)
            lowest[lane] = rows[lane] < lowest[lane] ? rows[lane] : lowest[lane];
    for (size_t lane = 0; lane < CTOK_LANES; lane++)
        open |= (uint32_t)(lowest[lane] != UINT32_MAX) << lane;
    return open;
}

CTOK_BODY unsigned ctok_match_pair_scalar(const uint64_t *line, uint64_t key) {
    unsigned found = 0;
    for (unsigned i = 0; i < 8; i++)
        found |= (unsigned)(line[i] >> 22 == key) << i;
    return found;
}

CTOK_BODY void ctok_take_scalar(const ctok_line *line, const uint64_t *key, uint64_t *value) {
    uint64_t taken = 0;
    for (int i = 0; i < 4; i++)
        taken |= line->keys[i] == *key ? line->values[i] : 0;
    *value = taken;
}

CTOK_BODY void ctok_take_many_scalar(const ctok_line *lines, const uint64_t *places,
                                     const uint64_t *keys, size_t n, uint64_t *values) {
    for (size_t i = 0; i < n; i++)
        ctok_take_scalar(ctok_line_of(lines, places, i), &keys[i], &values[i]);
}

CTOK_BODY size_t ctok_zeros_scalar(const uint64_t *values, size_t n, uint16_t *places) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        places[count] = (uint16_t)i;
        count += values[i] == 0;
    }
    return count;
}

CTOK_BODY void ctok_take_pair_scalar(const ctok_pair_line *line, const uint64_t *key,
                                     uint64_t *first, uint64_t *second) {
    const int is[2] = {
        ((line->lows[0] ^ key[0]) | (line->highs[0] ^ key[1])) == 0,
        ((line->lows[1] ^ key[0]) | (line->highs[1] ^ key[1])) == 0,
    };
    *first = is[0] | is[1] ? line->firsts[!is[0]] : 0;
    *second = is[0] | is[1] ? line->seconds[!is[0]] : 0;
}

CTOK_BODY size_t ctok_pack_scalar(const uint64_t *answers, uint32_t *out, size_t *used) {
    size_t count = 0, packed = 0;
    for (; packed < 8 && (answers[packed] >> 31 & 1); packed++) {
        out[count] = (uint32_t)answers[packed] & CTOK_ANSWER_ID;
        out[count + 1] = (uint32_t)(answers[packed] >> 32);
        count += out[count + 1] == CTOK_NO_ID ? 1 : 2;
    }
    *used += count;
    return packed;
}

CTOK_BODY size_t ctok_utf8_scalar(const void *units, ctok_width width, uint8_t *out, size_t *used) {
    const uint8_t *const from = (const uint8_t *)units;
    const uint64_t beyond = width == CTOK_UCS1   ? UINT64_C(0x8080808080808080)
                            : width == CTOK_UCS2 ? UINT64_C(0xFF80FF80FF80FF80)
                                                 : UINT64_C(0xFFFFFF80FFFFFF80);
    uint64_t bits = 0;
    for (size_t i = 0; i < (size_t)width; i++)
        bits |= ctok_load64(from + 8 * i);
    if (bits & beyond)
        return 0;
    for (size_t i = 0; i < 8; i++)
        out[i] = width == CTOK_UCS1   ? from[i]
                 : width == CTOK_UCS2 ? (uint8_t)((const uint16_t *)units)[i]
                                      : (uint8_t)((const uint32_t *)units)[i];
    *used += 8;
    return 8;
}

CTOK_BODY uint64_t ctok_parted_scalar(const uint8_t *text, const uint8_t *sides) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) {
        const uint8_t left = text[i] & 127, right = text[i + 1] & 127;
        const int common =
            (sides[left] & sides[256 + right]) | (sides[128 + left] & sides[384 + right]);
        mask |= (uint64_t)(common != 0) << i;
    }
    return mask;
}

CTOK_BODY uint64_t ctok_paged_scalar(const uint8_t *text, const uint8_t *pages) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++) {
        const unsigned page = (text[i] & 15u) << 6 | (text[i + 1] & 63u);
        mask |= (uint64_t)(pages[page >> 3] >> (page & 7) & 1) << i;
    }
    return mask;
}

CTOK_BODY uint64_t ctok_starting_scalar(const uint8_t *text, const ctok_start *starts, size_t n) {
    uint64_t mask = 0;
    for (size_t k = 0; k < n; k++)
        for (int i = 0; i < 64; i++) {
            const int other =
                (text[i] ^ starts[k].first) | ((text[i + 1] ^ starts[k].second) & starts[k].mask);
            mask |= (uint64_t)(other == 0) << i;
        }
    return mask;
}

CTOK_BODY unsigned ctok_follow_scalar(const uint8_t *entries, size_t width, const uint8_t *kinds,
                                      const uint8_t *text, unsigned n, uint8_t *entry,
                                      ctok_trace *trace) {
    (void)kinds; /* one by one */
    unsigned done = 0;
    uint64_t high = 0;
    trace->may = trace->end = trace->late = 0;
    while (done + 16 <= n && !(trace->may & trace->end)) {
        for (unsigned i = done; i < done + 16; i++)
            high |= text[i] & 0x80;
        if (high)
            break;
        for (unsigned i = done; i < done + 16; i++) {
            *entry = entries[width * text[i] + ctok_state_of(*entry)];
            trace->may |= (uint64_t)(*entry / CTOK_ENTRY_MAY & 1) << i;
            trace->end |= (uint64_t)(*entry / CTOK_ENTRY_END & 1) << i;
            trace->late |= (uint64_t)(*entry / CTOK_ENTRY_LATE & 1) << i;
        }
        done += 16;
    }
    return done;
}

CTOK_BODY unsigned ctok_follow_pieces_scalar(const uint8_t *entries, size_t width,
                                             const uint8_t *kinds, const uint8_t *text,
                                             uint64_t starts, ctok_trace *trace) {
    (void)kinds; /* one by one */
    uint8_t entry = 0;
    trace->may = trace->end = trace->late = trace->whole = 0;
    for (unsigned i = 0; i < 64; i++) {
        if (text[i] >= 0x80)
            return i & ~15u;
        entry = starts >> i & 1 ? 0 : entry;
        entry = entries[width * text[i] + ctok_state_of(entry)];
        trace->may |= (uint64_t)(entry / CTOK_ENTRY_MAY & 1) << i;
        trace->end |= (uint64_t)(entry / CTOK_ENTRY_END & 1) << i;
        trace->late |= (uint64_t)(entry / CTOK_ENTRY_LATE & 1) << i;
        trace->whole |= (uint64_t)(entries[width * 128 + ctok_state_of(entry)] & 1) << i;
    }
    return 64;
}

CTOK_BODY size_t ctok_skip_scalar(const uint8_t *set, const uint8_t *text, size_t n) {
    size_t at = 0;
    while (at < n && set[(text[at] >> 7) * 16 + (text[at] & 15)] >> (text[at] >> 4 & 7) & 1)
        at++;
    return at;
}

CTOK_BODY uint64_t ctok_outside_scalar(const uint8_t *set, const uint8_t *text) {
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++)
        mask |= (uint64_t) !(set[(text[i] >> 7) * 16 + (text[i] & 15)] >> (text[i] >> 4 & 7) & 1)
                << i;
    return mask;
}

#endif /* CTOK_SIMD_SCALAR_H */
