/*  scan.h: where do the pieces of 64 bytes end, all at once?
 *
 *  No pattern looks back, so before a block only a few bits matter (ctok_seam), and where it starts
 *  a piece nothing. Each byte's class becomes one bit of a mask (all bytes of a character carry its class), and the
 *  rules of a family become shifts and ands on these masks:
 *
 *      text       I   d o n ' t   k n o w ,   " h i "
 *      letters    1 0 1 1 1 0 1 0 1 1 1 1 0 0 0 1 1 0
 *      starts     1 1 0 0 0 1 0 1 0 0 0 0 1 1 0 1 0 1
 *
 *  The masks cannot decide everything: what depends on bytes behind the block, or on an order
 *  that shifts do not see, lowers `limit`, and only starts below the limit count. Then the next
 *  block starts at the last of them. When there is none, the plain body of pretokenize.h finds
 *  the ends in the block. docs/pretokenize.md derives each line.
 *
 *  Oracle  ctok_piece_end_body, on every block at every offset
 */
#ifndef CTOK_SCAN_H
#define CTOK_SCAN_H

#include "ctok/families.h"
#include "ctok/simd.h"

/*  The length of the contraction at text[at], 0 when there is none.
 *  's 't 'd 'm, and 'll 've 're; any case adds capitals and U+017F (long s, C5 BF) for s. */
CTOK_BODY size_t ctok_contraction(int any_case, const uint8_t *text, size_t n, size_t at) {
    if (at + 1 >= n || text[at] != '\'')
        return 0;
    const uint8_t fold = any_case ? 0x20 : 0;
    const uint8_t a = text[at + 1] | fold;
    if (a == 's' || a == 't' || a == 'd' || a == 'm')
        return 2;
    if (at + 2 >= n)
        return 0;
    const uint8_t b = text[at + 2] | fold;
    if ((a == 'l' && b == 'l') || (a == 'v' && b == 'e') || (a == 'r' && b == 'e'))
        return 3;
    if (any_case && text[at + 1] == 0xC5 && text[at + 2] == 0xBF)
        return 3;
    return 0;
}

/*  Contractions are read from the text, as there are few: no piece starts inside, one starts behind.
 *
 *      at           the block's start in text
 *      bits         how many places it has, a multiple of 64
 *      candidates   apostrophes that start a piece and have a letter behind them; where contractions
 *                   end words, those behind a word, which swallows them
 *      inside, ends out, zeros before: those two
 */
CTOK_BODY void ctok_find_contractions(const ctok_family *row, const uint8_t *text, size_t n,
                                      size_t at, unsigned bits, const uint64_t *candidates,
                                      uint64_t *inside, uint64_t *ends) {
    const int any_case = row->contractions != CTOK_CONTRACTIONS_LOWER_CASE;
    const unsigned suffix = row->contractions == CTOK_CONTRACTIONS_END_WORDS;
    unsigned end = bits; /* of the one before */
    for (unsigned word = 0; word < bits / 64; word++) {
        for (uint64_t left = candidates[word]; CTOK_UNLIKELY(left); left &= left - 1) {
            const unsigned place = 64 * word + ctok_lowest(left);
            if (suffix && place == end)
                continue; /* it starts a piece, so no word stands before it */
            const unsigned length = (unsigned)ctok_contraction(any_case, text, n, at + place);
            if (!length)
                continue;
            end = place + length;
            const unsigned from = place + !suffix;
            const uint64_t covered = ctok_below(length - !suffix);
            inside[from / 64] |= covered << from % 64;
            if (from % 64 > 61 && from / 64 + 1 < bits / 64)
                inside[from / 64 + 1] |= covered >> (64 - from % 64);
            if (end < bits)
                ends[end / 64] |= (uint64_t)1 << end % 64;
        }
    }
}

/*  What stands before a block: a piece's known end (`start`, all others 0), or a seam, of which these
 *  bits say all that matters of the character before; each is a mask's lowest bit, 0 or 1. */
