/*  rules.h: where pieces start, from the classes of some bytes; for words of one width.
 *
 *  A template, which scan.h takes in for 64 bytes and wide.h for 256 and 512. The includer defines
 *
 *      CTOK_WORD        a mask, one bit a byte; & | ~ work on it
 *      CTOK_IN(name)    the name of what is of this width
 *      CTOK_ON          what stands before a function
 *
 *  and, each in CTOK_IN:
 *
 *      ctok_up(x, k, bit)   x moved k places towards the text's end, 1 <= k <= 3; the first place
 *                           becomes `bit`, 0 or 1, the others 0
 *      ctok_down(x)         x moved a place towards the text's start; the last becomes 0
 *      ctok_any(x)          is any bit set?
 *      ctok_add(x, y)       the sum of two numbers
 *      ctok_below(at)       the bits below `at`
 *      ctok_bit(x, at)      bit `at`, one of the last 64
 *      ctok_flood_down(seeds, through)   the bits that a run of `through` reaches towards the text's
 *                           start from the seeds in it, and the seeds
 *      ctok_first(x)        the place of the lowest bit; there is one
 *      ctok_behind(x)       the place behind the highest bit, 0 when there is none
 */
#ifdef CTOK_WORD

/*  The classes of bytes as a family sees them. The first five and `script` are disjoint. */
typedef struct CTOK_IN(ctok_classes) {
    CTOK_WORD letters; /* what makes words, marks included where the row says so */
    CTOK_WORD digits;
    CTOK_WORD blank; /* white space without CR and LF */
    CTOK_WORD newline;
    CTOK_WORD other;                 /* punctuation, symbols, all the rest */
    CTOK_WORD tails;                 /* the second and later bytes of characters */
    CTOK_WORD capitals, both, marks; /* Lu Lt; Lm Lo M; M */
    CTOK_WORD script;                /* the row's own; none of it is in letters */
    CTOK_WORD space, apostrophe, slash, ascii_letters, ascii_digits;
    CTOK_WORD high; /* not ASCII */
    unsigned limit;
} CTOK_IN(ctok_classes);

/*  Adds bits of the 64 from `64 * word` on, and `spill` of those behind. */
CTOK_ON void CTOK_IN(ctok_mark)(CTOK_WORD *x, unsigned word, uint64_t bits, uint64_t spill) {
    ((uint64_t *)x)[word] |= bits;
    if (sizeof(*x) > sizeof(bits) && CTOK_UNLIKELY(spill))
        ((uint64_t *)x)[word + 1] |= spill;
}

/*  Classes of the characters in `high`, all behind ASCII, one after the other; the block cuts none
 *  of them off. */
