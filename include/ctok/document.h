/*  document.h: a whole text with special tokens in it.
 *
 *  Special tokens are found first; each stretch between two of them is a text of its own, so a
 *  piece, its look-ahead and its merges never reach across a special token.
 *
 *      rule    one byte a special token, in the order of ctok_specials: CTOK_ALLOWED becomes an
 *              id, CTOK_REFUSED stops the work, 0 is ordinary text
 *      prefix  a space stands before stretches, as vocabularies without a pattern ask. The caller
 *              then lends a text that may be written, and one byte before it: behind a special
 *              token the space takes the place of that token's last byte, which is read already
 *
 *  A text may be encoded in parts at once. Where a piece starts, nothing before it matters any more,
 *  so a part's ids are the text's if it starts where a piece of the text does: the part before it,
 *  which has the whole text in view, ends with the first piece that reaches it and says where.
 *
 *  Where a cutter removes text, what stays of the known pieces is copied, and that is the encoder's text.
 *
 *  And short texts may be encoded together, as the stretches of one, so that their pieces too are
 *  looked up together. Then CTOK_TEXT_MARK stands between the ids of two texts.
 */
#ifndef CTOK_DOCUMENT_H
#define CTOK_DOCUMENT_H

#include "ctok/encode.h"
#include "ctok/special.h"

#define CTOK_ALLOWED 1
#define CTOK_REFUSED 2

/*  Which stretches a space stands before; none that is empty. */
#define CTOK_PREFIX_FIRST 1  /* the one that the text starts with */
#define CTOK_PREFIX_EVERY 2  /* all */
#define CTOK_PREFIX_UNLESS 4 /* of those, the ones that do not start with a space */

#define CTOK_TEXT_MARK (CTOK_MAX_IDS - 1) /* of a vocabulary that has no such id */

typedef struct ctok_rules {
    const ctok_specials *specials; /* NULL: all text is ordinary */
    const uint32_t *ids;           /* of the special tokens, in their order */
    const uint8_t *rule;
    int any;    /* the rules that occur, or-ed */
    int prefix; /* CTOK_PREFIX_ flags, or-ed */
} ctok_rules;

/*  The leaves that a document needs. */
typedef struct ctok_document_leaves {
    ctok_starting_fn starting; /* NULL, and blocks 0, where vectors are none */
    ctok_joint_leaves joints;
    int blocks;
} ctok_document_leaves;

typedef struct ctok_document {
    const uint8_t *text;
    size_t n;
    const size_t *texts; /* where each of several texts ends; NULL: it is one */
    size_t from;         /* the part that is encoded starts here */
    size_t until;        /* and ends with the first piece that ends here or behind: */
    size_t stopped;      /* there, when ended */
    size_t margin;     /* bytes before the text that are lent with it: 1 where there is a prefix */
    size_t start, end; /* the stretch that is being cut */
    size_t lead;       /* 1 when a space stands before it */
    size_t cut;        /* so many of its bytes, the space counted, are cut */
    size_t kept;       /* bytes of known pieces, where the cutter removes text */
    uint32_t special;  /* the id behind it, or CTOK_NO_ID */
    size_t special_end;
    size_t looked;              /* no allowed token starts between where a part did and here */
    ctok_special_places places; /* where special tokens may start */
    int begun, ended;
} ctok_document;

/*  The first refused special token that starts in text[from..until): its index, *at where it
 *  stands; or CTOK_NO_ID. */
CTOK_BODY uint32_t ctok_document_refused_body(ctok_starting_fn starting, const ctok_rules *rules,
                                              const uint8_t *text, size_t n, size_t from,
                                              size_t until, size_t *at) {
    ctok_special_places places = {CTOK_NO_PLACE, 0};
    size_t length;
    if (!rules->specials || !(rules->any & CTOK_REFUSED))
        return CTOK_NO_ID;
    return ctok_specials_find_body(starting, rules->specials, rules->rule, CTOK_REFUSED, text, n,
                                   from, until, &places, at, &length);
}

/*  May several parts of one text be encoded at once? Not where a special token may stand behind a space
 *  that is put there; nor where one may be passed over, and what starts inside of it with it: by a
 *  part's own start that is not told. */