typedef struct ctok_seam {
    uint64_t letter, late, early, other, space, script; /* late, early: see rules.h */
    uint64_t opener;                                    /* a letter that follows starts no word */
    int start;
    int clear; /* of what a scan writes: 0, and the next block starts at a piece's end */
} ctok_seam;

CTOK_BODY int ctok_is_ascii_letter(uint8_t byte) { return (uint8_t)((byte | 0x20) - 'a') < 26; }

/*  Is the character at text[at], at < n, surely no white space and none that a tail swallows? */
CTOK_BODY int ctok_surely_black(const ctok_family *row, const uint8_t *text, size_t n, size_t at) {
    const uint8_t lead = text[at];
    if (row->script == CTOK_SCRIPT_PAUSES)
        return lead < 0x80 ? lead > ' ' && !ctok_is_pause(lead) : lead > 0xE3 && lead != 0xEF;
    if (row->script == CTOK_SCRIPT_SIGNS)
        return ctok_is_ascii_letter(lead) || (uint8_t)(lead - '0') < 10;
    if (lead < 0x80)
        return lead > ' ' && lead != '/';
    /* not U+0085 U+00A0, U+1680, U+2000..206F, U+3000..303F */
    return lead > 0xC2 && lead != 0xE1 && lead != 0xE2 &&
           (lead != 0xE3 || (at + 1 < n && text[at + 1] > 0x80));
}

/*  May a number begin with this byte? */
CTOK_BODY int ctok_maybe_number(uint8_t byte) { return byte >= 0x80 || (uint8_t)(byte - '0') < 10; }

/*  Masks of 64 bytes, for rules.h. */
CTOK_BODY uint64_t ctok_up_64(uint64_t x, unsigned k, uint64_t bit) { return x << k | bit; }
CTOK_BODY uint64_t ctok_down_64(uint64_t x) { return x >> 1; }
CTOK_BODY int ctok_any_64(uint64_t x) { return x != 0; }
CTOK_BODY uint64_t ctok_add_64(uint64_t x, uint64_t y) { return x + y; }
CTOK_BODY uint64_t ctok_below_64(unsigned at) { return ctok_below(at); }
CTOK_BODY uint64_t ctok_bit_64(uint64_t x, unsigned at) { return x >> at & 1; }
CTOK_BODY unsigned ctok_first_64(uint64_t x) { return ctok_lowest(x); }
CTOK_BODY unsigned ctok_behind_64(uint64_t x) { return x ? ctok_highest(x) + 1 : 0; }

CTOK_BODY uint64_t ctok_flood_down_64(uint64_t seeds, uint64_t through) {
    for (unsigned step = 1; step < 64; step *= 2) { /* Kogge and Stone's prefix */
        seeds |= through & (seeds >> step);
        through &= through >> step;
    }
    return seeds;
}

#define CTOK_WORD uint64_t
#define CTOK_IN(name) name##_64
#define CTOK_ON CTOK_BODY
#include "ctok/rules.h"
#undef CTOK_WORD
#undef CTOK_IN
#undef CTOK_ON

/*  Scans a multiple of 64 bytes, at most CTOK_WIDE, behind which the text has four more, as
 *  ctok_scan_body does 64. `found` is a mask of all these. Returns how many of the bytes were looked
 *  at. */
#define CTOK_WIDE 512
typedef unsigned (*ctok_scan_wide_fn)(const ctok_family *row, const uint8_t *text, size_t n,
                                      size_t at, const ctok_seam *before, uint64_t *found,
                                      ctok_seam *after);

/*  The leaves that a scan needs. `wide`: the bytes that scan_wide scans; 0 where there is none. */
typedef struct ctok_scan_leaves {
    ctok_pad_fn pad;
    ctok_classify_fn classify;
    ctok_between_fn between;
    ctok_unpack_fn unpack;
    ctok_scan_wide_fn scan_wide;
    unsigned wide;
} ctok_scan_leaves;

