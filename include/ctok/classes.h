/*  classes.h: what the bytes of a wide block are, and where its pieces end; for vectors of one width.
 *
 *  A template as rules.h is, which wide.h takes in behind that, and which undefines what it was given.
 *  The includer also defines
 *
 *      CTOK_APART       what stands before a function that is not inlined
 *      CTOK_BLOCK       how many bytes a block has
 *      CTOK_PARTS       in how many vectors
 *
 *  and, each in CTOK_IN, of text[0] on:
 *
 *      ctok_columns           eight bits of each byte of a block
 *      ctok_load_columns(text, columns)   the bytes themselves
 *      ctok_ascii(text, columns)   numbers for what ASCII is, zeros for others; returns whether there
 *                             are others
 *      ctok_ascii_of(bits, masks)   of the bits of these numbers: what ASCII is, as ctok_ascii_avx512
 *                             has its bits
 *      ctok_bits(columns, bits)   bits[k] = bit k of all columns
 *      ctok_control(text)     the control characters of ASCII
 *      ctok_in_set(tables, text)   which characters of three bytes are in a set (see unicode_tables.h);
 *                             where there is none, the bit may be any
 *      ctok_add_sets(text, part, columns)   gives the lead bytes, from that part on, of words and signs
 *                             in sets their bits; those of broken characters may get some
 *      ctok_page(categories)  64 categories as bits of ctok_category_bits
 *      ctok_add_page(page, like, size, text, part, columns)   gives the lead bytes from that part on
 *                             the bits of the page by the characters' last bytes, where those before
 *                             are the first size - 1 of `like`; the last one may be any
 *      ctok_undone(text, columns, part)   the lead bytes of that part that have no bits
 */
#ifdef CTOK_WORD

/*  Classes of the characters behind ASCII, by their lead bytes: of those in sets, and of those that are
 *  of few pages. */
CTOK_ON void CTOK_IN(ctok_classify_pages)(const ctok_family *row, const uint8_t *text, size_t n,
                                          size_t at, CTOK_IN(ctok_columns) * columns) {
    const unsigned part_size = CTOK_BLOCK / CTOK_PARTS;
    unsigned pages = 0;
    int in_sets = 0;
    for (unsigned part = 0; part < CTOK_PARTS; part++) {
        uint64_t left, tried = 0;
        while ((left = CTOK_IN(ctok_undone)(text + at, columns, part) & ~tried)) {
            const size_t place = at + part * part_size + ctok_lowest(left);
            uint32_t code_point;
            const uint32_t size = ctok_utf8_read(text, n, place, &code_point);
            if (pages++ == CTOK_PAGES)
                return;
            /* a set has many pages */
            if (!in_sets && size == 3 && text[place] >= 0xE3 && text[place] <= 0xED) {
                in_sets = 1;
                CTOK_IN(ctok_add_sets)(text + at, part, columns);
                continue;
            }
            if (!size ||
                (row->script == CTOK_SCRIPT_HAN && ctok_may_be_han(code_point & ~(uint32_t)63))) {
                tried |= left & (0 - left);
                continue;
            }
            const uint8_t *const categories =
                ctok_categories +
                ((uint32_t)ctok_category_pages[code_point >> 8] << 8 | (code_point & 0xC0));
            CTOK_IN(ctok_add_page)
            (CTOK_IN(ctok_page)(categories), text + place, size, text + at, part, columns);
        }
    }
}

/*  Where bytes are 0x80, 0xC0, 0xE0, 0xF0 or more. */
CTOK_ON void CTOK_IN(ctok_steps)(const uint8_t *text, CTOK_WORD *steps) {
    CTOK_IN(ctok_columns) columns;
    CTOK_WORD bits[8];
    CTOK_IN(ctok_load_columns)(text, &columns);
    CTOK_IN(ctok_bits)(&columns, bits);
    steps[0] = bits[7];
    for (unsigned k = 1; k < 4; k++)
        steps[k] = steps[k - 1] & bits[7 - k];
}

