/*  The leaves of simd.h that look pieces up or find them by entries, on every backend, against the
 *  scalar ones. */
#include "check.h"
#include "ctok/cache.h"
#include "ctok/cpu.h"

#define LEAVES_MOST 64

static const struct {
    const char *name;
    ctok_backend backend;
    ctok_take_fn take;
    ctok_take_many_fn take_many;
    ctok_zeros_fn zeros;
    ctok_take_pair_fn take_pair;
    ctok_pack_fn pack;
    ctok_lowest_in_lanes_fn lowest_in_lanes;
    ctok_match_pair_fn match_pair;
    ctok_pad_fn pad;
    ctok_skip_fn skip;
    ctok_follow_fn follow;
    ctok_follow_pieces_fn follow_pieces;
    ctok_outside_fn outside;
    ctok_follow_wide_fn follow_wide;
    ctok_follow_wide_pieces_fn follow_wide_pieces;
    ctok_keep_fn keep;
} rows[] = {
#define LEAVES(backend, id)                                                                        \
    {#backend,                                                                                     \
     id,                                                                                           \
     ctok_take_##backend,                                                                          \
     ctok_take_many_##backend,                                                                     \
     ctok_zeros_##backend,                                                                         \
     ctok_take_pair_##backend,                                                                     \
     ctok_pack_##backend,                                                                          \
     ctok_lowest_in_lanes_##backend,                                                               \
     ctok_match_pair_##backend,                                                                    \
     ctok_pad_##backend,                                                                           \
     ctok_skip_##backend,                                                                          \
     ctok_follow_##backend,                                                                        \
     ctok_follow_pieces_##backend,                                                                 \
     ctok_outside_##backend,                                                                       \
     ctok_follow_wide_##backend,                                                                   \
     ctok_follow_wide_pieces_##backend,                                                            \
     ctok_keep_##backend},
    LEAVES(scalar, CTOK_SCALAR_BACKEND)
#ifdef CTOK_X86
        LEAVES(avx2, CTOK_AVX2_BACKEND) LEAVES(avx512, CTOK_AVX512_BACKEND)
#endif
#ifdef CTOK_ARM
            LEAVES(neon, CTOK_NEON_BACKEND)
#endif
};

/*  Lines side by side in any order, each asked for a key of its own or of the one before. */
static void check_many_lines(size_t row, guard in, guard out) {
    uint64_t random = 9, places[11], keys[11], wanted[11];
    for (size_t n = 0; n <= 11; n++) {
        ctok_line *const lines = (ctok_line *)(void *)guard_end(in, n * sizeof(ctok_line));
        uint64_t *const got = (uint64_t *)(void *)guard_end(out, n * sizeof(uint64_t));
        for (int round = 0; round < 500; round++) {
            for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < 4; k++) {
                    lines[i].keys[k] = 4 * i + k + 1;
                    lines[i].values[k] = random_next(&random) | 1;
                }
            for (size_t i = 0; i < n; i++) {
                const size_t line = random_below(&random, n), key = random_below(&random, 8);
                places[i] = line * sizeof(ctok_line);
                keys[i] = 4 * line + key - 3;
                wanted[i] = key < 4 ? 0 : lines[line].values[key - 4];
            }
            rows[row].take_many(lines, places, keys, n, got);
            for (size_t i = 0; i < n; i++)
                CHECK(got[i] == wanted[i]);
        }
    }
}

