/*  document.h: a whole text with special tokens in it.
 *
 *  Special tokens are found first; each stretch between two of them is a text of its own, so a
 *  piece, its look-ahead and its merges never reach across a special token.
 *
 *      rule    one byte a special token, in the order of ctok_specials: CTOK_ALLOWED becomes an
 *              id, CTOK_REFUSED stops the work, 0 is ordinary text
 */
#ifndef CTOK_DOCUMENT_H
#define CTOK_DOCUMENT_H

#include "ctok/encode.h"
#include "ctok/special.h"

#define CTOK_ALLOWED 1
#define CTOK_REFUSED 2

typedef struct ctok_rules {
    const ctok_specials *specials; /* NULL: all text is ordinary */
    const uint32_t *ids;           /* of the special tokens, in their order */
    const uint8_t *rule;
    int any; /* the rules that occur, or-ed */
} ctok_rules;

typedef struct ctok_document {
    const uint8_t *text;
    size_t n;
    size_t start, end; /* the stretch that is being encoded */
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
        if (!document->stretch_open) {
            ctok_document_stretch(rules, document);
            ctok_encoder_start(encoder, document->text + document->start,
                               document->end - document->start, NULL, 0);
            document->stretch_open = 1;
        }
        const ctok_status status =
            ctok_encode(vocab, pretokenize, encoder, document->text + document->start,
                        document->end - document->start, budget);
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