/*  All bytes of the characters that start at x. `longer`: there are some of four bytes. */
CTOK_ON CTOK_WORD CTOK_IN(ctok_whole)(CTOK_WORD x, CTOK_WORD three, CTOK_WORD four, int longer) {
    const CTOK_WORD bytes = x | CTOK_IN(ctok_up)(x, 1, 0) | CTOK_IN(ctok_up)(x & three, 2, 0);
    return CTOK_UNLIKELY(longer) ? bytes | CTOK_IN(ctok_up)(x & four, 3, 0) : bytes;
}

/*  Classes of the characters behind ASCII among the first `left` bytes, by ctok_steps and the bits of the
 *  columns. */
CTOK_ON void CTOK_IN(ctok_classify_behind)(const ctok_family *row, const uint8_t *text, size_t n,
                                           size_t at, unsigned left, const CTOK_WORD *steps,
                                           const CTOK_WORD *bits, CTOK_IN(ctok_classes) * c) {
    const CTOK_WORD none = {0}, high = steps[0] & CTOK_IN(ctok_below)(left), lead = steps[1] & high,
                    three = steps[2] & high, four = steps[3] & high, tail = high & ~lead;
    const CTOK_WORD second = CTOK_IN(ctok_down)(tail), third = CTOK_IN(ctok_down)(tail & second);
    const CTOK_WORD of_three = three & ~four & third;
    const int longer = CTOK_IN(ctok_any)(four);
    CTOK_WORD own = none, known = (lead & ~three & second) | of_three, any = none, masks[8];
    if (longer)
        known |= four & CTOK_IN(ctok_down)(tail & third);
    if (row->script != CTOK_SCRIPT_NONE && CTOK_IN(ctok_any)(of_three))
        own = of_three & CTOK_IN(ctok_in_set)(row->script == CTOK_SCRIPT_KANA ? ctok_set_of_kana
                                                                              : ctok_set_of_han,
                                              text + at);
    /* kana by itself is cut as all else is */
    const CTOK_WORD strange = own & ~bits[7];
    if (row->script == CTOK_SCRIPT_KANA && CTOK_IN(ctok_any)(strange))
        c->limit = CTOK_IN(ctok_first)(strange);
    for (unsigned k = 0; k < 8; k++)
        any |= bits[k];
    known &= any & ~own;
    for (unsigned k = 0; k < 8; k++) {
        masks[k] = bits[k] & known;
        if (CTOK_IN(ctok_any)(masks[k]))
            masks[k] = CTOK_IN(ctok_whole)(masks[k], three, four, longer);
    }
    c->letters |= masks[7];
    c->capitals |= masks[6];
    c->digits |= masks[5];
    c->both = masks[4];
    c->blank |= masks[2];
    c->other |= masks[1] | masks[0];
    if (row->letters & CTOK_MARK) {
        c->marks = masks[3];
        c->letters |= masks[3];
        c->both |= masks[3];
    } else {
        c->other |= masks[3];
        masks[0] |= masks[3];
    }
    if (row->opener == CTOK_OPENER_NO_PUNCTUATION && CTOK_IN(ctok_any)(masks[0]) &&
        CTOK_IN(ctok_first)(masks[0]) < c->limit)
        c->limit = CTOK_IN(ctok_first)(masks[0]);
    c->script = CTOK_IN(ctok_whole)(own, three, none, 0);
    known |= own;
    const CTOK_WORD bytes = CTOK_IN(ctok_whole)(known, three, four, longer);
    c->tails = bytes & ~known;
    const CTOK_WORD rest = high & ~bytes;
    if (CTOK_UNLIKELY(CTOK_IN(ctok_any)(rest))) {
        CTOK_IN(ctok_classify_high)(row, text, n, at, rest, c);
        c->letters &= ~c->script;
        c->both &= ~c->script;
        c->marks &= ~c->script;
    }
}