/*  Lines whose keys differ in one half only, asked for keys that are there and that are not. */
static void check_lines(size_t row, guard in) {
    uint64_t random = 5;
    ctok_line *const four = (ctok_line *)(void *)guard_end(in, sizeof(ctok_line));
    for (int round = 0; round < 20000; round++) {
        const uint64_t base = random_next(&random), key = base + random_below(&random, 6);
        uint64_t got = 1;
        for (size_t i = 0; i < 4; i++) {
            four->keys[i] = base + i;
            four->values[i] = random_next(&random) | 1;
        }
        rows[row].take(four, &key, &got);
        CHECK(got == (key - base < 4 ? four->values[key - base] : 0));
    }
    ctok_pair_line *const two = (ctok_pair_line *)(void *)guard_end(in, sizeof(ctok_pair_line));
    for (int round = 0; round < 20000; round++) {
        const uint64_t key[2] = {random_below(&random, 3), random_below(&random, 3)};
        uint64_t first = 1, second = 1, wanted[2] = {0, 0};
        for (size_t i = 2; i-- > 0;) {
            two->lows[i] = random_below(&random, 3);
            two->highs[i] = random_below(&random, 3);
            two->firsts[i] = random_next(&random) | 1;
            two->seconds[i] = random_next(&random);
        }
        if (two->lows[0] == two->lows[1] && two->highs[0] == two->highs[1])
            two->highs[1]++; /* no key stands twice */
        for (size_t i = 0; i < 2; i++)
            if (two->lows[i] == key[0] && two->highs[i] == key[1]) {
                wanted[0] = two->firsts[i];
                wanted[1] = two->seconds[i];
            }
        rows[row].take_pair(two, key, &first, &second);
        CHECK(first == wanted[0] && second == wanted[1]);
    }
}

/*  Zeros among up to LEAVES_MOST numbers: exact rooms at guard pages. */
static void check_zeros(size_t row, guard in, guard out) {
    uint64_t random = 9;
    for (size_t round = 0; round < 20000; round++) {
        const size_t n = random_below(&random, LEAVES_MOST + 1), whole = (n + 7) / 8 * 8;
        const size_t kind = random_below(&random, 4);
        uint64_t *const values = (uint64_t *)(void *)guard_end(in, whole * 8);
        uint16_t *const places = (uint16_t *)(void *)guard_end(out, (n + 8) * 2);
        size_t count = 0;
        for (size_t i = 0; i < whole; i++)
            values[i] = random_below(&random, 4) < kind ? random_next(&random) : 0;
        check_length = n;
        const size_t got = rows[row].zeros(values, n, places);
        for (size_t i = 0; i < n; i++)
            if (!values[i]) {
                CHECK(count < got && places[count] == i);
                count++;
            }
        CHECK(got == count);
    }
}

/*  Eight answers, of which the first ones are plain. */
static void check_pack(size_t row, guard in, guard out) {
    uint64_t random = 11;
    for (size_t round = 0; round < 40000; round++) {
        uint64_t *const answers = (uint64_t *)(void *)guard_end(in, 64);
        uint32_t *const ids = (uint32_t *)(void *)guard_end(out, 64);
        uint32_t wanted[16];
        size_t plain = 0, count = 0, used = 7;
        for (size_t i = 0; i < 8; i++) {
            const size_t several = random_below(&random, 12) ? 1 + random_below(&random, 2)
                                                             : 3 * random_below(&random, 2);
            uint32_t some[CTOK_ANSWER_IDS];
            uint64_t answer[2];
            for (size_t k = 0; k < CTOK_ANSWER_IDS; k++)
                some[k] = (uint32_t)random_below(&random, CTOK_MAX_IDS);
            ctok_answer(answer, some, several);
            answers[i] = answer[0];
            if (plain == i && (several == 1 || several == 2)) {
                memcpy(wanted + count, some, several * sizeof(some[0]));
                count += several;
                plain++;
            }
        }
        CHECK(rows[row].pack(answers, ids, &used) == plain);
        CHECK(used == 7 + count && memcmp(ids, wanted, count * sizeof(ids[0])) == 0);
    }
}

