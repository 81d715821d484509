/*  joints.h: cuts by vectors against those one by one, and both against the joints themselves. */
#include "check.h"
#include "texts.h"
#include "ctok/cpu.h"
#include "ctok/joints.h"

#define CUT(target, backend)                                                                       \
    target static size_t cut_##backend(const ctok_joints *joints, const uint8_t *text, size_t n,   \
                                       size_t readable, size_t *at, size_t *ends, size_t room) {   \
        const ctok_joint_leaves leaves = CTOK_JOINT_LEAVES(backend);                               \
        return ctok_cut_blocks(leaves, joints, text, n, readable, at, ends, room);                 \
    }
CUT(, scalar)
#ifdef CTOK_X86
CUT(CTOK_AVX2, avx2)
CUT(CTOK_AVX512, avx512)
#endif
#ifdef CTOK_ARM
CUT(, neon)
#endif

static const struct {
    const char *name;
    ctok_backend backend;
    size_t (*cut)(const ctok_joints *, const uint8_t *, size_t, size_t, size_t *, size_t *, size_t);
    ctok_parted_fn parted;
    ctok_paged_fn paged;
} rows[] = {
#define ROW(backend, id) {#backend, id, cut_##backend, ctok_parted_##backend, ctok_paged_##backend},
    ROW(scalar, CTOK_SCALAR_BACKEND)
#ifdef CTOK_X86
        ROW(avx2, CTOK_AVX2_BACKEND) ROW(avx512, CTOK_AVX512_BACKEND)
#endif
#ifdef CTOK_ARM
            ROW(neon, CTOK_NEON_BACKEND)
#endif
};

static uint8_t ascii[CTOK_ASCII_JOINTS], exact[CTOK_ASCII_JOINTS], sides[CTOK_JOINT_SIDES];
static uint64_t set[CTOK_JOINT_WORDS];
static uint32_t scratch[2 * 128 * 128];

/*  What is asked of: the joints, and how a text is cut. */
typedef struct question {
    ctok_joints joints;
    size_t row, room, beyond; /* so many bytes behind the text are readable */
} question;

static size_t cut_blocks(void *context, const uint8_t *text, size_t n, size_t *at, size_t *ends,
                         size_t room) {
    const question *const q = (const question *)context;
    return rows[q->row].cut(&q->joints, text, n, n + q->beyond, at, ends, room);
}

static size_t cut_singly(void *context, const uint8_t *text, size_t n, size_t *at, size_t *ends,
                         size_t room) {
    return ctok_cut_at_joints(&((const question *)context)->joints, text, n, at, ends, room);
}

/*  One by one: a text is cut wherever there is no joint, any number of ends a call. */
static size_t probe_singly(void *context, const uint8_t *text, size_t n, uint32_t *out) {
    const ctok_joints *const joints = &((const question *)context)->joints;
    size_t count = 0, found = 0, at = 0, got, ends[30];
    uint32_t left = 0;
    for (size_t room = 1; (got = ctok_cut_at_joints(joints, text, n, &at, ends, room)) != 0;
         room = room % 30 + 1)
        for (size_t i = 0; i < got; i++)
            out[count++] = (uint32_t)ends[i];
    for (size_t i = 0, size; i < n; i += size) {
        uint32_t c = 0xFFFD;
        size = naive_utf8_read(text + i, n - i, &c);
        size += size == 0;
        if (i && !ctok_is_joint(joints, left, c)) {
            CHECK(found < count && out[found] == i);
            found++;
        }
        left = c;
    }
    CHECK(n == 0 ? count == 0 : count == found + 1 && out[found] == n && at == n);
    return count;
}

/*  Ends of pieces: at no joint of two characters, and of a text without a broken sequence, at all
 *  others too, in whatever rooms. */
static size_t probe(void *context, const uint8_t *text, size_t n, uint32_t *out) {
    static uint32_t others[PROBE_ROOM];
    question *const q = (question *)context;
    const size_t count = piece_ends(cut_blocks, q, text, n, q->room, out);
    size_t left_size, right_size, next = 0, broken = 0, at = 0;
    while (at < n) {
        uint32_t left = 0, right = 0;
        left_size = ctok_utf8_read(text, n, at, &left);
        broken += left_size == 0;
        at += left_size ? left_size : 1;
        while (next < count && out[next] < at)
            next++;
        right_size = at < n ? ctok_utf8_read(text, n, at, &right) : 0;
        if (left_size && right_size && ctok_is_joint(&q->joints, left, right))
            CHECK(next == count || out[next] != at);
    }
    if (!broken) {
        CHECK(piece_ends(cut_singly, q, text, n, 1 + n % 90, others) == count);
        CHECK(memcmp(out, others, count * sizeof(out[0])) == 0);
    }
    return count;
}

