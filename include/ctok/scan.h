/*  scan.h: where do the pieces of 64 bytes end, all at once?
 *
 *  A block starts at a piece's start, so nothing before it matters: no pattern looks back. Each
 *  byte's class becomes one bit of a mask (all bytes of a character carry its class), and the
 *  rules of a family become shifts and ands on these masks:
 *
 *      text       I   d o n ' t   k n o w ,   " h i "
 *      letters    1 0 1 1 1 0 1 0 1 1 1 1 0 0 0 1 1 0
 *      starts     1 1 0 0 0 1 0 1 0 0 0 0 1 1 0 1 0 1
 *
 *  The masks cannot decide everything: what depends on bytes behind the block, or on an order
 *  that shifts do not see, lowers `limit`, and only starts below the limit count. The next block
 *  starts at the last of them. When there is none, the scalar body of pretokenize.h finds the
 *  piece's end. docs/pretokenize.md derives each line.
 *
 *  Oracle  ctok_piece_end_body, on every block at every offset
 */
#ifndef CTOK_SCAN_H
#define CTOK_SCAN_H

#include "ctok/families.h"
#include "ctok/simd.h"

/*  The classes of a block's bytes as a family sees them; disjoint but for the last four. */
typedef struct ctok_classes {
    uint64_t letters; /* what makes words, marks included where the row says so */
    uint64_t digits;
    uint64_t blank; /* white space without CR and LF */
    uint64_t newline;
    uint64_t other;                 /* punctuation, symbols, all the rest */
    uint64_t tails;                 /* the second and later bytes of characters */
    uint64_t capitals, both, marks; /* Lu Lt; Lm Lo M; M */
    unsigned limit;
} ctok_classes;

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

/*  Where pieces end in the block at text[at], a piece's start.
 *
 *      block    text[at..at + 63]; behind the text's end anything readable
 *      return   bit i, 1 <= i <= 63: a piece ends before text[at + i]; 0 when none is certain
 */
CTOK_BODY uint64_t ctok_scan_body(const ctok_family *row, ctok_classify_fn classify,
                                  const uint8_t *block, const uint8_t *text, size_t n, size_t at) {
    ctok_block ascii;
    ctok_classes c;
    const unsigned left = n - at < 64 ? (unsigned)(n - at) : 64;
    const uint64_t valid = ctok_below(left);
    const int splits_case = row->letter_case == CTOK_CASE_SPLITS_WORDS;
    classify(block, &ascii);

    c.letters = ascii.letters & valid;
    c.digits = ascii.digits & valid;
    c.blank = ascii.blank & valid;
    c.newline = ascii.newline & valid;
    c.other = valid & ~(c.letters | c.digits | c.blank | c.newline | ascii.high);
    c.capitals = ascii.capitals & valid;
    c.tails = c.both = c.marks = 0;
    c.limit = 64;
    const uint64_t space = ascii.space & valid;
    const uint64_t apostrophes = ascii.apostrophe & valid;
    if (CTOK_UNLIKELY(ascii.high & valid))
        ctok_classify_high(row, text, n, at, ascii.high & valid, &c);

    /* Newlines (and slashes) that punctuation swallows behind it. */
    uint64_t swallowed = 0;
    if (row->tail != CTOK_TAIL_NONE) {
        const uint64_t seeds = c.newline & (c.other << 1);
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
    if (left < 64)
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
    if (row->newlines == CTOK_NEWLINES_UNLESS_END && left < 64 && (white >> (left - 1) & 1)) {
        const uint64_t outside = ~white & ctok_below(left);
        starts &= ctok_below(outside ? ctok_highest(outside) + 2 : 1);
    }

    /* Words, numbers, punctuation: at the start of a run, unless what stands before opens it. */
    const uint64_t run_of_other = other & ~(other << 1) & ~(space << 1);
    uint64_t words = c.letters & ~(c.letters << 1);
    uint64_t numbers = c.digits & ~(c.digits << 1);
    if (row->opener == CTOK_OPENER_SPACE) {
        words &= ~(space << 1);
    } else {
        uint64_t opening = run_of_other; /* the run's first character, all bytes of it */
        opening |= (opening << 1) & c.tails;
        opening |= (opening << 1) & c.tails;
        opening |= (opening << 1) & c.tails;
        words &= ~((c.blank | opening) << 1);
        if (splits_case) {
            const uint64_t small = c.letters & ~(c.capitals | c.both);
            words |= c.capitals & (small << 1);
            /* a capital behind Lo, Lm or M may or may not go on; a mark behind a run of
             * punctuation belongs to it */
            const uint64_t unclear =
                (c.capitals & (c.both << 1)) | (c.marks & (other << 1) & ~(opening << 1));
            if (CTOK_UNLIKELY(unclear) && ctok_lowest(unclear) < c.limit)
                c.limit = ctok_lowest(unclear);
        }
    }
    if (row->space_opens_more)
        numbers &= ~(space << 1);
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
        starts = ctok_cut_contractions(row, text, n, at, 1, apostrophes & (c.letters << 1), starts);
    else if (row->contractions == CTOK_CONTRACTIONS_LOWER_CASE)
        starts = ctok_cut_contractions(row, text, n, at, 0,
                                       apostrophes & run_of_other & (c.letters >> 1), starts);
    else if (row->contractions == CTOK_CONTRACTIONS_ANY_CASE) /* else it ends where the word does */
        starts = ctok_cut_contractions(
            row, text, n, at, 0, apostrophes & run_of_other & (c.letters >> 1) & (c.letters >> 2),
            starts);

    if (left < 64) {
        starts |= (uint64_t)1 << left;
    } else { /* white space at the block's end: only the run's start is certain */
        unsigned cut = c.limit;
        const uint64_t outside = ~white & ctok_below(cut);
        const unsigned run = outside ? ctok_highest(outside) + 1 : 0;
        if (run < cut)
            c.limit = run + 1;
    }
    return starts & ctok_below(c.limit) & ~(uint64_t)1;
}

#endif /* CTOK_SCAN_H */