/*  Tables of up to LEAVES_MOST rows, and lines of slots one of which may have the key. */
static void check_lanes(size_t row, guard in, guard out) {
    uint64_t random = 13;
    for (size_t round = 0; round < 5000; round++) {
        const size_t n = 1 + random_below(&random, LEAVES_MOST);
        ctok_lane_row *const table = (ctok_lane_row *)(void *)guard_end(in, n * sizeof(table[0]));
        uint32_t *const lowest = (uint32_t *)(void *)guard_end(out, sizeof(table[0]));
        uint32_t wanted[CTOK_LANES], open = 0;
        const size_t rarity = 1 + random_below(&random, 2 * LEAVES_MOST);
        memset(wanted, 0xFF, sizeof(wanted));
        for (size_t i = 0; i < n; i++)
            for (size_t lane = 0; lane < CTOK_LANES; lane++) {
                table[i][lane] =
                    random_below(&random, rarity) ? UINT32_MAX : (uint32_t)random_next(&random);
                wanted[lane] = table[i][lane] < wanted[lane] ? table[i][lane] : wanted[lane];
            }
        for (size_t lane = 0; lane < CTOK_LANES; lane++)
            open |= (uint32_t)(wanted[lane] != UINT32_MAX) << lane;
        check_length = n;
        CHECK(rows[row].lowest_in_lanes(table[0], n, lowest) == open);
        CHECK(memcmp(lowest, wanted, sizeof(wanted)) == 0);
    }
    uint64_t *const line = (uint64_t *)(void *)guard_end(in, 64);
    for (size_t round = 0; round < 20000; round++) {
        const uint64_t key = random_next(&random) >> 22;
        const size_t at = random_below(&random, 10);
        for (size_t i = 0; i < 8; i++) /* other keys are near, or free slots */
            line[i] = i >= 6 && round % 2 ? UINT64_MAX : (key ^ (uint64_t)1 << (i * 5)) << 22 | i;
        if (at < 8)
            line[at] = key << 22 | (random_next(&random) & 0x3FFFFF);
        CHECK(rows[row].match_pair(line, key) == (at < 8 ? 1u << at : 0));
        CHECK(rows[row].match_pair(line, UINT64_MAX) == 0); /* stands for no pair */
    }
}

/*  Texts of every length up to a block, at the end of memory. */
static void check_pad(size_t row, guard in, guard out) {
    uint64_t random = 21;
    uint8_t *const block = (uint8_t *)guard_end(out, 64);
    for (size_t n = 0; n <= 64; n++) {
        uint8_t *const text = (uint8_t *)guard_end(in, n);
        for (size_t i = 0; i < n; i++)
            text[i] = (uint8_t)(random_next(&random) | 1);
        memset(block, 0xAA, 64);
        rows[row].pad(text, n, block);
        for (size_t i = 0; i < 64; i++)
            CHECK(block[i] == (i < n ? text[i] : 0));
    }
}

/*  Texts of up to 100 bytes, nearly all of a random set. */
static void check_skip(size_t row, guard in) {
    uint64_t random = 17;
    for (size_t round = 0; round < 20000; round++) {
        const size_t n = random_below(&random, 101);
        uint8_t *const text = (uint8_t *)guard_end(in, n);
        uint8_t set[32];
        for (size_t i = 0; i < sizeof(set); i++)
            set[i] = (uint8_t)(random_next(&random) | random_next(&random));
        for (size_t i = 0; i < n; i++)
            do
                text[i] = (uint8_t)random_next(&random);
            while (random_below(&random, 200) && !ctok_skip_scalar(set, text + i, 1));
        check_length = n;
        CHECK(rows[row].skip(set, text, n) == ctok_skip_scalar(set, text, n));
        if (n >= 64)
            CHECK(rows[row].outside(set, text + n - 64) == ctok_outside_scalar(set, text + n - 64));
    }
}

/*  Random entries, of which some stop, over texts that are ASCII to some place. */
static void check_follow(size_t row, guard in) {
    static uint8_t entries[129 * 32];
    uint64_t random = 19;
    for (size_t round = 0; round < 20000; round++) {
        const size_t width = (size_t)16 << random_below(&random, 2), n = random_below(&random, 65);
        const uint64_t starts = random_next(&random) & random_next(&random);
        const size_t high = random_below(&random, 100), stops = random_below(&random, 3);
        ctok_trace got, wanted;
        uint8_t entry = (uint8_t)random_below(&random, 16), other = entry;
        uint8_t *text = (uint8_t *)guard_end(in, n);
        for (size_t i = 0; i < sizeof(entries) && round % 16 == 0; i++) {
            const unsigned told = (unsigned)random_below(&random, 8) << 4;
            const unsigned state = (unsigned)random_below(&random, 16);
            const int stop = (told & CTOK_ENTRY_STOP) == CTOK_ENTRY_STOP;
            entries[i] =
                (uint8_t)(state | (stop && random_below(&random, 50 * stops + 1) ? 0 : told));
        }
        if (width == 32 && round % 16 == 0)
            for (size_t i = 0; i < sizeof(entries); i++)
                entries[i] |= (uint8_t)(random_below(&random, 2) << 7);
        for (size_t i = 0; i < sizeof(entries) && width == 16; i++)
            entries[i] &= 0x7F;
        for (size_t i = 0; i < n; i++)
            text[i] = (uint8_t)random_below(&random, i == high ? 256 : 128);
        check_length = n;
        const unsigned done =
            rows[row].follow(entries, width, NULL, text, (unsigned)n, &entry, &got);
        CHECK(ctok_follow_scalar(entries, width, NULL, text, (unsigned)n, &other, &wanted) == done);
        CHECK(got.may == wanted.may && got.end == wanted.end && got.late == wanted.late);
        CHECK(entry == other);
        text = (uint8_t *)guard_end(in, 64);
        for (size_t i = 0; i < 64; i++)
            text[i] = (uint8_t)random_below(&random, i == high ? 256 : 128);
        const unsigned all = rows[row].follow_pieces(entries, width, NULL, text, starts, &got);
        CHECK(ctok_follow_pieces_scalar(entries, width, NULL, text, starts, &wanted) == all);
        const uint64_t valid = ctok_below(all);
        CHECK(!((got.may ^ wanted.may) & valid) && !((got.end ^ wanted.end) & valid));
        CHECK(!((got.late ^ wanted.late) & valid) && !((got.whole ^ wanted.whole) & valid));
    }
}