CTOK_FUNCTION int ctok_document_has_parts(const ctok_rules *rules) {
    const ctok_specials *const specials = rules->specials;
    if (!specials || !(rules->any & CTOK_ALLOWED))
        return 1;
    for (uint32_t i = 0; specials->edges && i < specials->count; i++)
        if (rules->rule[i] & CTOK_ALLOWED && specials->edges[i] & CTOK_SINGLE_WORD)
            return 0;
    return !rules->prefix;
}

/*  Readies a part of a text that has parts; all of it is text[0..n). */
CTOK_FUNCTION void ctok_document_start_part(ctok_document *document, const uint8_t *text, size_t n,
                                            size_t from, size_t until) {
    document->text = text;
    document->n = n;
    document->texts = NULL;
    document->start = document->from = from;
    document->until = until;
    document->looked = 0;
    document->places.from = CTOK_NO_PLACE;
    document->begun = document->ended = 0;
}

/*  The same for a part behind the one that was encoded last, of the same text and by the same rules:
 *  what is known of special tokens is kept, so that not each part looks through all that follows. */
CTOK_FUNCTION void ctok_document_start_later_part(ctok_document *document, size_t from,
                                                  size_t until) {
    document->start = document->from = from;
    document->until = until;
    document->begun = document->ended = 0;
}

CTOK_FUNCTION void ctok_document_start(ctok_document *document, const uint8_t *text, size_t n) {
    ctok_document_start_part(document, text, n, 0, n);
}

/*  Readies several texts, one behind the other, which hold no special token that a rule is about;
 *  without a prefix. Texts of no byte behind the last other one leave no mark. */
CTOK_FUNCTION void ctok_document_start_texts(ctok_document *document, const uint8_t *text,
                                             const size_t *ends, size_t count) {
    ctok_document_start(document, text, ends[count - 1]);
    document->texts = ends;
}

/*  Whether no special token that a rule is about stands in a text. */
CTOK_FUNCTION int ctok_document_is_plain(const ctok_rules *rules, const uint8_t *text, size_t n) {
    size_t at, length;
    return !rules->specials || !rules->any ||
           ctok_specials_find(rules->specials, rules->rule, CTOK_ALLOWED | CTOK_REFUSED, text, n, 0,
                              n, &at, &length) == CTOK_NO_ID;
}

/*  Takes the marks out of n ids of several texts; returns how many ids are left, and in counts[]
 *  how many each text has. */
CTOK_FUNCTION size_t ctok_document_take_marks(uint32_t *ids, size_t n, size_t texts,
                                              int64_t *counts) {
    size_t at = 0, kept = 0;
    for (size_t i = 0; i < texts; i++) {
        const size_t before = kept;
        while (at < n && ids[at] != CTOK_TEXT_MARK)
            ids[kept++] = ids[at++];
        counts[i] = (int64_t)(kept - before);
        at += at < n;
    }
    return kept;
}

/*  Finds the end of the stretch that starts at document->start, and puts the space before it,
 *  also where the encoder has the text's last bytes. */
CTOK_BODY void ctok_document_stretch(const ctok_document_leaves leaves, const ctok_rules *rules,
                                     ctok_document *document, ctok_encoder *encoder) {
    document->special = CTOK_NO_ID;
    document->cut = 0;
    document->lead = 0;
    if (document->texts) {
        document->end = document->special_end = *document->texts++;
        document->special = CTOK_TEXT_MARK;
        return;
    }
    if (rules->specials && (rules->any & CTOK_ALLOWED))
        document->special =
            ctok_specials_next_body(leaves.starting, rules->specials, rules->rule, CTOK_ALLOWED,
                                    document->text, document->n, document->start, &document->looked,
                                    &document->places, &document->end, &document->special_end);
    if (document->special == CTOK_NO_ID)
        document->end = document->special_end = document->n;
    else
        document->special = rules->ids[document->special];
    document->lead =
        document->end > document->start &&
        (document->start == 0
             ? rules->prefix != 0
             : rules->prefix & CTOK_PREFIX_EVERY && document->start > document->from) &&
        !(rules->prefix & CTOK_PREFIX_UNLESS && document->text[document->start] == ' ');
    if (document->lead) { /* there is a margin: document->start is where the space stands in it */
        ((uint8_t *)(uintptr_t)document->text)[(ptrdiff_t)document->start - 1] = ' ';
        if (document->start >= encoder->tail_at)
            encoder->tail[document->start - encoder->tail_at] = ' ';
    }
}