/*  Classes of the characters of scripts that are letters page by page, without a look-up.
 *
 *      block    64 bytes, zeros behind the text's end
 *      high     those of them that are behind ASCII
 *      return   the bytes that are done; none of a character that the block cuts off
 *
 *  A lead byte, and what may stand in the bytes behind it, by code points:
 *
 *      3041-3096 30A1-30FA 30FC-30FF    Hiragana, Katakana                     Lo Lm
 *      3400-4DBF 4E00-9FFF              Han                                    Lo
 *      AC00-D77F                        Hangul                                 Lo
 *      00C0-00D6 00D8-00F6 00F8-00FF    Latin    capitals up to 00DE           Lu Ll
 *      0400-045F                        Cyrillic capitals up to 042F           Lu Ll
 *      0100-017F 0460-047F              where case does not matter             Lu Ll
 *      05D0-05EA 0620-064A 0680-06D3    Hebrew, Arabic                         Lo Lm
 */
CTOK_BODY uint64_t ctok_classify_scripts(const ctok_family *row, ctok_between_fn between,
                                         const uint8_t *block, uint64_t high, ctok_classes_64 *c) {
#define CTOK_IS(byte) between(block, byte, byte)
#define CTOK_SECOND(low, high) (between(block, low, high) >> 1)
#define CTOK_THIRD(low, high) (between(block, low, high) >> 2)
    const uint64_t tails = between(block, 0x80, 0xBF);
    uint64_t done = 0;
    const uint64_t three = between(block, 0xE3, 0xED) & tails >> 1 & tails >> 2;
    if (three) {
        uint64_t letters = between(block, 0xE5, 0xE9) | between(block, 0xEB, 0xEC);
        letters |= CTOK_IS(0xE4) & ~CTOK_SECOND(0xB7, 0xB7);
        letters |= CTOK_IS(0xEA) & CTOK_SECOND(0xB0, 0xBF);
        letters |= CTOK_IS(0xED) & CTOK_SECOND(0x80, 0x9D);
        const uint64_t kana = CTOK_IS(0xE3);
        if (kana)
            letters |= kana & (CTOK_SECOND(0x90, 0xBF) |
                               (CTOK_SECOND(0x81, 0x81) & ~CTOK_THIRD(0x80, 0x80)) |
                               (CTOK_SECOND(0x82, 0x82) & ~CTOK_THIRD(0x97, 0xA0)) |
                               (CTOK_SECOND(0x83, 0x83) & ~CTOK_THIRD(0xBB, 0xBB)));
        letters &= three;
        done = letters | letters << 1 | letters << 2;
        c->both |= done;
    }
    const uint64_t two = between(block, 0xC3, 0xDB) & tails >> 1;
    if (two) {
        const uint64_t latin = CTOK_IS(0xC3) & ~(CTOK_SECOND(0x97, 0x97) | CTOK_SECOND(0xB7, 0xB7));
        const uint64_t d0 = CTOK_IS(0xD0);
        const uint64_t capitals =
            ((latin & CTOK_SECOND(0x80, 0x9E)) | (d0 & CTOK_SECOND(0x80, 0xAF))) & two;
        uint64_t letters = latin | d0 | (CTOK_IS(0xD1) & CTOK_SECOND(0x80, 0x9F));
        if (row->letter_case == CTOK_CASE_IGNORED)
            letters |= between(block, 0xC4, 0xC5) | CTOK_IS(0xD1);
        if (between(block, 0xD7, 0xDB)) {
            const uint64_t others = ((CTOK_IS(0xD7) & CTOK_SECOND(0x90, 0xAA)) |
                                     (CTOK_IS(0xD8) & CTOK_SECOND(0xA0, 0xBF)) |
                                     (CTOK_IS(0xD9) & CTOK_SECOND(0x80, 0x8A)) | CTOK_IS(0xDA) |
                                     (CTOK_IS(0xDB) & CTOK_SECOND(0x80, 0x93))) &
                                    two;
            letters |= others;
            c->both |= others | others << 1;
        }
        letters &= two;
        done |= letters | letters << 1;
        c->capitals |= capitals | capitals << 1;
    }
#undef CTOK_IS
#undef CTOK_SECOND
#undef CTOK_THIRD
    c->letters |= done;
    c->tails |= done & tails;
    return done & high;
}

