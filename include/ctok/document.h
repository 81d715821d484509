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

typedef struct ctok_rules {
    const ctok_specials *specials; /* NULL: all text is ordinary */
    const uint32_t *ids;           /* of the special tokens, in their order */
    const uint8_t *rule;
    int any;    /* the rules that occur, or-ed */
    int prefix; /* CTOK_PREFIX_ flags, or-ed */
} ctok_rules;

typedef struct ctok_document {
    const uint8_t *text;
    size_t n;
    size_t start, end; /* the stretch that is being encoded */
    size_t lead;       /* 1 when a space stands before it */
    uint32_t special;  /* the index of the special token behind it, or CTOK_NO_ID */
    size_t special_end;
    int stretch_open;
} ctok_document;

/*  The first refused special token that starts in text[from..until): its index, *at where it
 *  stands; or CTOK_NO_ID. */
CTOK_FUNCTION uint32_t ctok_document_refused(const ctok_rules *rules, const uint8_t *text, size_t n,
                                             size_t from, size_t until, size_t *at) {
    size_t length;
    if (!rules->specials || !(rules->any & CTOK_REFUSED))
        return CTOK_NO_ID;
    return ctok_specials_find(rules->specials, rules->rule, CTOK_REFUSED, text, n, from, until, at,
                              &length);
}

CTOK_BODY void ctok_document_stretch(const ctok_rules *rules, ctok_document *document) {
    document->special = CTOK_NO_ID;
    if (rules->specials && (rules->any & CTOK_ALLOWED))
        document->special = ctok_specials_next(rules->specials, rules->rule, CTOK_ALLOWED,
                                               document->text, document->n, document->start,
                                               &document->end, &document->special_end);
    if (document->special == CTOK_NO_ID)
        document->end = document->special_end = document->n;
    document->lead =
        document->end > document->start &&
        (rules->prefix & CTOK_PREFIX_EVERY || (rules->prefix && document->start == 0)) &&
        !(rules->prefix & CTOK_PREFIX_UNLESS && document->text[document->start] == ' ');
    if (document->lead)
        ((uint8_t *)(uintptr_t)document->text)[(ptrdiff_t)document->start - 1] = ' ';
}

CTOK_FUNCTION void ctok_document_start(ctok_document *document, const uint8_t *text, size_t n) {
    document->text = text;
    document->n = n;
    document->start = 0;
    document->stretch_open = 0;
}

/*  Encodes on from where the document stands; what the status asks for is the same as in
 *  ctok_encode. encoder->used is set to 0 by the caller at the document's start. */
CTOK_FUNCTION ctok_status ctok_encode_document(const ctok_vocab *vocab,
                                               ctok_pretokenize_fn pretokenize,
                                               const ctok_rules *rules, ctok_document *document,
                                               ctok_encoder *encoder, size_t budget) {
    for (;;) {
        const int opens = !document->stretch_open;
        if (opens)
            ctok_document_stretch(rules, document);
        const uint8_t *const stretch =
            document->text + ((ptrdiff_t)document->start - (ptrdiff_t)document->lead);
        const size_t n = document->end - document->start + document->lead;
        if (opens)
            ctok_encoder_start(encoder, stretch, n, NULL, 0);
        document->stretch_open = 1;
        const ctok_status status = ctok_encode(vocab, pretokenize, encoder, stretch, n, budget);
        if (status != CTOK_OK)
            return status;
        if (document->special == CTOK_NO_ID)
            return CTOK_OK;
        if (ctok_encoder_write(encoder, &rules->ids[document->special], 1) != CTOK_OK)
            return CTOK_OUTPUT_FULL;
        document->start = document->special_end;
        document->stretch_open = 0;
    }
}

#endif /* CTOK_DOCUMENT_H */