CTOK_ON void CTOK_IN(ctok_classify_high)(const ctok_family *row, const uint8_t *text, size_t n,
                                         size_t at, CTOK_WORD high, CTOK_IN(ctok_classes) * c) {
    const uint64_t *const words = (const uint64_t *)&high;
    unsigned next = 0; /* behind the last character */
    for (unsigned word = 0; word < sizeof(high) / 8; word++) {
        uint64_t left = words[word];
        if (next > 64 * word)
            left &= ~ctok_below(next - 64 * word);
        while (left) {
            const unsigned place = 64 * word + ctok_lowest(left);
            const ctok_char character = ctok_char_at(text, n, at + place);
            const uint32_t traits = character.traits;
            next = place + character.size;
            const uint64_t bytes = ctok_below(character.size) << place % 64;
            const uint64_t spill = place % 64 + character.size > 64
                                       ? ctok_below(character.size) >> (64 - place % 64)
                                       : 0;
            const uint64_t first = (uint64_t)1 << place % 64;
            left &= ~bytes;
#define CTOK_MARK_IF(field, condition)                                                             \
    CTOK_IN(ctok_mark)(&c->field, word, (condition) ? bytes : 0, (condition) ? spill : 0)
            if (row->script == CTOK_SCRIPT_SIGNS) {
                CTOK_MARK_IF(script, traits & CTOK_PUNCTUATION);
            } else if (row->script != CTOK_SCRIPT_NONE) {
                const int inside = ctok_is_inside(row, text, at + place, character.size);
                const int nothing = row->opener == CTOK_OPENER_NO_PUNCTUATION &&
                                    !(traits & (row->letters | CTOK_SPACE | CTOK_NUMBER |
                                                CTOK_PUNCTUATION | CTOK_SYMBOL));
                if (inside && traits & CTOK_LETTER)
                    CTOK_MARK_IF(script, 1);
                else if ((inside || nothing) && place < c->limit)
                    c->limit = place;
            }
            CTOK_IN(ctok_mark)(&c->tails, word, bytes & ~first, spill);
            if (CTOK_LIKELY(traits & row->letters)) {
                CTOK_MARK_IF(letters, 1);
                if (row->letter_case == CTOK_CASE_SPLITS_WORDS) {
                    CTOK_MARK_IF(capitals, traits & (CTOK_LU | CTOK_LT));
                    CTOK_MARK_IF(both, traits & (CTOK_LM | CTOK_LO | CTOK_MARK));
                    CTOK_MARK_IF(marks, traits & CTOK_MARK);
                }
            } else if (traits & CTOK_SPACE) {
                CTOK_MARK_IF(blank, 1);
            } else if (traits & CTOK_NUMBER) {
                CTOK_MARK_IF(digits, 1);
            } else {
                CTOK_MARK_IF(other, 1);
            }
#undef CTOK_MARK_IF
        }
    }
}

/*  The bits that a run of `through` reaches from the seeds in it, and the seeds. */
CTOK_ON CTOK_WORD CTOK_IN(ctok_flood)(CTOK_WORD seeds, CTOK_WORD through) {
    return (through & ~CTOK_IN(ctok_add)(through, seeds)) | seeds;
}

/*  Of characters of numbers at x: those that are `count` characters behind in the same run. */
CTOK_ON CTOK_WORD CTOK_IN(ctok_next_number)(const CTOK_IN(ctok_classes) * c, CTOK_WORD x,
                                            unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        const CTOK_WORD second = CTOK_IN(ctok_up)(x, 1, 0);
        /* a sum runs through the tails, and only leaves them at their end */
        x = ((second & ~c->tails) | (CTOK_IN(ctok_add)(c->tails, second & c->tails) & ~c->tails)) &
            c->digits;
    }
    return x;
}

/*  Where pieces start in the block at text[at].
 *
 *      c         the classes of its bytes; no bit behind the first `left`
 *      ends_text there is no text behind it
 *      before    what stands before it
 *      found     out: bit i: a piece ends before text[at + i]. Bit 0 is never set where the block
 *                starts a piece.
 *      after     out: what stands before the block at text[at + left]
 */