/*  The bytes of the row's script: KANA's, whatever they are; of HAN most that are letters. */
CTOK_BODY uint64_t ctok_classify_script(const ctok_family *row, ctok_between_fn between,
                                        const uint8_t *block) {
    const uint64_t tails = between(block, 0x80, 0xBF);
    const uint64_t e3 = between(block, 0xE3, 0xE3), e4 = between(block, 0xE4, 0xE4);
    uint64_t leads = between(block, 0xE5, 0xE8);
    if (row->script == CTOK_SCRIPT_KANA) {
        const uint64_t up_to_9fa5 = between(block, 0x80, 0xBD) |
                                    (between(block, 0xBE, 0xBE) & between(block, 0x80, 0xA5) >> 1);
        leads |= e3 & between(block, 0x81, 0x83) >> 1;
        leads |= e4 & between(block, 0xB8, 0xBF) >> 1;
        leads |= between(block, 0xE9, 0xE9) & up_to_9fa5 >> 1;
    } else {
        leads |= e3 & between(block, 0x90, 0xBF) >> 1;
        leads |= e4 & ~(between(block, 0xB7, 0xB7) >> 1);
        leads |= between(block, 0xE9, 0xE9);
    }
    leads &= tails >> 1 & tails >> 2;
    return leads | leads << 1 | leads << 2;
}

/*  Classes of a block where all but pauses makes words. Of characters behind ASCII only those are
 *  looked at that start as a pause does:
 *
 *      C2 80..A0    D8 8C    DB 94    E0 A5    E1 9A    E2 80..81    E3 80    EF BC
 */
CTOK_BODY void ctok_classify_pauses(const ctok_family *row, ctok_between_fn between,
                                    const uint8_t *block, const uint8_t *text, size_t n, size_t at,
                                    const ctok_block *ascii, uint64_t valid, ctok_classes_64 *c) {
#define CTOK_IS(byte) between(block, byte, byte)
#define CTOK_SECOND(low, high) (between(block, low, high) >> 1)
    uint64_t pauses = ascii->blank | ascii->newline | between(block, '(', ')') | CTOK_IS('|') |
                      CTOK_IS('.') | CTOK_IS(',') | CTOK_IS('!') | CTOK_IS('?');
    if (CTOK_UNLIKELY(ascii->high & valid)) {
        uint64_t maybe =
            (CTOK_IS(0xC2) & CTOK_SECOND(0x80, 0xA0)) | (CTOK_IS(0xD8) & CTOK_SECOND(0x8C, 0x8C)) |
            (CTOK_IS(0xDB) & CTOK_SECOND(0x94, 0x94)) | (CTOK_IS(0xE0) & CTOK_SECOND(0xA5, 0xA5)) |
            (CTOK_IS(0xE1) & CTOK_SECOND(0x9A, 0x9A)) | (CTOK_IS(0xE2) & CTOK_SECOND(0x80, 0x81)) |
            (CTOK_IS(0xE3) & CTOK_SECOND(0x80, 0x80)) | (CTOK_IS(0xEF) & CTOK_SECOND(0xBC, 0xBC));
        for (maybe &= valid; maybe; maybe &= maybe - 1) {
            const unsigned place = ctok_lowest(maybe);
            const ctok_char character = ctok_family_char(row, text, n, at + place);
            if (character.traits & CTOK_INSIDE)
                pauses |= ctok_below(character.size) << place;
        }
    }
#undef CTOK_IS
#undef CTOK_SECOND
    c->blank = pauses & valid;
    c->letters = valid & ~pauses;
    c->newline = c->other = c->digits = c->capitals = 0;
}

