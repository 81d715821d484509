/*  simd/neon.h: a block as four vectors of 16 bytes. Part of every AArch64. */
#include "ctok/simd.h" /* before the guard: it includes this leaf, behind those that it builds on */

#ifndef CTOK_SIMD_NEON_H
#define CTOK_SIMD_NEON_H

#if defined(__aarch64__)
#include <arm_neon.h>

typedef struct ctok_neon {
    uint8x16_t part[4];
} ctok_neon;

/*  bit i = byte i is not 0, of bytes that are 0 or 255: each keeps the bit of its place, and
 *  three rounds of pairwise sums put eight places into a byte */
CTOK_BODY uint64_t ctok_bits_neon(ctok_neon x) {
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t place = vld1q_u8(places);
    const uint8x16_t a = vpaddq_u8(vandq_u8(x.part[0], place), vandq_u8(x.part[1], place));
    const uint8x16_t b = vpaddq_u8(vandq_u8(x.part[2], place), vandq_u8(x.part[3], place));
    const uint8x16_t c = vpaddq_u8(a, b);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(c, c)), 0);
}

/*  x - low <= span, wrapping: only the bytes low .. low + span */
CTOK_BODY uint64_t ctok_range_neon(ctok_neon x, uint8_t fold, uint8_t low, uint8_t span) {
    for (int i = 0; i < 4; i++)
        x.part[i] = vcleq_u8(vsubq_u8(vorrq_u8(x.part[i], vdupq_n_u8(fold)), vdupq_n_u8(low)),
                             vdupq_n_u8(span));
    return ctok_bits_neon(x);
}

CTOK_BODY void ctok_pad_neon(const uint8_t *text, size_t n, uint8_t *block) {
    ctok_pad_scalar(text, n, block);
}

CTOK_BODY void ctok_classify_neon(const uint8_t *text, ctok_block *block) {
    ctok_neon x;
    for (int i = 0; i < 4; i++)
        x.part[i] = vld1q_u8(text + 16 * i);
    block->letters = ctok_range_neon(x, 0x20, 'a', 25);
    block->capitals = ctok_range_neon(x, 0, 'A', 25);
    block->digits = ctok_range_neon(x, 0, '0', 9);
    block->space = ctok_range_neon(x, 0, ' ', 0);
    block->newline = ctok_range_neon(x, 0, '\n', 0) | ctok_range_neon(x, 0, '\r', 0);
    block->blank = (ctok_range_neon(x, 0, '\t', 4) & ~block->newline) | block->space;
    block->apostrophe = ctok_range_neon(x, 0, '\'', 0);
    block->slash = ctok_range_neon(x, 0, '/', 0);
    block->high = ctok_range_neon(x, 0, 0x80, 0x7F);
}

CTOK_BODY uint64_t ctok_between_neon(const uint8_t *text, uint8_t low, uint8_t high) {
    ctok_neon x;
    for (int i = 0; i < 4; i++)
        x.part[i] = vld1q_u8(text + 16 * i);
    return ctok_range_neon(x, 0, low, (uint8_t)(high - low));
}

CTOK_BODY size_t ctok_unpack_neon(uint64_t mask, size_t base, size_t *out) {
    return ctok_unpack_scalar(mask, base, out);
}

CTOK_BODY uint32_t ctok_lowest_of_neon(const uint32_t *values, size_t n) {
    /* lowest[lane] = min(values[lane], values[lane + 4], ...) */
    uint32x4_t lowest = vld1q_u32(values);
    for (size_t i = 4; i < n; i += 4)
        lowest = vminq_u32(lowest, vld1q_u32(values + i));
    return vminvq_u32(lowest);
}

CTOK_BODY uint32_t ctok_lowest_in_lanes_neon(const uint32_t *rows, size_t n, uint32_t *lowest) {
    uint32x4_t low[4];
    uint32_t open = 0;
    for (int q = 0; q < 4; q++)
        low[q] = vld1q_u32(rows + 4 * q);
    for (size_t i = 1; i < n; i++)
        for (int q = 0; q < 4; q++)
            low[q] = vminq_u32(low[q], vld1q_u32(rows + CTOK_LANES * i + 4 * q));
    for (int q = 0; q < 4; q++)
        vst1q_u32(&lowest[4 * q], low[q]);
    for (unsigned lane = 0; lane < CTOK_LANES; lane++)
        open |= (uint32_t)(lowest[lane] != UINT32_MAX) << lane;
    return open;
}

