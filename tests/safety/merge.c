/*  pairs.h, pieces.h, merge.h, lanes.h, linear.h, build.h against naive.h, on random vocabularies. */
#include "check.h"
#include "texts.h"
#include "toy.h"

/*  Both merges and the lookup of a whole piece, as numbers. */
static size_t probe(void *context, const uint8_t *text, size_t n, uint32_t *out) {
    const toy *const t = (const toy *)context;
    size_t count = 0;
    if (n == 0)
        return 0;
    out[count++] = ctok_pieces_find(&t->vocab.pieces, text, n, 0, n);
    if (n > 40) /* a piece inside of a text */
        out[count++] = ctok_pieces_find(&t->vocab.pieces, text, n, n - 20, 7 + n % 14);
    if (n <= CTOK_SHORT_PIECE)
        count += toy_merge_short(&t->vocab.merges, text, n, out + count);
    if (n >= 2) {
        const guard scratch = {NULL, (uint8_t *)toy_block(ctok_long_merge_bytes(n), 1)};
        ctok_long_merge state;
        ctok_long_merge_start(&state, &t->vocab.merges, text, n, scratch.last);
        for (;;) {
            size_t budget = 1 + n % 7;
            CHECK(state.heap_used <= 2 * n);
            if (ctok_long_merge_run(&state, &t->vocab.merges, &budget) == CTOK_OK)
                break;
            CHECK(budget == 0);
        }
        const size_t ids = ctok_long_merge_count(&state);
        CHECK(ids >= 1 && ids <= n);
        ctok_long_merge_ids(&state, out + count);
        count += ids;
        free(scratch.last);
    }
    return count;
}

/*  The long merge in scratch that ends at a guard page, the short merge into exact room. */
static void check_merges(const toy *t, uint64_t *random, size_t rounds, guard text_guard,
                         guard scratch_guard) {
    for (size_t round = 0; round < rounds; round++) {
        uint32_t expected[TEXT_LONGEST], got[TEXT_LONGEST];
        const size_t n = 1 + random_below(random, round % 8 ? CTOK_SHORT_PIECE : TEXT_LONGEST);
        uint8_t *const piece = (uint8_t *)guard_end(text_guard, n);
        text_fill((int)(round % TEXT_KINDS), random, piece, n);
        check_length = n;
        check_place = round;
        const size_t count = toy_merge(t, piece, n, expected);
        if (n <= CTOK_SHORT_PIECE) {
            uint32_t *const room = (uint32_t *)guard_end(scratch_guard, n * sizeof(*room));
            CHECK(toy_merge_short(&t->vocab.merges, piece, n, room) == count);
            CHECK(memcmp(room, expected, count * sizeof(got[0])) == 0);
        }
        if (n >= 2) {
            ctok_long_merge state;
            size_t budget = SIZE_MAX;
            void *const scratch = guard_end(scratch_guard, ctok_long_merge_bytes(n));
            ctok_long_merge_start(&state, &t->vocab.merges, piece, n, scratch);
            CHECK(ctok_long_merge_run(&state, &t->vocab.merges, &budget) == CTOK_OK);
            CHECK(ctok_long_merge_count(&state) == count);
            ctok_long_merge_ids(&state, got);
            CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
        }
        for (int mode = 0; mode < 2 && !t->unsplit; mode++) {
            void *const scratch = guard_end(scratch_guard, ctok_walk_bytes(n));
            CHECK(toy_walk(t, piece, n, scratch, 1 + round % 70, mode, got) == count);
            CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
        }
        for (size_t length = 1; length <= n && length <= 40; length++)
            CHECK(ctok_pieces_find(&t->vocab.pieces, piece, n, n - length, length) ==
                  naive_find(t->bytes, t->offsets, t->n_ids, piece + n - length, length));
    }
}

/*  Pieces of more windows than stand side by side, by walks in exact scratch, against the heap. */
static void check_windows(const toy *t, uint64_t *random, guard text_guard, guard scratch_guard) {
    enum { LONGEST = 40 * CTOK_SHORT_PIECE };
    static uint32_t expected[LONGEST], got[LONGEST];
    static uint8_t scratch[LONGEST * (sizeof(ctok_link) + 2 * sizeof(uint64_t))];
    for (size_t round = 0; round < 24; round++) {
        const size_t n =
            2 * CTOK_SHORT_PIECE + random_below(random, LONGEST - 2 * CTOK_SHORT_PIECE);
        uint8_t *const piece = (uint8_t *)guard_end(text_guard, n);
        void *const exact = guard_end(scratch_guard, ctok_walk_bytes(n));
        ctok_long_merge state;
        size_t budget = SIZE_MAX;
        for (size_t at = 0; at < n; at += TEXT_LONGEST) /* of several kinds */
            text_fill((int)((round + at / TEXT_LONGEST * (round % 3)) % TEXT_KINDS), random,
                      piece + at, n - at < TEXT_LONGEST ? n - at : TEXT_LONGEST);
        for (size_t at = 0; round % 2 && at < n;) { /* of the longer tokens, and parts of them */
            const uint32_t id = 256 + (uint32_t)random_below(random, t->n_ids - 256);
            const size_t length = t->offsets[id + 1] - t->offsets[id];
            const size_t size = random_below(random, 3) ? length : 1 + random_below(random, length);
            memcpy(piece + at, t->bytes + t->offsets[id], size < n - at ? size : n - at);
            at += size;
        }
        check_length = n;
        check_place = round;
        ctok_long_merge_start(&state, &t->vocab.merges, piece, n, scratch);
        CHECK(ctok_long_merge_run(&state, &t->vocab.merges, &budget) == CTOK_OK);
        const size_t count = ctok_long_merge_count(&state);
        ctok_long_merge_ids(&state, expected);
        for (int mode = 0; mode < 2; mode++) {
            CHECK(toy_walk(t, piece, n, exact, 1 + round * 97, mode, got) == count);
            CHECK(memcmp(got, expected, count * sizeof(got[0])) == 0);
        }
    }
}