/*  Has the encoder know the next pieces; a special token is one whose id is given. Stretches may be
 *  short, so their pieces are looked up together. Returns how many bytes are in none: a text may be
 *  removed for long.
 *
 *  The encoder's text starts with the margin, so that places in it are those here and the margin. */
#define CTOK_CUT_MOST ((size_t)65536)

CTOK_BODY size_t ctok_document_cut(const ctok_document_leaves leaves, const ctok_vocab *vocab,
                                   ctok_pretokenize_fn pretokenize, const ctok_rules *rules,
                                   ctok_document *document, ctok_encoder *encoder) {
    size_t *const ends = encoder->chunk;
    const ctok_cutter *const cutter = &encoder->cutter;
    const size_t until = document->until + document->margin;
    size_t known = 0, passed = 0;
    encoder->next = encoder->given = document->kept = 0;
    if (cutter->keep)
        encoder->at = 0;
    while (!document->ended && passed < CTOK_CUT_MOST &&
           CTOK_ENDS - known > 64) { /* what a scan needs, and a token */
        const size_t before = known, size = document->end - document->start + document->lead;
        size_t start = document->start + document->margin - document->lead;
        const uint8_t *const stretch = document->text + (ptrdiff_t)(start - document->margin);
        const size_t room = CTOK_ENDS - 1 - known, from = start + document->cut;
        known += leaves.blocks && !pretokenize && !encoder->cutter.cut
                     ? ctok_cut_blocks(leaves.joints, &vocab->joints, stretch, size,
                                       document->n - document->start + document->lead,
                                       &document->cut, ends + known, room)
                     : ctok_encoder_cut(vocab, pretokenize, encoder, stretch, size, &document->cut,
                                        ends + known, room);
        for (size_t i = before; i < known; i++)
            ends[i] += start;
        if (known > before && ends[known - 1] >= until) {
            while (known - 1 > before && ends[known - 2] >= until)
                known--;
            document->stopped = ends[known - 1] - document->margin;
            document->ended = 1;
        }
        passed += start + document->cut - from;
        if (cutter->keep) /* there is no margin then */
            known = before + cutter->keep(cutter->context, document->text, document->n, from,
                                          ends + before, known - before, encoder->kept,
                                          &document->kept);
        if (document->ended || document->cut < size)
            continue;
        if (document->special == CTOK_NO_ID) {
            document->stopped = document->n;
            document->ended = 1;
            continue;
        }
        encoder->given_at[encoder->given] = (uint16_t)known;
        encoder->given_ids[encoder->given++] = document->special;
        document->start = document->stopped = document->special_end;
        document->ended = document->start >= document->until;
        document->lead = 0;
        if (!document->ended)
            ctok_document_stretch(leaves, rules, document, encoder);
        start = document->start + document->margin - document->lead;
        ends[known++] = cutter->keep ? document->kept : start;
    }
    encoder->known = known;
    return cutter->keep ? passed - document->kept : 0;
}

/*  Encodes on from where the document stands; what the status asks for is the same as in
 *  ctok_encode. encoder->used is set to 0 by the caller at the document's start. */
CTOK_BODY ctok_status ctok_encode_document_body(const ctok_document_leaves leaves,
                                                const ctok_vocab *vocab,
                                                ctok_pretokenize_fn pretokenize,
                                                const ctok_rules *rules, ctok_document *document,
                                                ctok_encoder *encoder, size_t budget) {
    const size_t margin = rules->prefix != 0;
    const int keeps = encoder->cutter.keep != NULL;
    const uint8_t *const text = keeps ? encoder->kept : document->text - margin;
    const size_t n = document->n + margin;
    if (!document->begun) {
        document->begun = 1;
        document->margin = margin;
        ctok_encoder_start(encoder, document->text - margin, n, NULL, 0);
        if (keeps)
            encoder->tail_at = SIZE_MAX; /* all has bytes behind it */
        ctok_document_stretch(leaves, rules, document, encoder);
        encoder->at = document->start + margin - document->lead;
    }
    for (;;) {
        const ctok_status status = ctok_encode_known(vocab, encoder, text, n, &budget);
        if (status != CTOK_OK || document->ended)
            return status;
        const size_t removed =
            ctok_document_cut(leaves, vocab, pretokenize, rules, document, encoder);
        if (budget <= removed)
            return CTOK_PAUSED;
        budget -= removed;
    }
}

