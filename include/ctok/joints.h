/*  joints.h: where can no merge reach across?
 *
 *  A vocabulary without a pattern merges a whole text at once. But two neighbouring characters
 *  end up in one token only if some merge has a left part that ends with the first and a right
 *  part that starts with the second: a joint. Wherever two characters are no joint the text can
 *  be cut, and the pieces' ids are the text's. The set is built from the merges that ever happen.
 *
 *      ascii  one byte two ASCII characters, right << 8 | left, as the two stand in the text: 1
 *             where the text is cut between them
 *      sides  the same for vectors, in 16 rows of one bit: a pair is cut when some row has its
 *             left character on the left and its right one on the right. And the pages of 64
 *             characters of three bytes none of which ends a left part, and starts a right one
 *      set    one bit any other two that are a joint, by a hash: a bit too many costs a cut only
 *
 *  Nearly every such place is cut: short pieces come again and are known. Fewer cuts, only before
 *  white space, were tried, and lost more by what was not known than they saved.
 */
#ifndef CTOK_JOINTS_H
#define CTOK_JOINTS_H

#include "ctok/simd.h"
#include "ctok/unicode.h"

#define CTOK_ASCII_JOINTS ((size_t)1 << 15)
#define CTOK_JOINT_BITS 19
#define CTOK_JOINT_WORDS (((size_t)1 << CTOK_JOINT_BITS) / 64)

/*  Rows of 128 bytes: two of left characters, two of right ones, and bits of 1024 pages each. */
#define CTOK_JOINT_SIDES ((size_t)768)
#define CTOK_JOINT_ENDS ((size_t)512)   /* pages whose characters end no left part */
#define CTOK_JOINT_STARTS ((size_t)640) /* pages whose characters start no right part */

typedef struct ctok_joints {
    const uint8_t *ascii; /* [CTOK_ASCII_JOINTS]; NULL when texts are not cut this way */
    const uint8_t *sides; /* [CTOK_JOINT_SIDES] */
    const uint64_t *set;  /* [CTOK_JOINT_WORDS] */
    int space_starts;     /* U+0020 is no joint with what stands before it, whatever joins */
} ctok_joints;

/*  A character's bytes as a number, the first one lowest. */
CTOK_BODY uint32_t ctok_joint_word(uint32_t code_point) {
    uint8_t bytes[4] = {0};
    ctok_utf8_write(code_point, bytes);
    return (uint32_t)ctok_load_short(bytes, 4);
}

/*  The same of the character that starts at p, which is a valid sequence. Eight bytes are readable. */
CTOK_BODY uint32_t ctok_joint_sequence(const uint8_t *p) {
    static const uint32_t keeps[16] = {
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF,   0xFF,   0xFF,     0xFF,      /* one byte */
        0,    0,    0,    0,    0xFFFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF /* none, or two and more */
    };
    return (uint32_t)ctok_load64(p) & keeps[p[0] >> 4];
}

/*  The bit in `set` of two characters, as such numbers. */
CTOK_BODY size_t ctok_joint_bit(uint32_t left, uint32_t right) {
    const uint64_t key = (uint64_t)left << 32 | right;
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - CTOK_JOINT_BITS));
}

/*  The page of a character of three bytes, for the bits of `sides`. */
CTOK_BODY int ctok_has_page(uint32_t code_point) {
    return code_point >= 0x800 && code_point < 0x10000;
}

/*  Adds a joint to the tables, which are being built: all of ascii was 1, all of set was 0, all bits
 *  of pages were 1. */
CTOK_FUNCTION void ctok_joints_add(const ctok_joints *joints, uint8_t *ascii, uint8_t *sides,
                                   uint64_t *set, uint32_t left, uint32_t right) {
    const size_t bit = ctok_joint_bit(ctok_joint_word(left), ctok_joint_word(right));
    if (right == ' ' && joints->space_starts)
        return;
    if (ctok_has_page(left))
        sides[CTOK_JOINT_ENDS + (left >> 9)] &= (uint8_t) ~(1u << (left >> 6 & 7));
    if (ctok_has_page(right))
        sides[CTOK_JOINT_STARTS + (right >> 9)] &= (uint8_t) ~(1u << (right >> 6 & 7));
    if ((left | right) < 0x80)
        ascii[right << 8 | left] = 0;
    else
        set[bit >> 6] |= (uint64_t)1 << (bit & 63);
}

