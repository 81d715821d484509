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
 *  block starts at the last of them. When there is none, the scalar body of pretokenize.h finds
 *  the piece's end. docs/pretokenize.md derives each line.
 *
 *  Oracle  ctok_piece_end_body, on every block at every offset
 */
#ifndef CTOK_SCAN_H
#define CTOK_SCAN_H

#include "ctok/families.h"
#include "ctok/simd.h"

/*  The classes of a block's bytes as a family sees them; disjoint but for the last five. */
typedef struct ctok_classes {
    uint64_t letters; /* what makes words, marks included where the row says so */
    uint64_t digits;
    uint64_t blank; /* white space without CR and LF */
    uint64_t newline;
    uint64_t other;                 /* punctuation, symbols, all the rest */
    uint64_t tails;                 /* the second and later bytes of characters */
    uint64_t capitals, both, marks; /* Lu Lt; Lm Lo M; M */
    uint64_t script;                /* the row's own; none of it is in letters */
    unsigned limit;
} ctok_classes;

/*  The leaves that a scan needs. */
typedef struct ctok_scan_leaves {
    ctok_pad_fn pad;
    ctok_classify_fn classify;
    ctok_between_fn between;
    ctok_unpack_fn unpack;
} ctok_scan_leaves;

/*  Classes of the characters behind ASCII, one after the other.
 *
 *  A character that the block cuts off, and, where numbers are counted, a number of several
 *  bytes, lowers the limit to its start. */
