/*  checksum.h and check.h: exact rooms between guard pages, every flip, every number out of bounds. */
#include "check.h"
#include "ctok/check.h"
#include "ctok/checksum.h"
#include "texts.h"
#include "toy.h"

enum { LONGEST = 300 };

/*  The definition: word after word into the lanes in turn, zeros behind the last byte. */
static uint64_t naive_checksum(const uint8_t *bytes, size_t n) {
    uint64_t lanes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint64_t sum = ctok_mix64(n);
    for (size_t at = 0; at < n; at += 8) {
        uint64_t word = 0;
        for (size_t i = 0; i < 8 && at + i < n; i++)
            word |= (uint64_t)bytes[at + i] << (8 * i);
        uint64_t *lane = &lanes[at / 8 % 8];
        *lane = (*lane ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        *lane = *lane << 32 | *lane >> 32;
    }
    for (size_t i = 0; i < 8; i++)
        sum = ctok_mix64(sum ^ lanes[i]);
    return sum;
}

static void check_checksum(uint64_t *random, guard room) {
    check_case = "checksum";
    for (size_t n = 0; n <= LONGEST; n++) {
        uint8_t *const end = (uint8_t *)guard_end(room, n);
        check_length = n;
        for (size_t i = 0; i < n; i++)
            end[i] = (uint8_t)random_next(random);
        const uint64_t sum = ctok_checksum(end, n);
        CHECK(sum == naive_checksum(end, n));
        memmove(room.first, end, n);
        CHECK(ctok_checksum(room.first, n) == sum);
        for (size_t i = 0; i < n; i++) {
            const uint8_t flip = (uint8_t)(1 + random_below(random, 255));
            check_place = i;
            room.first[i] ^= flip;
            CHECK(ctok_checksum(room.first, n) != sum);
            room.first[i] ^= flip;
            CHECK(ctok_checksum(room.first, i) != sum);
        }
    }
}

static void check_lists(uint64_t *random, guard room) {
    check_case = "lists";
    for (size_t round = 0; round < 20000; round++) {
        const size_t n = random_below(random, 40);
        uint32_t *const numbers = (uint32_t *)guard_end(room, (n + 1) * sizeof(uint32_t));
        uint32_t split_at[40];
        int ordered = 1, below = 1, inside = 1;
        numbers[0] = random_below(random, 30) == 0;
        for (size_t i = 1; i <= n; i++)
            numbers[i] = numbers[i - 1] + (uint32_t)random_below(random, 4);
        if (n && random_below(random, 3) == 0)
            numbers[1 + random_below(random, n)] = (uint32_t)random_below(random, 100);
        check_length = n;
        for (size_t i = 0; i < n; i++) {
            ordered &= numbers[i + 1] >= numbers[i];
            below &= numbers[i] < 50 || numbers[i] == 77;
            split_at[i] = (uint32_t)random_below(random, 30) / 28;
            inside &= split_at[i] == 0 || split_at[i] < numbers[i + 1] - numbers[i];
        }
        for (size_t total = 0; total < 110; total++)
            CHECK(ctok_offsets_hold(numbers, n, total) ==
                  (ordered && numbers[0] == 0 && numbers[n] <= total));
        CHECK(ctok_numbers_hold(numbers, n, 50, 77) == below);
        CHECK(ctok_splits_hold(split_at, numbers, n) == inside);
    }
}

/*  Every slot in turn gets a number out of bounds. */
static void check_tables(const toy *t) {
    const ctok_pieces *const pieces = &t->vocab.pieces;
    const ctok_pairs *const pairs = &t->vocab.merges.pairs;
    const uint32_t n = t->n_ids;
    const size_t total = t->offsets[n];
    CHECK(ctok_offsets_hold(t->offsets, n, total) && !ctok_offsets_hold(t->offsets, n, total - 1));
    CHECK(ctok_spans_hold(t->spans, n, total) && !ctok_spans_hold(t->spans, n, total - 1));
    CHECK(ctok_pieces_hold(pieces, n) && !ctok_pieces_hold(pieces, n - 1));
    CHECK(ctok_pairs_hold(pairs, n, n, n));
    CHECK(!ctok_pairs_hold(pairs, 1, n, n) && !ctok_pairs_hold(pairs, n, 1, n));
    for (size_t i = 0; i < (size_t)1 << pairs->bits; i++) {
        const uint64_t slot = t->pairs[i];
        check_place = i;
        if (slot == CTOK_FREE_PAIR)
            continue;
        t->pairs[i] = (uint64_t)n << 43 | (slot & (((uint64_t)1 << 43) - 1));
        CHECK(!ctok_pairs_hold(pairs, n, n, n));
        t->pairs[i] = (slot & ~((uint64_t)0x1FFFFF << 22)) | (uint64_t)n << 22;
        CHECK(!ctok_pairs_hold(pairs, n, n, n));
        t->pairs[i] = slot | 0x3FFFFF;
        CHECK(!ctok_pairs_hold(pairs, n, n, n));
        t->pairs[i] = slot;
    }
    for (size_t i = 0; i < (size_t)1 << pieces->small_bits; i++) {
        uint64_t *const slot = t->small + 2 * i;
        const uint64_t id = slot[1];
        slot[1] = slot[0] ? n : 0;
        CHECK(ctok_pieces_hold(pieces, n) == (slot[0] == 0));
        slot[1] = id;
    }
    for (size_t i = 0; i < (size_t)1 << pieces->medium_bits; i++) {
        uint64_t *const slot = t->medium + 4 * i;
        const uint64_t id = slot[2];
        slot[2] = slot[1] ? n : 0;
        CHECK(ctok_pieces_hold(pieces, n) == (slot[1] == 0));
        slot[2] = id;
    }
    CHECK(ctok_pieces_hold(pieces, n) && ctok_pairs_hold(pairs, n, n, n));
    /* without a free slot a search would not end */
    for (size_t i = 0; i < (size_t)1 << pieces->large_bits; i++)
        t->large[i] = 0;
    CHECK(!ctok_pieces_hold(pieces, n));
    for (size_t i = 0; i < (size_t)1 << pairs->bits; i++)
        t->pairs[i] = 0;
    CHECK(!ctok_pairs_hold(pairs, n, n, n));
}

/*  The same for what linear.h reads; how many links the chains of tall tokens have. */
static size_t check_walked(const toy *t) {
    const ctok_linear *const linear = &t->vocab.linear;
    const uint32_t n = t->n_ids;
    size_t n_tall = 0;
    for (uint32_t id = 0; id < n; id++)
        n_tall += t->offsets[id + 1] - t->offsets[id] >= CTOK_TALL_TOKEN;
    CHECK(ctok_parts_hold(t->parts, n) && ctok_wholes_hold(t->wholes, n));
    CHECK(ctok_tall_hold(linear, n_tall, n) && !ctok_tall_hold(linear, n_tall + 1, n));
    for (uint32_t id = 0; id < n; id++) {
        const ctok_parts kept = t->parts[id];
        const uint32_t bad[] = {n, CTOK_NO_ID - 1, kept.left == CTOK_NO_ID ? 0 : CTOK_NO_ID};
        check_place = id;
        for (size_t i = 0; i < 3; i++) {
            t->parts[id].left = bad[i];
            CHECK(!ctok_parts_hold(t->parts, n));
            t->parts[id] = kept;
            t->parts[id].right = bad[i];
            CHECK(!ctok_parts_hold(t->parts, n));
            t->parts[id] = kept;
        }
        t->parts[id].left = t->parts[id].right = id; /* made of itself */
        CHECK(!ctok_parts_hold(t->parts, n));
        t->parts[id] = kept;
    }
    for (size_t i = 0; i < n_tall; i++) {
        const ctok_tall kept = t->tall[i];
        check_place = i;
        t->tall[i].id = n;
        CHECK(!ctok_tall_hold(linear, n_tall, n));
        t->tall[i] = kept;
        t->tall[i].next = (uint32_t)n_tall + 1;
        CHECK(!ctok_tall_hold(linear, n_tall, n));
        t->tall[i].next = (uint32_t)i + 1; /* a chain without an end */
        CHECK(!ctok_tall_hold(linear, n_tall, n));
        t->tall[i] = kept;
    }
    for (size_t i = 0; i < (size_t)1 << linear->head_bits; i++) {
        const uint32_t kept = t->heads[i];
        t->heads[i] = (uint32_t)n_tall + 1;
        CHECK(!ctok_tall_hold(linear, n_tall, n));
        t->heads[i] = kept;
    }
    for (size_t i = 0; i < CTOK_WHOLES; i += 331) {
        const uint32_t kept = t->wholes[i];
        t->wholes[i] = n | CTOK_WHOLE_FIRST;
        CHECK(!ctok_wholes_hold(t->wholes, n));
        t->wholes[i] = kept;
    }
    CHECK(ctok_parts_hold(t->parts, n) && ctok_tall_hold(linear, n_tall, n));
    return n_tall;
}

int main(void) {
    uint64_t random = 29;
    const guard room = guard_new();
    check_catch_faults();
    check_checksum(&random, room);
    check_lists(&random, room);
    check_case = "tables";
    size_t n_tall = 0;
    for (size_t round = 0; round < 30; round++) {
        toy *t = toy_new(round % 2 ? TOY_JUMBLED : TOY_TRAINED, &random, 256 + (uint32_t)round * 9);
        n_tall += t->unsplit ? 0 : check_walked(t);
        check_tables(t);
        toy_free(t);
    }
    CHECK(n_tall > 0);
    return check_report("saved");
}