/*  About how often an ASCII character occurs. */
CTOK_BODY uint32_t ctok_joint_weight(uint32_t c) {
    return c == ' '                                           ? 24
           : c == '\n'                                        ? 16
           : c >= 'a' && c <= 'z'                             ? 6
           : (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? 2
           : c > ' ' && c < 0x7F                              ? 3
                                                              : 0;
}

/*  A set of left and one of right characters all of whose pairs are cut. */
typedef struct ctok_joint_row {
    uint32_t left[128], right[128]; /* all ones, or 0 */
    uint32_t worth;                 /* of the pairs that no row before has */
} ctok_joint_row;

/*  Grows a row from one left character: others join it one by one, each at the cost of right
 *  characters that it is a joint with, as long as that pays.
 *
 *      cut    [128][128] all ones where left and right are cut, or 0
 *      worth  the same, what a pair is worth
 */
CTOK_FUNCTION void ctok_joint_row_grow(ctok_joint_row *row, const uint32_t (*cut)[128],
                                       const uint32_t (*worth)[128], uint32_t seed) {
    uint32_t sums[128];
    memset(row->left, 0, sizeof(row->left));
    memcpy(row->right, cut[seed], sizeof(row->right));
    memcpy(sums, worth[seed], sizeof(sums));
    row->worth = 0;
    for (uint32_t best = seed, best_worth = 1; best_worth > 0;) {
        row->left[best] = UINT32_MAX;
        for (size_t i = 0; i < 128; i++)
            row->right[i] &= cut[best][i];
        row->worth = 0;
        for (size_t i = 0; i < 128; i++)
            row->worth += sums[i] & row->right[i];
        best_worth = 0;
        for (uint32_t other = 0; other < 128; other++) {
            uint32_t sum = 0, lost = 0;
            if (row->left[other])
                continue;
            for (size_t i = 0; i < 128; i++) {
                sum += (sums[i] + worth[other][i]) & cut[other][i] & row->right[i];
                lost |= row->right[i] & ~cut[other][i];
            }
            if (!lost) { /* it joins for nothing */
                row->left[other] = UINT32_MAX;
                for (size_t i = 0; i < 128; i++)
                    sums[i] += worth[other][i];
                row->worth = sum;
            } else if (sum > row->worth && sum - row->worth > best_worth) {
                best_worth = sum - row->worth;
                best = other;
            }
        }
        if (best_worth > 0)
            for (size_t i = 0; i < 128; i++)
                sums[i] += worth[best][i];
    }
}

/*  Fills the first rows of `sides` from ascii, and makes ascii what they say: as many of its cuts,
 *  by their weight, as 16 rows can hold when each is the best that is left.
 *
 *      scratch  [2 * 128 * 128]
 */
CTOK_FUNCTION void ctok_joints_cover(uint8_t *ascii, uint8_t *sides, uint32_t *scratch) {
    uint32_t(*const cut)[128] = (uint32_t(*)[128])(void *)scratch;
    uint32_t(*const worth)[128] = cut + 128;
    memset(sides, 0, CTOK_JOINT_ENDS);
    for (uint32_t left = 0; left < 128; left++)
        for (uint32_t right = 0; right < 128; right++) {
            cut[left][right] = ascii[right << 8 | left] ? UINT32_MAX : 0;
            worth[left][right] =
                cut[left][right] & (ctok_joint_weight(left) * ctok_joint_weight(right));
        }
    memset(ascii, 0, CTOK_ASCII_JOINTS);
    for (size_t k = 0; k < 16; k++) {
        ctok_joint_row row, best;
        uint32_t sums[128];
        best.worth = 0;
        for (size_t left = 0; left < 128; left++) {
            sums[left] = 0;
            for (size_t right = 0; right < 128; right++)
                sums[left] += worth[left][right];
        }
        for (int tries = 0; tries < 4; tries++) { /* from the left characters that miss most */
            uint32_t seed = 0;
            for (uint32_t left = 1; left < 128; left++)
                seed = sums[left] > sums[seed] ? left : seed;
            ctok_joint_row_grow(&row, (const uint32_t(*)[128])cut, (const uint32_t(*)[128])worth,
                                seed);
            if (row.worth > best.worth)
                best = row;
            sums[seed] = 0;
        }
        if (!best.worth)
            break;
        for (size_t i = 0; i < 128; i++) {
            const uint8_t bit = (uint8_t)(1u << (k & 7));
            sides[128 * (k >> 3) + i] |= best.left[i] ? bit : 0;
            sides[256 + 128 * (k >> 3) + i] |= best.right[i] ? bit : 0;
        }
        for (size_t left = 0; left < 128; left++)
            for (size_t right = 0; right < 128; right++)
                if (best.left[left] & best.right[right]) {
                    worth[left][right] = 0;
                    ascii[right << 8 | left] = 1;
                }
    }
}

CTOK_BODY int ctok_is_joint(const ctok_joints *joints, uint32_t left, uint32_t right) {
    if ((left | right) < 0x80)
        return !joints->ascii[right << 8 | left];
    if (right == ' ' && joints->space_starts)
        return 0;
    if (ctok_has_page(left) && joints->sides[CTOK_JOINT_ENDS + (left >> 9)] >> (left >> 6 & 7) & 1)
        return 0;
    if (ctok_has_page(right) &&
        joints->sides[CTOK_JOINT_STARTS + (right >> 9)] >> (right >> 6 & 7) & 1)
        return 0;
    const size_t bit = ctok_joint_bit(ctok_joint_word(left), ctok_joint_word(right));
    return (int)(joints->set[bit >> 6] >> (bit & 63) & 1);
}

/*  The character at text[at] as a code point, its size in *size; a byte of no valid sequence is
 *  U+FFFD and 1, and no merge holds it: joints with U+FFFD are only ever too many. */
CTOK_BODY uint32_t ctok_joint_character(const uint8_t *text, size_t n, size_t at, size_t *size) {
    uint32_t code_point = 0;
    *size = ctok_utf8_read(text, n, at, &code_point);
    if (CTOK_LIKELY(*size))
        return code_point;
    *size = 1;
    return CTOK_REPLACEMENT;
}

/*  Cuts between nine ASCII characters: writes the ends behind `count` others and returns how many
 *  there are then; one place more is written to. */
CTOK_BODY size_t ctok_cut_ascii(const uint8_t *ascii, const uint8_t *text, size_t at, size_t *ends,
                                size_t count) {
    for (size_t i = at; i < at + 8; i++) {
        ends[count] = i + 1;
        count += ascii[(size_t)text[i + 1] << 8 | text[i]];
    }
    return count;
}

/*  Writes the ends of the next pieces, at most `room`, and returns how many; 0 at the text's end.
 *
 *      *at   in: where the next piece starts, a piece's end of this text or 0; out: the last end
 */
CTOK_FUNCTION size_t ctok_cut_at_joints(const ctok_joints *joints, const uint8_t *text, size_t n,
                                        size_t *at, size_t *ends, size_t room) {
    size_t count = 0, size, end = *at;
    if (end >= n)
        return 0;
    uint32_t left = ctok_joint_character(text, n, end, &size); /* it stands at `end` */
    while (count < room) {
        if (left < 0x80 && count + 9 <= room && n - end > 8 &&
            !((ctok_load64(text + end) | text[end + 8]) & UINT64_C(0x8080808080808080))) {
            count = ctok_cut_ascii(joints->ascii, text, end, ends, count);
            end += 8;
            left = text[end];
            continue;
        }
        end += size;
        if (end == n) {
            ends[count++] = n;
            break;
        }
        const uint32_t right = ctok_joint_character(text, n, end, &size);
        ends[count] = end;
        count += !ctok_is_joint(joints, left, right);
        left = right;
    }
    if (count == 0)
        return 0;
    *at = ends[count - 1];
    return count;
}

/*  The leaves that cutting a block of 64 bytes needs. */
typedef struct ctok_joint_leaves {
    ctok_between_fn between;
    ctok_unpack_fn unpack;
    ctok_parted_fn parted;
    ctok_paged_fn paged;
} ctok_joint_leaves;

#define CTOK_JOINT_LEAVES(backend)                                                                 \
    { ctok_between_##backend, ctok_unpack_##backend, ctok_parted_##backend, ctok_paged_##backend }

/*  What a block leaves to the next one: bits that stand behind its last byte. */
typedef struct ctok_joint_carry {
    uint64_t parted; /* it is cut there, if both characters are ASCII */
    uint64_t high;   /* the last byte is none of ASCII */
    uint64_t tails;  /* bytes that a character needs there */
    uint64_t after;  /* it is cut there, behind a character of a page */
    uint32_t last;   /* the character before it, where `high` */
} ctok_joint_carry;

/*  The places in a block where one of two neighbours is none of ASCII.
 *
 *      high     its bytes that are none of ASCII, of those that are in the text
 *      *cuts    in: what is known of ASCII; out: bit i, it is cut before block[i] for certain
 *      *open    out: bit i, a character starts at block[i], and what stands before it decides
 *      *visit   out: those characters, and what stands before them
 *      return   0 when a byte is of no valid sequence; then nothing is known
 */
CTOK_BODY int ctok_cut_high(const ctok_joint_leaves leaves, const ctok_joints *joints,
                            const uint8_t *block, uint64_t high, ctok_joint_carry *carry,
                            uint64_t *cuts, uint64_t *open, uint64_t *visit) {
    const uint64_t touched = high | high << 1 | carry->high;
    const uint64_t tails = leaves.between(block, 0x80, 0xBF) & high;
    const uint64_t twos = leaves.between(block, 0xC2, 0xDF) & high;
    const uint64_t threes = leaves.between(block, 0xE0, 0xEF) & high;
    const uint64_t fours = leaves.between(block, 0xF0, 0xF4) & high;
    const uint64_t leads = twos | threes | fours, longer = threes | fours;
    /* E0 goes on with A0..BF, ED with 80..9F, F0 with 90..BF, F4 with 80..8F */
    uint64_t wrong = (leaves.between(block, 0xE0, 0xE0) & ~leaves.between(block + 1, 0xA0, 0xBF)) |
                     (leaves.between(block, 0xED, 0xED) & ~leaves.between(block + 1, 0x80, 0x9F));
    if (fours)
        wrong |= (leaves.between(block, 0xF0, 0xF0) & ~leaves.between(block + 1, 0x90, 0xBF)) |
                 (leaves.between(block, 0xF4, 0xF4) & ~leaves.between(block + 1, 0x80, 0x8F));
    wrong = (wrong & high) | (high & ~(tails | leads)) |
            (tails ^ (leads << 1 | longer << 2 | fours << 3 | carry->tails));
    if (CTOK_UNLIKELY(wrong))
        return 0;
    const uint64_t ends = threes & leaves.paged(block, joints->sides + CTOK_JOINT_ENDS);
    const uint64_t starts = threes & leaves.paged(block, joints->sides + CTOK_JOINT_STARTS);
    const uint64_t spaces = joints->space_starts ? leaves.between(block, ' ', ' ') & touched : 0;
    const uint64_t sure = ends << 3 | carry->after | starts | spaces;
    *cuts = (*cuts & ~touched) | sure;
    *open = touched & ~tails & ~sure;
    *visit = (touched | high >> 1) & ~tails;
    carry->tails = leads >> 63 | longer >> 62 | fours >> 61;
    carry->after = ends >> 61;
    return 1;
}

/*  Of the open places in a block of valid sequences, which is at text[at], those where it is cut.
 *  No character beside them is of a page without joints: all that is asked of ctok_is_joint.
 *
 *      visit   the characters that stand on either side of an open place, as far as they are here
 *      *last   in: the character before the block, as ctok_joint_word gives it; out: the last one
 *              of these
 */
CTOK_BODY uint64_t ctok_cut_open(const ctok_joints *joints, const uint8_t *block, uint64_t visit,
                                 uint64_t open, uint32_t *last) {
    uint64_t cuts = 0;
    uint32_t left = *last;
    for (; visit; visit &= visit - 1) { /* each has a cut or not by chance: no branch */
        const unsigned place = ctok_lowest(visit);
        const uint32_t right = ctok_joint_sequence(block + place);
        const size_t bit = ctok_joint_bit(left, right);
        const uint64_t joint = joints->set[bit >> 6] >> (bit & 63);
        cuts |= (~joint & 1) << place;
        left = right;
    }
    *last = left;
    return cuts & open;
}

/*  As ctok_cut_at_joints, which is its oracle, 64 bytes at a time; at least one end fits into room,
 *  and it may write past the last end, not past the room.
 *
 *      readable   so many bytes of the text may be read: n, or more
 */
CTOK_BODY size_t ctok_cut_blocks(const ctok_joint_leaves leaves, const ctok_joints *joints,
                                 const uint8_t *text, size_t n, size_t readable, size_t *at,
                                 size_t *ends, size_t room) {
    const size_t start = *at;
    ctok_joint_carry carry = {0, 0, 0, 0, 0};
    size_t count = 0;
    for (size_t place = start; place < n && room - count > 64; place += 64) {
        const uint8_t *block = text + place;
        uint8_t padded[72];
        if (CTOK_UNLIKELY(readable - place < 72)) {
            memset(padded, 0, sizeof(padded));
            memcpy(padded, block, readable - place);
            block = padded;
        }
        const uint64_t inside = n - place < 64 ? ctok_below((unsigned)(n - place)) : UINT64_MAX;
        const uint64_t wanted = place == start ? inside & ~(uint64_t)1 : inside;
        const uint64_t high = leaves.between(block, 0x80, 0xFF) & inside;
        const uint64_t parted = leaves.parted(block, joints->sides);
        uint64_t cuts = parted << 1 | carry.parted, open, visit;
        if (CTOK_UNLIKELY(high | carry.high)) {
            if (!ctok_cut_high(leaves, joints, block, high, &carry, &cuts, &open, &visit) ||
                (n - place == 64 && carry.tails))
                break;
            if (!carry.high && place > start)
                carry.last = text[place - 1];
            cuts |= ctok_cut_open(joints, block, visit, open & wanted, &carry.last);
        }
        carry.parted = parted >> 63;
        carry.high = high >> 63;
        count += leaves.unpack(cuts & wanted, place, ends + count);
        if (n - place <= 64) {
            ends[count++] = n;
            break;
        }
    }
    if (count)
        *at = ends[count - 1];
    else if (start < n) /* bytes of no valid sequence, or little room */
        count = ctok_cut_at_joints(joints, text, n, at, ends, room);
    return count;
}

#endif /* CTOK_JOINTS_H */