/*  A text of up to CTOK_BRIEF bytes at once: no special token may start in it, nothing stands before it.
 *
 *      return  CTOK_OK; or another status, and it has to be encoded as any document, from its start
 */
#define CTOK_BRIEF 255

CTOK_BODY ctok_status ctok_encode_brief_body(ctok_pad_fn pad, ctok_starting_fn starting,
                                             const ctok_vocab *vocab,
                                             ctok_pretokenize_fn pretokenize,
                                             const ctok_rules *rules, ctok_encoder *encoder,
                                             const uint8_t *text, size_t n) {
    const ctok_specials *const specials = rules->specials;
    const int searched = specials && rules->any,
              vectors = starting && searched && specials->n_starts;
    uint8_t padded[CTOK_BRIEF + 1 + 64];
    uint64_t starts = 0;
    const size_t last = n & ~(size_t)63; /* the last block, which may be empty */
    size_t at = 0, budget = SIZE_MAX;
    if (rules->prefix || n > CTOK_BRIEF || (searched && !vectors))
        return CTOK_PAUSED;
    for (size_t block = 0; block < last; block += 64)
        pad(text + block, 64, padded + block);
    pad(text + last, n - last, padded + last);
    memset(padded + last + 64, 0, 64);
    for (size_t block = 0; vectors && block <= last; block += 64)
        starts |= starting(padded + block, specials->starts, specials->n_starts);
    if (starts)
        return CTOK_PAUSED;
    encoder->known = pretokenize(text, n, &at, encoder->chunk, CTOK_ENDS);
    if (at < n)
        return CTOK_PAUSED;
    encoder->at = encoder->next = encoder->given = 0;
    encoder->ends = encoder->chunk;
    encoder->merging = CTOK_MAY_WALK;
    encoder->tail_at = SIZE_MAX; /* all is padded */
    return ctok_encode_known(vocab, encoder, padded, n, &budget);
}

/*  Where pieces and special tokens end in text[start..until), at most `room`. */
CTOK_FUNCTION size_t ctok_document_ends(const ctok_vocab *vocab, ctok_pretokenize_fn pretokenize,
                                        const ctok_rules *rules, const ctok_encoder *encoder,
                                        const uint8_t *text, size_t start, size_t until,
                                        size_t *ends, size_t room) {
    size_t count = 0;
    while (start < until && count < room) {
        size_t stop = until, next = until, at = 0;
        if (rules->specials && rules->any & CTOK_ALLOWED &&
            ctok_specials_next(rules->specials, rules->rule, CTOK_ALLOWED, text, until, start,
                               &stop, &next) == CTOK_NO_ID)
            stop = next = until;
        const size_t before = count;
        if (stop > start)
            count += ctok_encoder_cut(vocab, pretokenize, encoder, text + start, stop - start, &at,
                                      ends + count, room - count);
        for (size_t i = before; i < count; i++)
            ends[i] += start;
        if (next > stop && count < room)
            ends[count++] = next;
        start = next;
    }
    return count;
}

/*  A place behind text[after] where a piece starts most likely; 0 when there is no telling.
 *
 *  Scans that start anywhere soon fall in step with each other, in any script: they end pieces at
 *  the same places. So four scans start at four characters, and this is the last place at which all
 *  of them end pieces. Each has some bytes of the text only, so it is a guess; what makes it sure is
 *  where the part before it ends. */
#define CTOK_PLACE_WINDOW ((size_t)2048)
#define CTOK_PLACE_WINDOWS 16