CTOK_BODY unsigned ctok_match_pair_neon(const uint64_t *line, uint64_t key) {
    return ctok_match_pair_scalar(line, key);
}

CTOK_BODY void ctok_take_neon(const ctok_line *line, const uint64_t *key, uint64_t *value) {
    const uint64x2_t wanted = vdupq_n_u64(*key);
    /* taken[i] = keys[i] == *key ? values[i] : 0 */
    const uint64x2_t taken = vorrq_u64(
        vandq_u64(vceqq_u64(vld1q_u64(line->keys), wanted), vld1q_u64(line->values)),
        vandq_u64(vceqq_u64(vld1q_u64(line->keys + 2), wanted), vld1q_u64(line->values + 2)));
    *value = vgetq_lane_u64(taken, 0) | vgetq_lane_u64(taken, 1);
}

CTOK_BODY void ctok_take_many_neon(const ctok_line *lines, const uint64_t *places,
                                   const uint64_t *keys, size_t n, uint64_t *values) {
    for (size_t i = 0; i < n; i++)
        ctok_take_neon(ctok_line_of(lines, places, i), &keys[i], &values[i]);
}

CTOK_BODY size_t ctok_zeros_neon(const uint64_t *values, size_t n, uint16_t *places) {
    return ctok_zeros_scalar(values, n, places);
}

CTOK_BODY void ctok_take_pair_neon(const ctok_pair_line *line, const uint64_t *key, uint64_t *first,
                                   uint64_t *second) {
    /* there[i] = lows[i] == key[0] && highs[i] == key[1] ? all ones : 0 */
    const uint64x2_t there = vandq_u64(vceqq_u64(vld1q_u64(line->lows), vdupq_n_u64(key[0])),
                                       vceqq_u64(vld1q_u64(line->highs), vdupq_n_u64(key[1])));
    const uint64x2_t firsts = vandq_u64(there, vld1q_u64(line->firsts));
    const uint64x2_t seconds = vandq_u64(there, vld1q_u64(line->seconds));
    *first = vgetq_lane_u64(firsts, 0) | vgetq_lane_u64(firsts, 1);
    *second = vgetq_lane_u64(seconds, 0) | vgetq_lane_u64(seconds, 1);
}

CTOK_BODY size_t ctok_pack_neon(const uint64_t *answers, uint32_t *out, size_t *used) {
    return ctok_pack_scalar(answers, out, used);
}

CTOK_BODY size_t ctok_utf8_neon(const void *units, ctok_width width, uint8_t *out, size_t *used) {
    return ctok_utf8_scalar(units, width, out, used);
}

/*  table[x], 128 bytes; 0 where x is 0x80 or more */
CTOK_BODY uint8x16_t ctok_in_table_neon(const uint8_t *table, uint8x16_t x) {
    const uint8x16x4_t low = vld1q_u8_x4(table), high = vld1q_u8_x4(table + 64);
    return vqtbx4q_u8(vqtbl4q_u8(low, x), high, vsubq_u8(x, vdupq_n_u8(64)));
}

CTOK_BODY uint64_t ctok_parted_neon(const uint8_t *text, const uint8_t *sides) {
    ctok_neon common;
    for (int i = 0; i < 4; i++) {
        const uint8x16_t left = vld1q_u8(text + 16 * i), right = vld1q_u8(text + 16 * i + 1);
        /* (sides[left] & sides[256 + right]) | (sides[128 + left] & sides[384 + right]) */
        const uint8x16_t bits = vorrq_u8(
            vandq_u8(ctok_in_table_neon(sides, left), ctok_in_table_neon(sides + 256, right)),
            vandq_u8(ctok_in_table_neon(sides + 128, left),
                     ctok_in_table_neon(sides + 384, right)));
        common.part[i] = vtstq_u8(bits, bits);
    }
    return ctok_bits_neon(common);
}