CTOK_ON void CTOK_IN(ctok_start_pieces)(const ctok_family *row, const uint8_t *text, size_t n,
                                        size_t at, CTOK_IN(ctok_classes) * c, unsigned left,
                                        int ends_text, const ctok_seam *before, CTOK_WORD *found,
                                        ctok_seam *after) {
    const CTOK_WORD none = {0};
    const int splits_case = row->letter_case == CTOK_CASE_SPLITS_WORDS;

    /* Marks are letters but for those that a run of punctuation takes: it has more than the opener
     * of a word. */
    CTOK_WORD taken = none;
    if (row->letters & CTOK_MARK && !(row->not_punctuation & CTOK_MARK) &&
        CTOK_UNLIKELY(CTOK_IN(ctok_any)(c->marks))) {
        taken = c->other & ~c->tails &
                (CTOK_IN(ctok_up)(c->other, 1, before->other) |
                 CTOK_IN(ctok_up)(c->space, 1, before->space));
        if (before->other & ~before->opener)
            taken |= c->marks & CTOK_IN(ctok_below)(1);
        taken = CTOK_IN(ctok_flood)(taken, c->other | c->marks) & c->marks;
        c->other |= taken;
        c->letters &= ~taken;
        c->both &= ~taken;
    }

    /* Newlines (and slashes) that punctuation swallows behind it. */
    CTOK_WORD swallowed = none;
    if (row->tail != CTOK_TAIL_NONE) {
        const CTOK_WORD seeds = c->newline & CTOK_IN(ctok_up)(c->other, 1, before->other);
        CTOK_WORD through = c->newline;
        if (row->tail == CTOK_TAIL_NEWLINES_SLASHES)
            through |= c->slash;
        swallowed = CTOK_IN(ctok_flood)(seeds, through);
        /* what a swallowed slash took is not seen */
        if (CTOK_UNLIKELY(CTOK_IN(ctok_any)(taken)) && CTOK_IN(ctok_any)(swallowed & c->slash) &&
            CTOK_IN(ctok_first)(taken) < c->limit)
            c->limit = CTOK_IN(ctok_first)(taken);
    }
    const CTOK_WORD newline = c->newline & ~swallowed;
    const CTOK_WORD other = c->other & ~swallowed;
    const CTOK_WORD white = c->blank | newline;
    CTOK_WORD blank = c->blank, breaks = newline;
    if (row->newlines == CTOK_NEWLINES_ARE_SPACE) {
        blank = white;
        breaks = none;
    }

    /* White space: a run starts a piece; so does what stands behind its last newline; so does the
     * last character of a run that something follows. */
    const CTOK_WORD run_ends = blank & ~CTOK_IN(ctok_down)(blank);
    CTOK_WORD behind_newline = blank & CTOK_IN(ctok_up)(breaks, 1, 0);
    const CTOK_WORD inner =
        run_ends & CTOK_IN(ctok_down)(breaks); /* a newline follows in the same run */
    CTOK_WORD last = run_ends & ~inner;
    if (row->numbers == CTOK_NUMBERS_FIRST)
        last &= ~CTOK_IN(ctok_down)(c->digits | c->script);
    if (row->numbers == CTOK_NUMBERS_LAST)
        last &= ~CTOK_IN(ctok_down)(c->script);
    if (row->script == CTOK_SCRIPT_PAUSES)
        last &= c->space;
    if (ends_text)
        last &= CTOK_IN(ctok_below)(left - 1);
    if (CTOK_UNLIKELY(CTOK_IN(ctok_any)(c->tails & last))) {
        last = (last & ~c->tails) | CTOK_IN(ctok_down)(last & c->tails);
        last = (last & ~c->tails) | CTOK_IN(ctok_down)(last & c->tails);
    }
    if (CTOK_UNLIKELY(CTOK_IN(ctok_any)(inner) && CTOK_IN(ctok_any)(behind_newline)))
        behind_newline &= ~CTOK_IN(ctok_flood_down)(inner, blank); /* not the run's last */
    CTOK_WORD starts = (white & ~CTOK_IN(ctok_up)(white, 1, 0)) | behind_newline | last;
    if (row->newlines == CTOK_NEWLINES_UNLESS_END && ends_text &&
        CTOK_IN(ctok_bit)(white, left - 1))
        starts &= CTOK_IN(ctok_below)(CTOK_IN(ctok_behind)(~white & CTOK_IN(ctok_below)(left)) + 1);

    /* Words, numbers, punctuation: at the start of a run, unless what stands before opens it. */
    const CTOK_WORD behind_space = CTOK_IN(ctok_up)(c->space, 1, before->space);
    const CTOK_WORD run_of_other =
        other & ~CTOK_IN(ctok_up)(other, 1, before->other) & ~behind_space;
    const CTOK_WORD behind_letters = CTOK_IN(ctok_up)(c->letters, 1, before->letter);
    CTOK_WORD opens = c->space, late = none, early = none, opened = none;
    const CTOK_WORD behind_digit = CTOK_IN(ctok_up)(c->digits, 1, 0);
    CTOK_WORD numbers = c->digits & ~behind_digit;
    if (row->opener != CTOK_OPENER_SPACE) {
        CTOK_WORD opening = run_of_other; /* the run's first character, all bytes of it */
        opening |= CTOK_IN(ctok_up)(opening, 1, 0) & c->tails;
        opening |= CTOK_IN(ctok_up)(opening, 1, 0) & c->tails;
        opening |= CTOK_IN(ctok_up)(opening, 1, 0) & c->tails;
        if (row->opener == CTOK_OPENER_NO_PUNCTUATION) {
            opened = CTOK_IN(ctok_up)(opening, 1, 0) & c->ascii_letters &
                     ~CTOK_IN(ctok_up)(c->high, 1, 0);
            opening = none;
        }
        opens = c->blank | opening;
    }
    const CTOK_WORD behind_opener = CTOK_IN(ctok_up)(opens, 1, before->opener);
    CTOK_WORD words = c->letters & ~(behind_letters | behind_opener | opened);
    if (row->opener == CTOK_OPENER_NO_PUNCTUATION) {
        /* what punctuation opens ends behind its ASCII letters */
        const CTOK_WORD behind = CTOK_IN(ctok_add)(c->ascii_letters, opened);
        words |= c->letters & behind & ~c->ascii_letters;
        opened = c->ascii_letters & ~behind;
    }
    if (row->script != CTOK_SCRIPT_NONE)
        words |= c->script & ~CTOK_IN(ctok_up)(c->script, 1, before->script);
    CTOK_WORD candidates = c->apostrophe;
    if (row->contractions == CTOK_CONTRACTIONS_END_WORDS)
        candidates &= behind_letters;
    else
        candidates &= run_of_other & CTOK_IN(ctok_down)(c->letters);
    if (row->contractions == CTOK_CONTRACTIONS_ANY_CASE) /* else it ends where the word does */
        candidates &= CTOK_IN(ctok_down)(CTOK_IN(ctok_down)(c->letters));
    CTOK_WORD in_contractions = none, behind_contractions = none;
    if (row->contractions != CTOK_CONTRACTIONS_NONE && CTOK_UNLIKELY(CTOK_IN(ctok_any)(candidates)))
        ctok_find_contractions(row, text, n, at, sizeof(candidates) * 8,
                               (const uint64_t *)&candidates, (uint64_t *)&in_contractions,
                               (uint64_t *)&behind_contractions);

    if (splits_case) {
        /* A capital starts a word behind what has a small letter before it in its word (late). Behind
         * letters without case that have none (early), it goes on if a letter that is no capital is
         * behind the run of capitals. */
        const CTOK_WORD small = c->letters & ~(c->capitals | c->both);
        late = small;
        const CTOK_WORD turned =
            c->both & CTOK_IN(ctok_up)(small, 1, before->late) & ~behind_contractions;
        if (CTOK_UNLIKELY(CTOK_IN(ctok_any)(turned)))
            late |= CTOK_IN(ctok_flood)(turned, c->both);
        early = c->both & ~late;
        words |= c->capitals & CTOK_IN(ctok_up)(late, 1, before->late);
        const CTOK_WORD unclear = c->capitals & CTOK_IN(ctok_up)(early, 1, before->early);
        if (CTOK_UNLIKELY(CTOK_IN(ctok_any)(unclear))) {
            const CTOK_WORD ends = c->capitals & ~CTOK_IN(ctok_down)(c->letters);
            words |= unclear & CTOK_IN(ctok_flood_down)(ends, c->capitals);
            const unsigned run = CTOK_IN(ctok_behind)(~c->capitals & CTOK_IN(ctok_below)(left));
            if (!ends_text && run < left && run < c->limit &&
                CTOK_IN(ctok_any)(unclear & ~CTOK_IN(ctok_below)(run)))
                c->limit = run;
        }
    }
    if (row->numbers == CTOK_NUMBERS_LAST) {
        /* three leave the space alone */
        const CTOK_WORD second = CTOK_IN(ctok_down)(c->ascii_digits);
        numbers &= ~behind_space | (second & CTOK_IN(ctok_down)(second));
    } else if (row->space_opens_more) {
        numbers &= ~behind_space;
    }
    if (row->digits == 1) {
        numbers = c->digits & ~c->tails;
    } else if (row->digits) {
        const CTOK_WORD longer = c->digits & c->high;
        const int has_longer = CTOK_IN(ctok_any)(longer);
        if (row->numbers == CTOK_NUMBERS_LAST) { /* three of ASCII count, others do not */
            if (CTOK_UNLIKELY(has_longer) && CTOK_IN(ctok_first)(longer) < c->limit)
                c->limit = CTOK_IN(ctok_first)(longer);
        }
        if (CTOK_UNLIKELY(has_longer) && row->numbers != CTOK_NUMBERS_LAST) {
            CTOK_WORD next = CTOK_IN(ctok_next_number)(c, numbers, row->digits);
            for (; CTOK_IN(ctok_any)(next); next = CTOK_IN(ctok_next_number)(c, next, row->digits))
                numbers |= next;
        } else {
            CTOK_WORD later = c->digits & behind_digit & CTOK_IN(ctok_up)(c->digits, 2, 0);
            if (row->digits == 3)
                later &= CTOK_IN(ctok_up)(c->digits, 3, 0);
            for (CTOK_WORD next = CTOK_IN(ctok_up)(numbers, row->digits, 0) & later;
                 CTOK_IN(ctok_any)(next); next = CTOK_IN(ctok_up)(next, row->digits, 0) & later)
                numbers |= next;
        }
    }
    starts |= words | numbers | run_of_other;
    starts = (starts & ~in_contractions) | behind_contractions;

    after->start = after->clear = 0;
    if (ends_text) {
        starts |= CTOK_IN(ctok_below)(left + 1) & ~CTOK_IN(ctok_below)(left);
    } else {
        const unsigned top = left - 1;
        const size_t next = at + left;
        const uint8_t follower = next < n ? text[next] : 0;
        /* What the last character belongs to may go on: where its end is not sure, only where it
         * starts is. Otherwise the seam is clear, unless a contraction may reach across. */
        const int open =
            CTOK_IN(ctok_bit)(white | swallowed, top)
                ? next >= n || !ctok_surely_black(row, text, n, next) ||
                      (row->numbers == CTOK_NUMBERS_FIRST && ctok_maybe_number(follower))
            : row->opener == CTOK_OPENER_NO_PUNCTUATION &&
                    CTOK_IN(ctok_bit)(opened | run_of_other, top)
                ? follower >= 0x80 || ctok_is_ascii_letter(follower)
            : row->digits != 1 && CTOK_IN(ctok_bit)(c->digits, top) ? ctok_maybe_number(follower)
                                                                    : 0;
        if (open) {
            const unsigned cut = c->limit < left ? c->limit : left;
            const unsigned run = CTOK_IN(ctok_behind)(~white & CTOK_IN(ctok_below)(cut));
            if (run < cut)
                c->limit = run + 1;
        } else if (c->limit >= left && next < n &&
                   (row->contractions == CTOK_CONTRACTIONS_NONE ||
                    !CTOK_IN(ctok_any)(c->apostrophe & ~CTOK_IN(ctok_below)(left - 3)))) {
            after->letter = CTOK_IN(ctok_bit)(c->letters, top);
            after->late = CTOK_IN(ctok_bit)(late, top);
            after->early = CTOK_IN(ctok_bit)(early, top);
            after->opener = CTOK_IN(ctok_bit)(opens, top);
            after->other = CTOK_IN(ctok_bit)(other, top);
            after->space = CTOK_IN(ctok_bit)(c->space, top);
            after->script = CTOK_IN(ctok_bit)(c->script, top);
            after->clear = 1;
        }
    }
    if (CTOK_UNLIKELY(c->limit < left))
        starts &= CTOK_IN(ctok_below)(c->limit);
    if (before->start)
        starts &= ~CTOK_IN(ctok_below)(1);
    *found = starts;
}

#endif /* CTOK_WORD */