/*  Up to sixteen pieces at once, each ending at the guard page in its turn, on every backend. */
static void check_lanes(const toy *t, uint64_t *random, guard text_guard) {
    static const struct {
        ctok_backend backend;
        ctok_merge_lanes_fn merge;
    } rows[] = {
        {CTOK_SCALAR_BACKEND, ctok_merge_lanes_scalar},
#ifdef CTOK_X86
        {CTOK_AVX2_BACKEND, ctok_merge_lanes_avx2},
        {CTOK_AVX512_BACKEND, ctok_merge_lanes_avx512},
#endif
#ifdef CTOK_ARM
        {CTOK_NEON_BACKEND, ctok_merge_lanes_neon},
#endif
    };
    static uint8_t pieces[CTOK_LANES][CTOK_SHORT_PIECE];
    for (size_t round = 0; round < 200; round++) {
        uint32_t expected[CTOK_LANES][CTOK_SHORT_PIECE], got[CTOK_SHORT_PIECE];
        size_t counts[CTOK_LANES];
        ctok_lanes lanes;
        const size_t longest = 1 + random_below(random, CTOK_SHORT_PIECE);
        check_place = round;
        memset(&lanes, (int)round, sizeof(lanes)); /* what stands there does not matter */
        lanes.used = 1 + random_below(random, CTOK_LANES);
        for (size_t lane = 0; lane < lanes.used; lane++) {
            const size_t n = 1 + random_below(random, longest);
            lanes.sizes[lane] = n;
            lanes.pieces[lane] = pieces[lane];
            if (lane == round % CTOK_LANES)
                lanes.pieces[lane] = (uint8_t *)guard_end(text_guard, n);
            text_fill((int)((round + lane) % TEXT_KINDS), random, (uint8_t *)lanes.pieces[lane], n);
            counts[lane] =
                ctok_merge_short_scalar(&t->vocab.merges, lanes.pieces[lane], n, expected[lane]);
        }
        for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
            if (!ctok_cpu_runs(rows[row].backend))
                continue;
            rows[row].merge(&t->vocab.merges, &lanes);
            for (size_t lane = 0; lane < lanes.used; lane++) {
                check_length = lanes.sizes[lane];
                CHECK(ctok_lane_ids(&lanes, lane, got) == counts[lane]);
                CHECK(memcmp(got, expected[lane], counts[lane] * sizeof(got[0])) == 0);
            }
        }
    }
}

/*  A walk through tables that contradict each other ends, inside its memory. */
static void check_contradictions(toy *t, uint64_t *random, guard text_guard, guard scratch_guard) {
    const ctok_linear_view view = {t->vocab.linear,
                                   &t->vocab.pieces,
                                   &t->vocab.merges,
                                   {ctok_merge_short_scalar, ctok_merge_lanes_scalar}};
    for (size_t round = 0; round < 200; round++) {
        const size_t n = 1 + random_below(random, TEXT_LONGEST), slots = (size_t)1 << 4;
        const size_t id = 256 + random_below(random, t->n_ids - 256);
        const ctok_parts kept = t->parts[id];
        uint8_t *const piece = (uint8_t *)guard_end(text_guard, n);
        ctok_walk walk;
        size_t budget = SIZE_MAX;
        text_fill((int)(round % TEXT_KINDS), random, piece, n);
        uint64_t *const slot =
            &t->pairs[random_below(random, (size_t)1 << t->vocab.merges.pairs.bits)];
        const uint64_t pair = *slot;
        if (round % 3 == 0 && pair != CTOK_FREE_PAIR) /* a pair that makes another token */
            *slot = (pair & ~(uint64_t)0x3FFFFF) | random_below(random, t->n_ids);
        else if (round % 2) /* a token that nothing makes, or with parts of other lengths */
            t->parts[id].left = t->parts[id].right = CTOK_NO_ID;
        else
            t->parts[id].left = t->parts[id].right = (uint32_t)random_below(random, slots);
        ctok_walk_begin(&walk, n, guard_end(scratch_guard, ctok_walk_bytes(n)));
        const ctok_status status = ctok_walk_on(&view, &walk, piece, &budget);
        CHECK(status == CTOK_UNKNOWN_ID || (status == CTOK_OK && walk.at == n));
        t->parts[id] = kept;
        *slot = pair;
    }
}