/*  Where pieces end in the block at text[at].
 *
 *      block    text[at..at + 63]; zeros behind the text's end
 *      before   what stands before it
 *      size     out: how many of the bytes were looked at: all, or all but a character that the
 *               block cuts off
 *      after    out: what stands before the block at text[at + *size]
 *      return   bit i, i <= 63: a piece ends before text[at + i]; 0 when none is certain. Bit 0 is
 *               never set where the block starts a piece.
 */
CTOK_BODY uint64_t ctok_scan_body(const ctok_family *row, const ctok_scan_leaves leaves,
                                  const uint8_t *block, const uint8_t *text, size_t n, size_t at,
                                  const ctok_seam *before, unsigned *size, ctok_seam *after) {
    ctok_block ascii;
    ctok_classes_64 c;
    uint64_t starts;
    const int ends_text = n - at < 64;
    unsigned left = ends_text ? (unsigned)(n - at) : 64;
    leaves.classify(block, &ascii);
    if (!ends_text && CTOK_UNLIKELY(ascii.high >> 61))
        left -= block[63] >= 0xC0 ? 1 : block[62] >= 0xE0 ? 2 : block[61] >= 0xF0 ? 3 : 0;
    const uint64_t valid = ctok_below(left);
    *size = left;

    c.letters = ascii.letters & valid;
    c.digits = ascii.digits & valid;
    c.blank = ascii.blank & valid;
    c.newline = ascii.newline & valid;
    c.other = valid & ~(c.letters | c.digits | c.blank | c.newline | ascii.high);
    c.capitals = ascii.capitals & valid;
    c.tails = c.both = c.marks = c.script = 0;
    c.limit = 64;
    c.space = ascii.space & valid;
    c.apostrophe = ascii.apostrophe & valid;
    c.slash = ascii.slash & valid;
    c.ascii_letters = ascii.letters;
    c.ascii_digits = ascii.digits & valid;
    c.high = ascii.high;
    uint64_t high = ascii.high & valid;
    if (row->script == CTOK_SCRIPT_PAUSES) {
        ctok_classify_pauses(row, leaves.between, block, text, n, at, &ascii, valid, &c);
    } else if (CTOK_UNLIKELY(high)) {
        high &= ~ctok_classify_scripts(row, leaves.between, block, high, &c);
        if (CTOK_UNLIKELY(high))
            ctok_classify_high_64(row, text, n, at, high, &c);
        c.letters &= valid;
        c.capitals &= valid;
        c.both &= valid;
        c.tails &= valid;
        if (row->script == CTOK_SCRIPT_SIGNS) {
            c.script &= valid;
            c.other &= ~c.script;
        } else if (row->script != CTOK_SCRIPT_NONE) {
            c.script = (c.script | ctok_classify_script(row, leaves.between, block)) & valid;
            c.letters &= ~c.script;
            c.both &= ~c.script;
            c.marks &= ~c.script;
        }
    }
    if (row->script == CTOK_SCRIPT_SIGNS) {
        const uint64_t signs = c.other & leaves.between(block, '!', '~');
        c.script |= signs;
        c.other &= ~signs;
    }
    if (row->opener == CTOK_OPENER_NO_PUNCTUATION) {
        const uint64_t control =
            c.other & (leaves.between(block, 0, 0x1F) | leaves.between(block, 0x7F, 0x7F));
        if (CTOK_UNLIKELY(control) && ctok_lowest(control) < c.limit)
            c.limit = ctok_lowest(control);
    }

    ctok_start_pieces_64(row, text, n, at, &c, left, ends_text, before, &starts, after);
    return starts;
}

#endif /* CTOK_SCAN_H */