/*  Random tables by kinds: kinds below `runs` lead from four states to themselves and from all others
 *  there; some entries are left to `entries`. */
static void fill_kinds(uint64_t *random, size_t width, uint8_t *entries, uint8_t *kinds) {
    const uint8_t left = CTOK_ENTRY_STOP | CTOK_ENTRY_LATE;
    const size_t runs = random_below(random, 17);
    for (size_t i = 0; i < 256; i++) {
        const uint8_t to = (uint8_t)random_below(random, 16);
        const uint8_t told = (uint8_t)(random_below(random, 7) << 4);
        const size_t rare = random_below(random, 200);
        if (i / 16 < runs)
            kinds[128 + i] = (uint8_t)(i % 16 < 4 ? i % 16 | (i & 1) << 4 : to % 4);
        else if (rare < 2)
            kinds[128 + i] = rare ? left : CTOK_ENTRY_STOP;
        else if (rare < 8 && to) /* an end further back */
            kinds[128 + i] = left | to;
        else
            kinds[128 + i] = to | ((told & CTOK_ENTRY_STOP) == CTOK_ENTRY_STOP ? 0 : told);
    }
    for (size_t byte = 0; byte < 128; byte++)
        kinds[byte] = (uint8_t)random_below(random, 256);
    for (size_t byte = 0; byte < 129; byte++)
        for (size_t state = 0; state < width; state++) {
            const uint8_t entry = kinds[128 + (kinds[byte % 128] & 0xF0) + state % 16];
            entries[width * byte + state] =
                (uint8_t)(byte == 128                   ? random_below(random, 2)
                          : entry == left || state > 15 ? random_below(random, 16)
                                                        : entry);
        }
    kinds[384] = (uint8_t)(runs < 16 ? 16 * runs : 255);
}