/*  The classes of ASCII; all others are in c->high and in no class. */
CTOK_ON void CTOK_IN(ctok_classes_of_ascii)(const CTOK_WORD *masks, CTOK_WORD high,
                                            CTOK_IN(ctok_classes) * c) {
    const CTOK_WORD none = {0};
    c->letters = masks[7];
    c->capitals = masks[6];
    c->digits = masks[5];
    c->space = masks[4];
    c->newline = masks[3];
    c->blank = masks[2];
    c->apostrophe = masks[1];
    c->slash = masks[0];
    c->ascii_letters = c->letters;
    c->ascii_digits = c->digits;
    c->high = high;
    c->other = ~(c->letters | c->digits | c->blank | c->newline | high);
    c->tails = c->both = c->marks = c->script = none;
    c->limit = CTOK_BLOCK;
}

/*  `others`: there are characters behind ASCII; where there are none, the compiler leaves out what is
 *  about them. */
CTOK_ON unsigned CTOK_IN(ctok_scan_columns)(const ctok_family *row, const uint8_t *text, size_t n,
                                            size_t at, const ctok_seam *before,
                                            CTOK_IN(ctok_columns) * columns, int others,
                                            uint64_t *found, ctok_seam *after) {
    const CTOK_WORD none = {0};
    CTOK_WORD starts, bits[8], low[8], masks[8], steps[4] = {none, none, none, none};
    CTOK_IN(ctok_classes) c;
    unsigned left = CTOK_BLOCK;
    if (others) {
        CTOK_IN(ctok_steps)(text + at, steps);
        CTOK_IN(ctok_classify_pages)(row, text, n, at, columns);
    }
    CTOK_IN(ctok_bits)(columns, bits);
    for (unsigned k = 0; k < 8; k++)
        low[k] = bits[k] & ~steps[0];
    CTOK_IN(ctok_ascii_of)(low, masks);
    CTOK_IN(ctok_classes_of_ascii)(masks, steps[0], &c);
    if (others) {
        const uint8_t *const end = text + at + CTOK_BLOCK;
        /* what the block cuts off is all behind ASCII */
        left -= end[-1] >= 0xC0                                                     ? 1
                : end[-2] >= 0xE0 && ctok_is_tail(end[-1])                          ? 2
                : end[-3] >= 0xF0 && ctok_is_tail(end[-2]) && ctok_is_tail(end[-1]) ? 3
                                                                                    : 0;
        CTOK_IN(ctok_classify_behind)(row, text, n, at, left, steps, bits, &c);
    }
    if (row->opener == CTOK_OPENER_NO_PUNCTUATION) {
        const CTOK_WORD control = c.other & CTOK_IN(ctok_control)(text + at);
        if (CTOK_UNLIKELY(CTOK_IN(ctok_any)(control)) && CTOK_IN(ctok_first)(control) < c.limit)
            c.limit = CTOK_IN(ctok_first)(control);
    }
    CTOK_IN(ctok_start_pieces)(row, text, n, at, &c, left, 0, before, &starts, after);
    memcpy(found, &starts, sizeof(starts));
    return left;
}

CTOK_APART unsigned CTOK_IN(ctok_scan_others)(const ctok_family *row, const uint8_t *text, size_t n,
                                              size_t at, const ctok_seam *before,
                                              CTOK_IN(ctok_columns) * columns, uint64_t *found,
                                              ctok_seam *after) {
    return CTOK_IN(ctok_scan_columns)(row, text, n, at, before, columns, 1, found, after);
}

/*  As ctok_scan_body, for a block behind which the text has four more bytes; found has all its masks.
 *  Returns how many of the bytes were looked at. */
CTOK_APART unsigned CTOK_IN(ctok_scan_wide)(const ctok_family *row, const uint8_t *text, size_t n,
                                            size_t at, const ctok_seam *before, uint64_t *found,
                                            ctok_seam *after) {
    CTOK_IN(ctok_columns) columns;
    if (CTOK_UNLIKELY(CTOK_IN(ctok_ascii)(text + at, &columns)))
        return CTOK_IN(ctok_scan_others)(row, text, n, at, before, &columns, found, after);
    return CTOK_IN(ctok_scan_columns)(row, text, n, at, before, &columns, 0, found, after);
}

#undef CTOK_WORD
#undef CTOK_BLOCK
#undef CTOK_PARTS
#undef CTOK_IN
#undef CTOK_ON
#undef CTOK_APART
#endif /* CTOK_WORD */