CTOK_BODY uint64_t ctok_paged_neon(const uint8_t *text, const uint8_t *pages) {
    static const uint8_t ones[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    ctok_neon paged;
    for (int i = 0; i < 4; i++) {
        const uint8x16_t first = vld1q_u8(text + 16 * i), second = vld1q_u8(text + 16 * i + 1);
        /* (first & 15) << 3 | (second & 0x38) >> 3 */
        const uint8x16_t index = vorrq_u8(vshlq_n_u8(vandq_u8(first, vdupq_n_u8(15)), 3),
                                          vshrq_n_u8(vandq_u8(second, vdupq_n_u8(0x38)), 3));
        /* 1 << (second & 7) */
        const uint8x16_t bit = vqtbl1q_u8(vld1q_u8(ones), vandq_u8(second, vdupq_n_u8(7)));
        paged.part[i] = vtstq_u8(ctok_in_table_neon(pages, index), bit);
    }
    return ctok_bits_neon(paged);
}

CTOK_BODY uint64_t ctok_starting_neon(const uint8_t *text, const ctok_start *starts, size_t n) {
    ctok_neon found;
    for (int i = 0; i < 4; i++) {
        const uint8x16_t x = vld1q_u8(text + 16 * i), y = vld1q_u8(text + 16 * i + 1);
        found.part[i] = vdupq_n_u8(0);
        for (size_t k = 0; k < n; k++) { /* text[i] == first && (text[i + 1] == second || !mask) */
            const uint8x16_t second = vorrq_u8(vceqq_u8(y, vdupq_n_u8(starts[k].second)),
                                               vdupq_n_u8((uint8_t)~starts[k].mask));
            found.part[i] =
                vorrq_u8(found.part[i], vandq_u8(vceqq_u8(x, vdupq_n_u8(starts[k].first)), second));
        }
    }
    return ctok_bits_neon(found);
}

/*  The state in lane 0: a look-up gives lane (state & 15), or 0 where bit 7 of the state is set. */
CTOK_BODY uint8x16_t ctok_next_neon(const uint8_t *row, size_t width, uint8x16_t state) {
    const uint8x16_t place = vdupq_n_u8(0x8F), other = vdupq_n_u8(0x80);
    const uint8x16_t low = vqtbl1q_u8(vld1q_u8(row), vandq_u8(state, place));
    if (width == 16)
        return low; /* row[state] */
    /* state < 16 ? row[state] : row[16 + state % 16] */
    return vorrq_u8(low, vqtbl1q_u8(vld1q_u8(row + 16), vandq_u8(veorq_u8(state, other), place)));
}

CTOK_BODY unsigned ctok_follow_by_neon(const uint8_t *entries, size_t width, const uint8_t *text,
                                       unsigned n, uint8_t *entry, ctok_trace *trace) {
    uint8x16_t state = vdupq_n_u8(*entry), stop = vdupq_n_u8(CTOK_ENTRY_STOP);
    ctok_neon may, end, late;
    unsigned done = 0;
    int stopped = 0;
    for (int i = 0; i < 4; i++)
        may.part[i] = end.part[i] = late.part[i] = vdupq_n_u8(0);
    while (done + 16 <= n && !stopped && vmaxvq_u8(vld1q_u8(text + done)) < 0x80) {
        uint8x16_t all = state;
        for (unsigned i = done; i < done + 16; i++) {
            state = ctok_next_neon(entries + width * text[i], width, state);
            all = vextq_u8(all, state, 1); /* all = all[1..15], state */
        }
        /* byte i = 255 where a bit of all[i] is set */
        may.part[done / 16] = vtstq_u8(all, vdupq_n_u8(CTOK_ENTRY_MAY));
        end.part[done / 16] = vtstq_u8(all, vdupq_n_u8(CTOK_ENTRY_END));
        late.part[done / 16] = vtstq_u8(all, vdupq_n_u8(CTOK_ENTRY_LATE));
        stopped = vmaxvq_u8(vandq_u8(all, stop)) == CTOK_ENTRY_STOP;
        done += 16;
    }
    *entry = vgetq_lane_u8(state, 0);
    trace->may = ctok_bits_neon(may);
    trace->end = ctok_bits_neon(end);
    trace->late = ctok_bits_neon(late);
    return done;
}

CTOK_BODY unsigned ctok_follow_neon(const uint8_t *entries, size_t width, const uint8_t *kinds,
                                    const uint8_t *text, unsigned n, uint8_t *entry,
                                    ctok_trace *trace) {
    (void)kinds; /* one by one */
    return width == 16 ? ctok_follow_by_neon(entries, 16, text, n, entry, trace)
                       : ctok_follow_by_neon(entries, 32, text, n, entry, trace);
}

CTOK_BODY unsigned ctok_follow_pieces_by_neon(const uint8_t *entries, size_t width,
                                              const uint8_t *text, uint64_t starts,
                                              ctok_trace *trace) {
    const uint8x16_t nothing = vdupq_n_u8(0);
    uint8x16_t state = nothing;
    ctok_neon may, end, late, whole;
    unsigned done = 0;
    for (int i = 0; i < 4; i++)
        may.part[i] = end.part[i] = late.part[i] = whole.part[i] = nothing;
    while (done < 64 && vmaxvq_u8(vld1q_u8(text + done)) < 0x80) {
        uint8x16_t all = state;
        for (unsigned i = done; i < done + 16; i++) {
            state = starts >> i & 1 ? nothing : state;
            state = ctok_next_neon(entries + width * text[i], width, state);
            all = vextq_u8(all, state, 1); /* all = all[1..15], state */
        }
        may.part[done / 16] = vtstq_u8(all, vdupq_n_u8(CTOK_ENTRY_MAY));
        end.part[done / 16] = vtstq_u8(all, vdupq_n_u8(CTOK_ENTRY_END));
        late.part[done / 16] = vtstq_u8(all, vdupq_n_u8(CTOK_ENTRY_LATE));
        whole.part[done / 16] =
            vtstq_u8(ctok_next_neon(entries + width * 128, width, all), vdupq_n_u8(1));
        done += 16;
    }
    trace->may = ctok_bits_neon(may);
    trace->end = ctok_bits_neon(end);
    trace->late = ctok_bits_neon(late);
    trace->whole = ctok_bits_neon(whole);
    return done;
}

CTOK_BODY unsigned ctok_follow_pieces_neon(const uint8_t *entries, size_t width,
                                           const uint8_t *kinds, const uint8_t *text,
                                           uint64_t starts, ctok_trace *trace) {
    (void)kinds; /* one by one */
    return width == 16 ? ctok_follow_pieces_by_neon(entries, 16, text, starts, trace)
                       : ctok_follow_pieces_by_neon(entries, 32, text, starts, trace);
}

CTOK_BODY size_t ctok_skip_neon(const uint8_t *set, const uint8_t *text, size_t n) {
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16x2_t columns = {{vld1q_u8(set), vld1q_u8(set + 16)}};
    const uint8x16_t bits = vld1q_u8(places);
    size_t at = 0;
    for (; n - at >= 16; at += 16) {
        const uint8x16_t x = vld1q_u8(text + at);
        /* has = set[(x >> 7) * 16 + (x & 15)]; bit = 1 << (x >> 4 & 7) */
        const uint8x16_t column =
            vorrq_u8(vandq_u8(x, vdupq_n_u8(15)), vandq_u8(vshrq_n_u8(x, 3), vdupq_n_u8(16)));
        const uint8x16_t has = vqtbl2q_u8(columns, column);
        if (!vminvq_u8(vtstq_u8(has, vqtbl1q_u8(bits, vshrq_n_u8(x, 4)))))
            break;
    }
    return at + ctok_skip_scalar(set, text + at, n - at);
}

CTOK_BODY uint64_t ctok_outside_neon(const uint8_t *set, const uint8_t *text) {
    return ctok_outside_scalar(set, text); /* few blocks are asked for */
}

#endif /* __aarch64__ */
#endif /* CTOK_SIMD_NEON_H */
