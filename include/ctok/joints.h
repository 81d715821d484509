/*  joints.h: where can no merge reach across?
 *
 *  A vocabulary without a pattern merges a whole text at once. But two neighbouring characters
 *  end up in one token only if some merge has a left part that ends with the first and a right
 *  part that starts with the second: a joint. Wherever two characters are no joint the text can
 *  be cut, and the pieces' ids are the text's. The set is built from the merges that ever happen.
 *
 *      ascii  one byte two ASCII characters, right << 8 | left, as the two stand in the text: 1
 *             where the text is cut between them
 *      set    one bit any other two that are a joint, by a hash: a bit too many costs a cut only
 *
 *  Every such place is cut: short pieces come again and are known. Fewer cuts, only before white
 *  space, were tried, and lost more by what was not known than they saved.
 */
#ifndef CTOK_JOINTS_H
#define CTOK_JOINTS_H

#include "ctok/unicode.h"

#define CTOK_ASCII_JOINTS ((size_t)1 << 15)
#define CTOK_JOINT_WORDS (((size_t)1 << 18) / 64)

typedef struct ctok_joints {
    const uint8_t *ascii; /* [CTOK_ASCII_JOINTS]; NULL when texts are not cut this way */
    const uint64_t *set;  /* [CTOK_JOINT_WORDS] */
    int space_starts;     /* U+0020 is no joint with what stands before it, whatever joins */
} ctok_joints;

/*  The bit in `set` of two characters, as code points. */
CTOK_BODY size_t ctok_joint_bit(uint32_t left, uint32_t right) {
    const uint64_t key = (uint64_t)left << 21 | right;
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 46);
}

/*  Adds a joint to the tables, which are being built: all of ascii was 1, all of set was 0. */
CTOK_FUNCTION void ctok_joints_add(const ctok_joints *joints, uint8_t *ascii, uint64_t *set,
                                   uint32_t left, uint32_t right) {
    const size_t bit = ctok_joint_bit(left, right);
    if (right == ' ' && joints->space_starts)
        return;
    if ((left | right) < 0x80)
        ascii[right << 8 | left] = 0;
    else
        set[bit >> 6] |= (uint64_t)1 << (bit & 63);
}

CTOK_BODY int ctok_is_joint(const ctok_joints *joints, uint32_t left, uint32_t right) {
    if ((left | right) < 0x80)
        return !joints->ascii[right << 8 | left];
    if (right == ' ' && joints->space_starts)
        return 0;
    const size_t bit = ctok_joint_bit(left, right);
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

#endif /* CTOK_JOINTS_H */