/*  Every token is found, its split gives its halves, and every pair has its rank. */
static void check_tables(const toy *t) {
    uint32_t holder = 0;
    for (uint32_t id = 0; id < t->n_ids; id++) {
        const uint8_t *const token = t->bytes + t->offsets[id];
        const size_t length = t->offsets[id + 1] - t->offsets[id];
        check_length = length;
        check_place = id;
        CHECK(ctok_pieces_find(&t->vocab.pieces, token, length, 0, length) == id);
        CHECK(ctok_pieces_put(&t->vocab.pieces, t->small, t->medium, t->large, id, &holder) ==
                  CTOK_DUPLICATE &&
              holder == id);
        CHECK(t->split_at[id] < length);
        if (t->unsplit || length < 2)
            continue;
        const uint32_t left = naive_find(t->bytes, t->offsets, id, token, t->split_at[id]);
        const uint32_t right =
            naive_find(t->bytes, t->offsets, id, token + t->split_at[id], length - t->split_at[id]);
        CHECK(left != UINT32_MAX && right != UINT32_MAX);
        CHECK(ctok_pairs_rank(&t->vocab.merges.pairs, left, right) == id);
    }
}

/*  A proper vocabulary's splits, put again, make the same ranks; a split that is none is refused. */
static void check_splits(const toy *t) {
    const uint32_t bits = t->vocab.merges.pairs.bits;
    uint64_t *slots = toy_free_pairs(bits);
    const ctok_pairs pairs = {slots, bits};
    uint32_t bad = 0;
    CHECK(ctok_put_splits(&t->vocab.pieces, t->n_ids, t->split_at, slots, bits, &bad) == CTOK_OK);
    for (uint32_t left = 0; left < t->n_ids; left += 3)
        for (uint32_t right = 0; right < t->n_ids; right += 5)
            CHECK(ctok_pairs_rank(&pairs, left, right) ==
                  ctok_pairs_rank(&t->vocab.merges.pairs, left, right));
    const uint32_t last = t->n_ids - 1, kept = t->split_at[last];
    t->split_at[last] = t->offsets[last + 1] - t->offsets[last];
    CHECK(ctok_put_splits(&t->vocab.pieces, t->n_ids, t->split_at, slots, bits, &bad) ==
              CTOK_UNKNOWN_ID &&
          bad == last);
    t->split_at[last] = kept;
    free(slots);
}

/*  A table of pairs filled to half, against a list. */
static void check_pairs(void) {
    enum { ENTRIES = 200, LIMIT = 40 };
    uint64_t random = 5;
    check_case = "pairs";
    for (size_t round = 0; round < 200; round++) {
        static uint32_t ranks[LIMIT][LIMIT];
        const uint32_t base = round % 2 ? CTOK_MAX_IDS - LIMIT : 0;
        const uint32_t bits = ctok_pairs_bits(ENTRIES);
        uint64_t *slots = toy_free_pairs(bits);
        const ctok_pairs pairs = {slots, bits};
        memset(ranks, 0xFF, sizeof(ranks));
        for (size_t i = 0; i < ENTRIES; i++) {
            const uint32_t left = (uint32_t)random_below(&random, LIMIT);
            const uint32_t right = (uint32_t)random_below(&random, LIMIT);
            const uint32_t rank = (uint32_t)random_below(&random, CTOK_MAX_RANKS);
            const ctok_status expected =
                ranks[left][right] == CTOK_NO_RANK ? CTOK_OK : CTOK_DUPLICATE;
            CHECK(ctok_pairs_put(slots, bits, base + left, base + right, rank) == expected);
            if (rank < ranks[left][right])
                ranks[left][right] = rank;
        }
        for (uint32_t left = 0; left < LIMIT; left++)
            for (uint32_t right = 0; right < LIMIT; right++)
                CHECK(ctok_pairs_rank(&pairs, base + left, base + right) == ranks[left][right]);
        free(slots);
    }
}

int main(void) {
    uint64_t random = 42;
    size_t proper = 0, improper = 0;
    check_catch_faults();
    check_pairs();
    const guard text_guard = guard_new(), scratch_guard = guard_new();
    for (size_t round = 0; round < 36; round++) {
        toy *t = toy_new((toy_kind)(round % 3), &random, 8 + 12 * (uint32_t)round);
        check_case = t->unsplit ? "improper vocabulary" : "proper vocabulary";
        *(t->unsplit ? &improper : &proper) += 1;
        check_tables(t);
        if (!t->unsplit) {
            check_splits(t);
            check_windows(t, &random, text_guard, scratch_guard);
            check_contradictions(t, &random, text_guard, scratch_guard);
        }
        check_merges(t, &random, 300, text_guard, scratch_guard);
        check_lanes(t, &random, text_guard);
        if (round < 2)
            probe_everywhere(check_case, probe, t);
        toy_free(t);
    }
    CHECK(proper >= 8 && improper >= 8);
    return check_report("merge");
}