/*  What is told of 64 bytes by such tables, against following them one by one. */
static void check_kinds(size_t row, guard in) {
    static uint8_t entries[129 * 32], kinds[385];
    uint64_t random = 23;
    size_t width = 16, all = 0;
    for (size_t round = 0; round < 40000; round++) {
        const int pieces = round % 2;
        const uint64_t starts = random_next(&random) & random_next(&random);
        const size_t high = random_below(&random, 400);
        const uint8_t first =
            (uint8_t)(random_below(&random, 20) ? random_below(&random, 16) : 0x80);
        uint8_t *const text = (uint8_t *)guard_end(in, 64), byte = 0;
        uint8_t entry = first, naive = pieces ? 0 : first;
        ctok_trace got, wanted = {0, 0, 0, 0};
        if (round % 64 == 0) {
            width = (size_t)16 << random_below(&random, 2);
            fill_kinds(&random, width, entries, kinds);
        }
        if (width == 16 && !pieces)
            entry = naive = first & 15;
        for (size_t i = 0; i < 64; i++) { /* runs */
            byte = random_below(&random, 3) ? byte : (uint8_t)random_below(&random, 128);
            text[i] = i == high ? (uint8_t)(byte | 0x80) : byte;
        }
        const unsigned done =
            pieces ? rows[row].follow_pieces(entries, width, kinds, text, starts, &got)
                   : rows[row].follow(entries, width, kinds, text, 64, &entry, &got);
        CHECK(done <= 64 && (done || high < 16));
        for (unsigned i = 0; i < done; i++) {
            naive = pieces && starts >> i & 1 ? 0 : naive;
            naive = entries[width * text[i] + ctok_state_of(naive)];
            wanted.may |= (uint64_t)(naive / CTOK_ENTRY_MAY & 1) << i;
            wanted.end |= (uint64_t)(naive / CTOK_ENTRY_END & 1) << i;
            wanted.late |= (uint64_t)(naive / CTOK_ENTRY_LATE & 1) << i;
            wanted.whole |= (uint64_t)(entries[width * 128 + ctok_state_of(naive)] & 1) << i;
        }
        const uint64_t stops = pieces ? 0 : wanted.may & wanted.end & ~wanted.late;
        const uint64_t valid =
            ctok_below(done) & (stops ? ctok_below(ctok_lowest(stops)) << 1 | 1 : ~(uint64_t)0);
        CHECK(!((got.may ^ wanted.may) & valid) && !((got.end ^ wanted.end) & valid));
        CHECK(!((got.late ^ wanted.late) & valid));
        CHECK(!pieces || !((got.whole ^ wanted.whole) & valid));
        CHECK(pieces || stops || !done || entry == naive);
        all += done == 64;
    }
    CHECK(all > 20000);
}

/*  The same of more bytes, where there is such a leaf. */
static void check_wide(size_t row, guard in) {
    static uint8_t entries[129 * 32], kinds[385];
    uint64_t random = 29;
    size_t all = 0;
    for (size_t round = 0; round < 20000 && rows[row].follow_wide; round++) {
        const int pieces = round % 2;
        const size_t high = random_below(&random, 2000);
        uint8_t *const text = (uint8_t *)guard_end(in, CTOK_FOLLOW_WIDE), byte = 0;
        uint8_t entry = (uint8_t)random_below(&random, 16), naive = pieces ? 0 : entry;
        uint64_t starts[CTOK_FOLLOW_WIDE / 64];
        ctok_trace traces[CTOK_FOLLOW_WIDE / 64];
        if (round % 64 == 0)
            fill_kinds(&random, 16, entries, kinds);
        for (size_t i = 0; i < CTOK_FOLLOW_WIDE; i++) { /* runs */
            byte = random_below(&random, 3) ? byte : (uint8_t)random_below(&random, 128);
            text[i] = i == high ? (uint8_t)(byte | 0x80) : byte;
            if (i % 64 == 0)
                starts[i / 64] = random_next(&random) & random_next(&random);
        }
        const unsigned done =
            pieces ? rows[row].follow_wide_pieces(kinds, text, starts, entries + 128 * 16, traces)
                   : rows[row].follow_wide(kinds, text, &entry, traces);
        CHECK(done <= CTOK_FOLLOW_WIDE && done <= high);
        int stopped = 0;
        for (unsigned i = 0; i < done && !stopped; i++) {
            const ctok_trace *const got = &traces[i / 64];
            naive = pieces && starts[i / 64] >> i % 64 & 1 ? 0 : naive;
            naive = entries[16 * text[i] + ctok_state_of(naive)];
            CHECK((got->may >> i % 64 & 1) == (naive / CTOK_ENTRY_MAY & 1));
            CHECK((got->end >> i % 64 & 1) == (naive / CTOK_ENTRY_END & 1));
            CHECK((got->late >> i % 64 & 1) == (naive / CTOK_ENTRY_LATE & 1));
            CHECK(!pieces ||
                  (got->whole >> i % 64 & 1) == (entries[16 * 128 + ctok_state_of(naive)] & 1));
            stopped = !pieces && (naive & (CTOK_ENTRY_STOP | CTOK_ENTRY_LATE)) == CTOK_ENTRY_STOP;
        }
        CHECK(pieces || stopped || !done || entry == naive);
        all += done == CTOK_FOLLOW_WIDE;
    }
    CHECK(all > 4000 || !rows[row].follow_wide);
}

