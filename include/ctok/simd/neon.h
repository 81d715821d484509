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

/*  The high half of each number of 64 bits goes down to the low half's bytes, above which as many bits
 *  are free as the low half of `gaps` says. */
CTOK_BODY uint64x2_t ctok_close_neon(uint32x4_t x, uint32x4_t gaps) {
    const uint64x2_t low = vdupq_n_u64(0xFFFFFFFF), both = vreinterpretq_u64_u32(x);
    const int64x2_t down =
        vnegq_s64(vreinterpretq_s64_u64(vandq_u64(vreinterpretq_u64_u32(gaps), low)));
    return vorrq_u64(vandq_u64(both, low), vshlq_u64(vbicq_u64(both, low), down));
}

/*  Writes two numbers of up to 8 bytes; gaps[i] are eight for each byte that number i has less. */
CTOK_BODY size_t ctok_write_neon(uint64x2_t x, uint64x2_t gaps, uint8_t *out) {
    const size_t first = 8 - (size_t)(vgetq_lane_u64(gaps, 0) / 8);
    vst1_u8(out, vreinterpret_u8_u64(vget_low_u64(x)));
    vst1_u8(out + first, vreinterpret_u8_u64(vget_high_u64(x)));
    return first + 8 - (size_t)(vgetq_lane_u64(gaps, 1) / 8);
}

/*  Eight characters below 0x800; `one`: those of one byte. */
CTOK_BODY size_t ctok_utf8_twos_neon(uint16x8_t c, uint16x8_t one, uint8_t *out) {
    /* C0 | c >> 6 and 80 | c & 3F, or c */
    const uint16x8_t last = vshlq_n_u16(vandq_u16(c, vdupq_n_u16(0x3F)), 8);
    const uint16x8_t two = vorrq_u16(vorrq_u16(vshrq_n_u16(c, 6), last), vdupq_n_u16(0x80C0));
    const uint16x8_t gaps = vandq_u16(one, vdupq_n_u16(8));
    uint32x4_t x = vreinterpretq_u32_u16(vbslq_u16(one, c, two));
    /* two characters in 32 bits: the second goes down by a byte where the first has one */
    const uint32x4_t low = vdupq_n_u32(0xFFFF);
    const int32x4_t down =
        vnegq_s32(vreinterpretq_s32_u32(vandq_u32(vreinterpretq_u32_u16(gaps), low)));
    x = vorrq_u32(vandq_u32(x, low), vshlq_u32(vbicq_u32(x, low), down));
    const uint32x4_t pairs = vpaddlq_u16(gaps);
    return ctok_write_neon(ctok_close_neon(x, pairs), vpaddlq_u32(pairs), out);
}

/*  Eight characters below 0x10000. */
CTOK_BODY size_t ctok_utf8_threes_neon(uint16x8_t c, uint16x8_t one, uint8_t *out) {
    const uint16x8_t small = vcltq_u16(c, vdupq_n_u16(0x800)), six = vdupq_n_u16(0x3F);
    /* E0 | c >> 12 above a zero; 80 | c >> 6 & 3F, or C0 | c >> 6; 80 | c & 3F, or c */
    const uint16x8_t leads =
        vorrq_u16(vandq_u16(vshrq_n_u16(c, 4), vdupq_n_u16(0x0F00)), vdupq_n_u16(0xE000));
    uint16x8_t tails =
        vorrq_u16(vandq_u16(vshrq_n_u16(c, 6), six), vshlq_n_u16(vandq_u16(c, six), 8));
    tails = vorrq_u16(tails, vorrq_u16(vdupq_n_u16(0x8080), vandq_u16(small, vdupq_n_u16(0x40))));
    tails = vbslq_u16(one, vshlq_n_u16(c, 8), tails);
    /* below the bytes 8 bits are free, and 8 for each byte that there is less than three; then above */
    const uint16x8_t eight = vdupq_n_u16(8);
    const uint16x8_t gaps =
        vaddq_u16(eight, vaddq_u16(vandq_u16(one, eight), vandq_u16(small, eight)));
    size_t used = 0;
    for (int half = 0; half < 2; half++) {
        const uint32x4_t free = vmovl_u16(half ? vget_high_u16(gaps) : vget_low_u16(gaps));
        const uint32x4_t x =
            vreinterpretq_u32_u16(half ? vzip2q_u16(leads, tails) : vzip1q_u16(leads, tails));
        const uint32x4_t low = vshlq_u32(x, vnegq_s32(vreinterpretq_s32_u32(free)));
        used += ctok_write_neon(ctok_close_neon(low, free), vpaddlq_u32(free), out + used);
    }
    return used;
}

/*  As with AVX2, eight at a time; characters of four bytes are left. */
CTOK_BODY size_t ctok_utf8_neon(const void *units, ctok_width width, uint8_t *out, size_t *used) {
    uint16x8_t c;
    if (width == CTOK_UCS1) {
        const uint8x16_t narrow = vld1q_u8((const uint8_t *)units);
        if (vmaxvq_u8(narrow) < 0x80) {
            vst1q_u8(out, narrow);
            *used += 16;
            return 16;
        }
        c = vmovl_u8(vget_low_u8(narrow));
    } else if (width == CTOK_UCS2) {
        c = vld1q_u16((const uint16_t *)units);
    } else {
        const uint32x4_t low = vld1q_u32((const uint32_t *)units);
        const uint32x4_t high = vld1q_u32((const uint32_t *)units + 4);
        if (vmaxvq_u32(vorrq_u32(low, high)) >= 0x10000)
            return 0;
        c = vcombine_u16(vmovn_u32(low), vmovn_u32(high));
    }
    const uint16_t most = vmaxvq_u16(c);
    if (most < 0x80) {
        vst1_u8(out, vmovn_u16(c));
        *used += 8;
        return 8;
    }
    const uint16x8_t one = vcltq_u16(c, vdupq_n_u16(0x80));
    if (most < 0x800) {
        *used += ctok_utf8_twos_neon(c, one, out);
        return 8;
    }
    if (vmaxvq_u16(vceqq_u16(vandq_u16(c, vdupq_n_u16(0xF800)), vdupq_n_u16(0xD800))))
        return 0;
    *used += ctok_utf8_threes_neon(c, one, out);
    return 8;
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