CTOK_BODY void ctok_classify_high(const ctok_family *row, const uint8_t *text, size_t n, size_t at,
                                  uint64_t high, ctok_classes *c) {
    while (high) {
        const unsigned place = ctok_lowest(high);
        const ctok_char character = ctok_char_at(text, n, at + place);
        if (place + character.size > 64) {
            if (place < c->limit)
                c->limit = place;
            return;
        }
        const uint64_t bytes = ctok_below(character.size) << place;
        const uint32_t traits = character.traits;
        if (row->script == CTOK_SCRIPT_SIGNS) {
            c->script |= traits & CTOK_PUNCTUATION ? bytes : 0;
        } else if (row->script != CTOK_SCRIPT_NONE) {
            const int inside = ctok_is_inside(row, text, at + place, character.size);
            const int nothing = row->opener == CTOK_OPENER_NO_PUNCTUATION &&
                                !(traits & (row->letters | CTOK_SPACE | CTOK_NUMBER |
                                            CTOK_PUNCTUATION | CTOK_SYMBOL));
            if (inside && traits & CTOK_LETTER)
                c->script |= bytes;
            else if ((inside || nothing) && place < c->limit)
                c->limit = place;
        }
        high &= ~bytes;
        c->tails |= bytes & (bytes - 1) & ~((uint64_t)1 << place);
        if (CTOK_LIKELY(traits & row->letters)) {
            c->letters |= bytes;
            if (row->letter_case == CTOK_CASE_SPLITS_WORDS) {
                c->capitals |= traits & (CTOK_LU | CTOK_LT) ? bytes : 0;
                c->both |= traits & (CTOK_LM | CTOK_LO | CTOK_MARK) ? bytes : 0;
                c->marks |= traits & CTOK_MARK ? bytes : 0;
            }
        } else if (traits & CTOK_SPACE) {
            c->blank |= bytes;
        } else if (traits & CTOK_NUMBER) {
            c->digits |= bytes;
            if (row->digits > 1 && place < c->limit)
                c->limit = place;
        } else {
            c->other |= bytes;
        }
    }
}

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
                                         const uint8_t *block, uint64_t high, ctok_classes *c) {
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
                                    const ctok_block *ascii, uint64_t valid, ctok_classes *c) {
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

/*  The bits that a run of `through` reaches from the seeds; at most one seed a run. */
CTOK_BODY uint64_t ctok_flood(uint64_t seeds, uint64_t through) {
    return through & ~(through + seeds);
}

/*  The same for any number of seeds a run (Kogge and Stone's prefix, six rounds). */
CTOK_BODY uint64_t ctok_flood_any(uint64_t seeds, uint64_t through) {
    for (unsigned step = 1; step < 64; step *= 2) {
        seeds |= through & (seeds << step);
        through &= through << step;
    }
    return seeds;
}

/*  Contractions are read from the text, as there are few: a piece ends behind each.
 *
 *      at       the block's start in text
 *      suffix   0: an apostrophe that starts a piece; 1: one behind a word, which swallows it
 */
CTOK_BODY uint64_t ctok_cut_contractions(const ctok_family *row, const uint8_t *text, size_t n,
                                         size_t at, int suffix, uint64_t candidates,
                                         uint64_t starts) {
    const int any_case = row->contractions != CTOK_CONTRACTIONS_LOWER_CASE;
    unsigned end = 64; /* of the contraction before */
    while (CTOK_UNLIKELY(candidates)) {
        const unsigned place = ctok_lowest(candidates);
        candidates &= candidates - 1;
        if (suffix && place == end)
            continue; /* it starts a piece, so no word stands before it */
        const size_t length = ctok_contraction(any_case, text, n, at + place);
        if (!length)
            continue;
        end = place + (unsigned)length;
        starts &= ~(ctok_below(end) & ~ctok_below(place + !suffix));
        if (end < 64)
            starts |= (uint64_t)1 << end;
    }
    return starts;
}

/*  What stands before a block: a piece's known end (`start`, all others 0), or a seam, of which these
 *  bits say all that matters of the character before; each is a mask's lowest bit, 0 or 1. */
typedef struct ctok_seam {
    uint64_t letter, small, both, other, space, script;
    uint64_t opener; /* a letter that follows starts no word */
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
    ctok_classes c;
    const int splits_case = row->letter_case == CTOK_CASE_SPLITS_WORDS;
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
    const uint64_t space = ascii.space & valid;
    const uint64_t apostrophes = ascii.apostrophe & valid;
    uint64_t high = ascii.high & valid;
    if (row->script == CTOK_SCRIPT_PAUSES) {
        ctok_classify_pauses(row, leaves.between, block, text, n, at, &ascii, valid, &c);
    } else if (CTOK_UNLIKELY(high)) {
        high &= ~ctok_classify_scripts(row, leaves.between, block, high, &c);
        if (CTOK_UNLIKELY(high))
            ctok_classify_high(row, text, n, at, high, &c);
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

    /* Newlines (and slashes) that punctuation swallows behind it. */
    uint64_t swallowed = 0;
    if (row->tail != CTOK_TAIL_NONE) {
        const uint64_t seeds = c.newline & (c.other << 1 | before->other);
        const uint64_t slash = row->tail == CTOK_TAIL_NEWLINES_SLASHES ? ascii.slash & valid : 0;
        if (row->tail == CTOK_TAIL_NEWLINES_SLASHES && CTOK_UNLIKELY(slash & (c.newline << 1)))
            swallowed = ctok_flood_any(seeds, c.newline | slash);
        else
            swallowed = ctok_flood(seeds, c.newline);
    }
    const uint64_t newline = c.newline & ~swallowed;
    const uint64_t other = c.other & ~swallowed;
    const uint64_t white = c.blank | newline;
    const uint64_t blank = row->newlines == CTOK_NEWLINES_ARE_SPACE ? white : c.blank;
    const uint64_t breaks = row->newlines == CTOK_NEWLINES_ARE_SPACE ? 0 : newline;

    /* White space: a run starts a piece; so does what stands behind its last newline; so does the
     * last character of a run that something follows. */
    const uint64_t run_ends = blank & ~(blank >> 1);
    uint64_t behind_newline = blank & (breaks << 1);
    const uint64_t inner = run_ends & (breaks >> 1); /* a newline follows in the same run */
    uint64_t last = run_ends & ~inner;
    if (row->numbers == CTOK_NUMBERS_FIRST)
        last &= ~((c.digits | c.script) >> 1);
    if (row->numbers == CTOK_NUMBERS_LAST)
        last &= ~(c.script >> 1);
    if (row->script == CTOK_SCRIPT_PAUSES)
        last &= space;
    if (ends_text)
        last &= ~(((uint64_t)1 << left) >> 1);
    if (CTOK_UNLIKELY(c.tails & last)) {
        last = (last & ~c.tails) | (last & c.tails) >> 1;
        last = (last & ~c.tails) | (last & c.tails) >> 1;
    }
    if (CTOK_UNLIKELY(inner && behind_newline)) {
        for (uint64_t ends = inner; ends; ends &= ends - 1) {
            const uint64_t outside = ~blank & ctok_below(ctok_lowest(ends));
            const unsigned start = outside ? ctok_highest(outside) + 1 : 0;
            behind_newline &= ~((uint64_t)1 << start);
        }
    }
    uint64_t starts = (white & ~(white << 1)) | behind_newline | last;
    if (row->newlines == CTOK_NEWLINES_UNLESS_END && ends_text && (white >> (left - 1) & 1)) {
        const uint64_t outside = ~white & ctok_below(left);
        starts &= ctok_below(outside ? ctok_highest(outside) + 2 : 1);
    }

    /* Words, numbers, punctuation: at the start of a run, unless what stands before opens it. */
    const uint64_t behind_space = space << 1 | before->space;
    const uint64_t run_of_other = other & ~(other << 1 | before->other) & ~behind_space;
    const uint64_t behind_letters = c.letters << 1 | before->letter;
    uint64_t opens = space;
    uint64_t small = 0, opened = 0;
    uint64_t numbers = c.digits & ~(c.digits << 1);
    if (row->opener != CTOK_OPENER_SPACE) {
        uint64_t opening = run_of_other; /* the run's first character, all bytes of it */
        opening |= (opening << 1) & c.tails;
        opening |= (opening << 1) & c.tails;
        opening |= (opening << 1) & c.tails;
        if (row->opener == CTOK_OPENER_NO_PUNCTUATION) {
            opened = opening << 1 & ascii.letters & ~(ascii.high << 1);
            opening = 0;
        }
        opens = c.blank | opening;
    }
    const uint64_t behind_opener = opens << 1 | before->opener;
    uint64_t words = c.letters & ~(behind_letters | behind_opener | opened);
    if (row->opener == CTOK_OPENER_NO_PUNCTUATION) {
        /* what punctuation opens ends behind its ASCII letters */
        const uint64_t behind = ascii.letters + opened;
        words |= c.letters & behind & ~ascii.letters;
        opened = ascii.letters & ~behind;
    }
    if (row->script != CTOK_SCRIPT_NONE)
        words |= c.script & ~(c.script << 1 | before->script);
    if (splits_case) {
        small = c.letters & ~(c.capitals | c.both);
        words |= c.capitals & (small << 1 | before->small);
        /* a capital behind Lo, Lm or M may or may not go on; a mark behind a run of
         * punctuation belongs to it */
        const uint64_t unclear = (c.capitals & (c.both << 1 | before->both)) |
                                 (c.marks & (other << 1 | before->other) & ~behind_opener);
        if (CTOK_UNLIKELY(unclear) && ctok_lowest(unclear) < c.limit)
            c.limit = ctok_lowest(unclear);
    }
    if (row->numbers == CTOK_NUMBERS_LAST) {
        const uint64_t digits = ascii.digits & valid;
        numbers &= ~behind_space | (digits >> 1 & digits >> 2); /* three leave the space alone */
    } else if (row->space_opens_more) {
        numbers &= ~behind_space;
    }
    if (row->digits == 1) {
        numbers = c.digits & ~c.tails;
    } else if (row->digits) {
        uint64_t later = c.digits & (c.digits << 1) & (c.digits << 2);
        if (row->digits == 3)
            later &= c.digits << 3;
        for (uint64_t next = (numbers << row->digits) & later; next;
             next = (next << row->digits) & later)
            numbers |= next;
    }
    starts |= words | numbers | run_of_other;

    if (row->contractions == CTOK_CONTRACTIONS_END_WORDS)
        starts = ctok_cut_contractions(row, text, n, at, 1, apostrophes & behind_letters, starts);
    else if (row->contractions == CTOK_CONTRACTIONS_LOWER_CASE)
        starts = ctok_cut_contractions(row, text, n, at, 0,
                                       apostrophes & run_of_other & (c.letters >> 1), starts);
    else if (row->contractions == CTOK_CONTRACTIONS_ANY_CASE) /* else it ends where the word does */
        starts = ctok_cut_contractions(
            row, text, n, at, 0, apostrophes & run_of_other & (c.letters >> 1) & (c.letters >> 2),
            starts);

    after->start = after->clear = 0;
    if (ends_text) {
        starts |= (uint64_t)1 << left;
    } else {
        const unsigned top = left - 1;
        const uint64_t digit_goes_on = row->digits == 1 ? 0 : c.digits;
        const size_t next = at + left;
        const uint8_t follower = next < n ? text[next] : 0;
        /* What the last character belongs to may go on: where its end is not sure, only where it
         * starts is. Otherwise the seam is clear, unless a contraction may reach across. */
        const int open =
            (white | swallowed) >> top & 1
                ? next >= n || !ctok_surely_black(row, text, n, next) ||
                      (row->numbers == CTOK_NUMBERS_FIRST && ctok_maybe_number(follower))
            : row->opener == CTOK_OPENER_NO_PUNCTUATION && (opened | run_of_other) >> top & 1
                ? follower >= 0x80 || ctok_is_ascii_letter(follower)
            : digit_goes_on >> top & 1 ? ctok_maybe_number(follower)
                                       : 0;
        if (open) {
            const unsigned cut = c.limit < left ? c.limit : left;
            const uint64_t outside = ~white & ctok_below(cut);
            const unsigned run = outside ? ctok_highest(outside) + 1 : 0;
            if (run < cut)
                c.limit = run + 1;
        } else if (c.limit >= left && next < n &&
                   (row->contractions == CTOK_CONTRACTIONS_NONE || !(apostrophes >> (left - 3)))) {
            after->letter = c.letters >> top;
            after->small = small >> top;
            after->both = c.both >> top;
            after->opener = opens >> top;
            after->other = other >> top;
            after->space = space >> top;
            after->script = c.script >> top;
            after->clear = 1;
        }
    }
    starts &= ctok_below(c.limit);
    return before->start ? starts & ~(uint64_t)1 : starts;
}

#endif /* CTOK_SCAN_H */