CTOK_FUNCTION size_t ctok_document_place(const ctok_vocab *vocab, ctok_pretokenize_fn pretokenize,
                                         const ctok_rules *rules, const ctok_encoder *encoder,
                                         const uint8_t *text, size_t n, size_t after) {
    size_t agreed[CTOK_CHUNK], ends[CTOK_CHUNK];
    for (size_t window = 0; window < CTOK_PLACE_WINDOWS; window++) {
        const size_t from = after + window * CTOK_PLACE_WINDOW;
        size_t start = from, agreeing = 0;
        if (from >= n || n - from <= CTOK_PLACE_WINDOW)
            return 0; /* so short a part is not worth it */
        const size_t until = from + CTOK_PLACE_WINDOW;
        for (int scan = 0; scan < 4; scan++) {
            size_t kept = 0;
            while (start < until && (text[start] & 0xC0) == 0x80)
                start++;
            const size_t count = ctok_document_ends(vocab, pretokenize, rules, encoder, text, start,
                                                    until, ends, CTOK_CHUNK);
            for (size_t i = 0, k = 0; i < count; i++) {
                if (ends[i] > until - CTOK_PLACE_WINDOW / 4) /* what follows might change it */
                    break;
                while (scan && k < agreeing && agreed[k] < ends[i])
                    k++;
                if (!scan || (k < agreeing && agreed[k] == ends[i]))
                    agreed[kept++] = ends[i];
            }
            agreeing = kept;
            start++;
        }
        if (agreeing)
            return agreed[agreeing - 1];
    }
    return 0;
}

typedef ctok_status (*ctok_encode_document_fn)(const ctok_vocab *vocab,
                                               ctok_pretokenize_fn pretokenize,
                                               const ctok_rules *rules, ctok_document *document,
                                               ctok_encoder *encoder, size_t budget);

typedef uint32_t (*ctok_document_refused_fn)(const ctok_rules *rules, const uint8_t *text, size_t n,
                                             size_t from, size_t until, size_t *at);

typedef ctok_status (*ctok_encode_brief_fn)(const ctok_vocab *vocab,
                                            ctok_pretokenize_fn pretokenize,
                                            const ctok_rules *rules, ctok_encoder *encoder,
                                            const uint8_t *text, size_t n);

/*  ctok_encode_document_<backend>, ctok_encode_brief_<backend> and ctok_document_refused_<backend> */
#define CTOK_DOCUMENT(target, backend, leaf, is_vectors)                                           \
    target CTOK_FUNCTION ctok_status ctok_encode_document_##backend(                               \
        const ctok_vocab *vocab, ctok_pretokenize_fn pretokenize, const ctok_rules *rules,         \
        ctok_document *document, ctok_encoder *encoder, size_t budget) {                           \
        const ctok_document_leaves leaves = {leaf, CTOK_JOINT_LEAVES(backend), is_vectors};        \
        return ctok_encode_document_body(leaves, vocab, pretokenize, rules, document, encoder,     \
                                         budget);                                                  \
    }                                                                                              \
    target CTOK_FUNCTION ctok_status ctok_encode_brief_##backend(                                  \
        const ctok_vocab *vocab, ctok_pretokenize_fn pretokenize, const ctok_rules *rules,         \
        ctok_encoder *encoder, const uint8_t *text, size_t n) {                                    \
        return ctok_encode_brief_body(ctok_pad_##backend, leaf, vocab, pretokenize, rules,         \
                                      encoder, text, n);                                           \
    }                                                                                              \
    target CTOK_FUNCTION uint32_t ctok_document_refused_##backend(                                 \
        const ctok_rules *rules, const uint8_t *text, size_t n, size_t from, size_t until,         \
        size_t *at) {                                                                              \
        return ctok_document_refused_body(leaf, rules, text, n, from, until, at);                  \
    }
CTOK_DOCUMENT(, scalar, NULL, 0)
#ifdef CTOK_X86
CTOK_DOCUMENT(CTOK_AVX2, avx2, ctok_starting_avx2, 1)
CTOK_DOCUMENT(CTOK_AVX512, avx512, ctok_starting_avx512, 1)
#endif
#ifdef CTOK_ARM
CTOK_DOCUMENT(, neon, ctok_starting_neon, 1)
#endif

#endif /* CTOK_DOCUMENT_H */