/*  Joints of a share of all pairs of some characters: every ASCII one, and those of texts.h. */
static void joints_fill(ctok_joints *joints, uint64_t *random, size_t share) {
    const size_t points = 128 + TEXT_COUNT(text_points);
    memset(ascii, 1, sizeof(ascii));
    memset(sides, 255, sizeof(sides));
    memset(set, 0, sizeof(set));
    joints->ascii = ascii;
    joints->sides = sides;
    joints->set = set;
    joints->space_starts = (int)random_below(random, 2);
    for (size_t i = 0; i < points * points; i++) {
        const size_t left = i % points, right = i / points;
        if (random_below(random, 100) < share * (1 + left % 3) / 2)
            ctok_joints_add(joints, ascii, sides, set,
                            left < 128 ? (uint32_t)left : text_points[left - 128],
                            right < 128 ? (uint32_t)right : text_points[right - 128]);
    }
    memcpy(exact, ascii, sizeof(ascii));
    ctok_joints_cover(ascii, sides, scratch);
    size_t kept = 0, all = 0;
    for (size_t pair = 0; pair < CTOK_ASCII_JOINTS; pair++) {
        const size_t left = pair & 255, right = pair >> 8;
        if (left > 127)
            continue;
        const int common =
            (sides[left] & sides[256 + right]) | (sides[128 + left] & sides[384 + right]);
        CHECK(ascii[pair] == (common != 0));
        CHECK(ascii[pair] <= exact[pair]);
        kept += ascii[pair];
        all += exact[pair];
    }
    CHECK(share || (kept == all && all == 128 * 128));
}

/*  The leaves against the scalar ones. */
static void check_leaves(uint64_t *random) {
    for (size_t round = 0; round < 2000; round++) {
        uint8_t text[65], some[512], pages[128];
        for (size_t i = 0; i < sizeof(text); i++)
            text[i] = (uint8_t)random_next(random);
        for (size_t i = 0; i < sizeof(some); i++)
            some[i] = (uint8_t)(1u << random_below(random, 12));
        for (size_t i = 0; i < sizeof(pages); i++)
            pages[i] = (uint8_t)random_next(random);
        uint64_t either = 0; /* of the two is not ASCII */
        for (size_t i = 0; i < 64; i++)
            if ((text[i] | text[i + 1]) & 0x80)
                either |= (uint64_t)1 << i;
        uint64_t parted = 0, paged = 0;
        for (size_t row = 0; row < TEXT_COUNT(rows); row++) {
            /* volatile: one compiler fails where it sees through the pointer */
            const volatile ctok_parted_fn parted_fn = rows[row].parted;
            const volatile ctok_paged_fn paged_fn = rows[row].paged;
            if (!ctok_cpu_runs(rows[row].backend))
                continue;
            const uint64_t got[2] = {parted_fn(text, some), paged_fn(text, pages)};
            if (row == 0) {
                parted = got[0];
                paged = got[1];
            }
            CHECK(((got[0] ^ parted) & ~either) == 0);
            CHECK(got[1] == paged);
        }
    }
}

int main(void) {
    static const size_t shares[] = {0, 3, 30, 60, 100};
    uint64_t random = 13;
    check_catch_faults();
    check_case = "leaves";
    check_leaves(&random);
    for (size_t i = 0; i < TEXT_COUNT(shares); i++) {
        question q = {{0}, 0, 0, 0};
        check_case = "cover";
        joints_fill(&q.joints, &random, shares[i]);
        probe_everywhere("one by one", probe_singly, &q);
        for (q.row = 0; q.row < TEXT_COUNT(rows); q.row++) {
            if (!ctok_cpu_runs(rows[q.row].backend))
                continue;
            q.room = i == 1 ? 1 : i == 2 ? 65 : TEXT_LONGEST;
            probe_everywhere(rows[q.row].name, probe, &q);
        }
        check_case = "beyond";
        for (size_t round = 0; round < 4000; round++) {
            uint8_t text[TEXT_LONGEST];
            uint32_t ends[PROBE_ROOM];
            const size_t n = random_below(&random, sizeof(text) + 1);
            text_fill((int)random_below(&random, TEXT_KINDS), &random, text, sizeof(text));
            check_length = n;
            q.beyond = sizeof(text) - n;
            q.room = 1 + random_below(&random, TEXT_LONGEST);
            q.row = random_below(&random, TEXT_COUNT(rows));
            if (ctok_cpu_runs(rows[q.row].backend))
                probe(&q, text, n, ends);
        }
    }
    return check_report("joints");
}