/*  A stop is told although what is behind it does not settle: states that only change places. */
static void check_wide_stop(size_t row, guard in) {
    uint8_t kinds[385] = {0}, entry = 0;
    uint8_t *const text = (uint8_t *)guard_end(in, CTOK_FOLLOW_WIDE);
    ctok_trace traces[CTOK_FOLLOW_WIDE / 64];
    if (!rows[row].follow_wide)
        return;
    kinds['x'] = 1; /* of kind 0, and mostly state 1 is behind it */
    kinds['!'] = 16;
    kinds[128] = 1;
    for (size_t state = 0; state < 16; state++)
        kinds[128 + 16 + state] = CTOK_ENTRY_STOP;
    memset(text, 'x', CTOK_FOLLOW_WIDE);
    CHECK(rows[row].follow_wide(kinds, text, &entry, traces) == 0);
    for (unsigned at = 0; at < 8; at++) {
        entry = 0;
        text[at] = '!';
        CHECK(rows[row].follow_wide(kinds, text, &entry, traces) > at);
        CHECK((traces[0].may & traces[0].end) >> at & 1);
        CHECK(!(traces[0].may & ctok_below(at)));
        text[at] = 'x';
    }
}

/*  Pieces, some of which do not stay, against those that do one by one. */
static void check_keep(size_t row, guard in, guard out) {
    uint64_t random = 31;
    size_t by_blocks = 0;
    for (size_t round = 0; round < 4000; round++) {
        const size_t n = 1 + random_below(&random, 700), from = random_below(&random, 9);
        const size_t longest = 1 + random_below(&random, 40),
                     others = 20 + random_below(&random, 900);
        uint8_t *const text = (uint8_t *)guard_end(in, from + n);
        uint8_t *const kept = (uint8_t *)guard_end(out, 7 + n + 64);
        uint8_t set[32] = {0}, wanted[7 + 700];
        size_t ends[700], wanted_ends[700], count = 0, used = 7, left = 0, size = 0;
        for (unsigned byte = ' '; byte < 'A'; byte++)
            set[byte & 15] |= (uint8_t)(1 << (byte >> 4));
        for (size_t at = from; at < from + n; at += size, count++) {
            const int removed = random_below(&random, 2) == 0;
            size = 1 + random_below(&random, longest);
            size = size < from + n - at ? size : from + n - at;
            for (size_t i = 0; i < size; i++)
                text[at + i] = (uint8_t)((removed ? ' ' : 'A') + random_below(&random, 32));
            if (!removed && !random_below(&random, others))
                text[at + size - 1] = 0xE4;
            ends[count] = at + size;
        }
        ctok_keeping keeping = {from, 0, 0, 7};
        size_t were[700];
        memcpy(were, ends, sizeof(ends));
        rows[row].keep(set, text, from + n, ends, count, kept, &keeping);
        CHECK(keeping.next <= count && keeping.start <= from + n);
        size_t start = from;
        for (size_t i = 0; i < keeping.next; start = were[i++]) {
            CHECK(text[were[i] - 1] < 0x80);
            if (text[start] < 'A')
                continue;
            memcpy(wanted + used, text + start, were[i] - start);
            used += were[i] - start;
            wanted_ends[left++] = used;
        }
        CHECK(keeping.start == start && keeping.used == used && keeping.left == left);
        CHECK(memcmp(kept + 7, wanted + 7, used - 7) == 0);
        CHECK(memcmp(ends, wanted_ends, left * sizeof(ends[0])) == 0);
        CHECK(memcmp(ends + keeping.next, were + keeping.next,
                     (count - keeping.next) * sizeof(ends[0])) == 0);
        by_blocks += keeping.next;
    }
    CHECK(by_blocks > 10000 || rows[row].backend != CTOK_AVX512_BACKEND);
}

int main(void) {
    const guard in = guard_new(), out = guard_new();
    check_catch_faults();
    for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
        if (!ctok_cpu_runs(rows[row].backend))
            continue;
        check_case = rows[row].name;
        check_lines(row, in);
        check_many_lines(row, in, out);
        check_zeros(row, in, out);
        check_pack(row, in, out);
        check_lanes(row, in, out);
        check_pad(row, in, out);
        check_skip(row, in);
        check_follow(row, in);
        check_kinds(row, in);
        check_wide(row, in);
        check_wide_stop(row, in);
        check_keep(row, in, out);
    }
    return check_report("leaves");
}
