/*  linear.h: a piece into ids in one pass, on a proper vocabulary.
 *
 *  Of all ways to cut a piece into tokens one has only neighbours that stay apart when the two
 *  are merged by themselves, and that one is what merging the piece gives (docs/merge.md has the
 *  argument). So take the longest token at each place; when it does not stay apart from the one
 *  before, a shorter one; when none does, go back. A place that was given up is never tried again.
 *
 *      starts   by a prefix of 2, 4 and 6 bytes: which lengths tokens that begin so have; bit
 *               1 << length, bit 1 for CTOK_TALL_TOKEN bytes and more. Prefixes that share a
 *               place share its bits: they only say where to look.
 *      tall     tokens of CTOK_TALL_TOKEN bytes and more, chained by their first 16 bytes, the
 *               longest first
 *      parts    the two parts of each token
 *
 *  Oracle  ctok.reference.merge
 */
#ifndef CTOK_LINEAR_H
#define CTOK_LINEAR_H

#include "ctok/lanes.h"

#define CTOK_TALL_TOKEN 16
#define CTOK_TALL_CHAIN 1024 /* tokens of one chain; with more the vocabulary is merged */

/*  The two ids whose pair makes a token; both CTOK_NO_ID for what no pair makes. */
typedef struct ctok_parts {
    uint32_t left, right;
} ctok_parts;

/*  One link of a chain of tall tokens. */
typedef struct ctok_tall {
    uint32_t id, next; /* next: its index + 1, or 0 */
} ctok_tall;

typedef struct ctok_linear {
    const ctok_parts *parts; /* [n_ids]; NULL: pieces are merged */
    const uint16_t *starts;  /* [1 << start_bits] */
    const uint32_t *heads;   /* [1 << head_bits]: index + 1 of a chain's first token, or 0 */
    const ctok_tall *tall;
    uint32_t start_bits, head_bits;
} ctok_linear;

/*  What the walk reads of a vocabulary. */
typedef struct ctok_linear_view {
    ctok_linear linear;
    const ctok_pieces *pieces;
    const ctok_merges *merges;
    ctok_short_merges merge;
} ctok_linear_view;

CTOK_BODY uint16_t *ctok_start_of(const ctok_linear *linear, uint16_t *starts, uint64_t word,
                                  unsigned bytes) {
    const uint64_t hash = (word << (64 - 8 * bytes) | bytes) * UINT64_C(0x9E3779B97F4A7C15);
    return starts + (size_t)(hash >> (64 - linear->start_bits));
}

CTOK_BODY uint32_t ctok_head_of(const ctok_linear *linear, const uint8_t *p) {
    return (uint32_t)(ctok_medium_hash(ctok_load64(p), ctok_load64(p + 8)) >>
                      (64 - linear->head_bits));
}

/*  Is each token made after its parts, but for parts that nothing makes? */
CTOK_FUNCTION int ctok_parts_ordered(const ctok_parts *parts, uint32_t n_ids) {
    uint32_t wrong = 0;
    for (uint32_t id = 0; id < n_ids; id++) {
        if (parts[id].left == CTOK_NO_ID)
            continue;
        wrong |=
            (uint32_t)(parts[id].left >= id) & (uint32_t)(parts[parts[id].left].left != CTOK_NO_ID);
        wrong |= (uint32_t)(parts[id].right >= id) &
                 (uint32_t)(parts[parts[id].right].left != CTOK_NO_ID);
    }
    return !wrong;
}

/*  Finds each token's parts in the table of pairs.
 *
 *      parts    out: [n_ids]
 *      return   1 when no token has two pairs and each is made after its parts, else 0
 */
CTOK_FUNCTION int ctok_parts_find(const ctok_pairs *pairs, uint32_t n_ids, ctok_parts *parts) {
    memset(parts, 0xFF, n_ids * sizeof(*parts));
    for (size_t i = 0; i < (size_t)1 << pairs->bits; i++) {
        const uint64_t slot = pairs->slots[i];
        if (slot == CTOK_FREE_PAIR)
            continue;
        ctok_parts *const part = &parts[(uint32_t)slot & 0x3FFFFF];
        if (part->left != CTOK_NO_ID)
            return 0;
        part->left = (uint32_t)(slot >> 43);
        part->right = (uint32_t)(slot >> 22) & (CTOK_MAX_IDS - 1);
    }
    return ctok_parts_ordered(parts, n_ids);
}

/*  Finds the characters that merging may start from.
 *
 *  A character's bytes merge into it whatever stands around when no pair across its ends comes
 *  before the next of its own merges: neither one of its last bytes and what follows, which
 *  begins another character, nor what precedes and one of its first bytes.
 *
 *      firsts   scratch: [3 * n_ids]
 *      wholes   out: [CTOK_WHOLES]
 */
CTOK_FUNCTION void ctok_wholes_find(const ctok_pieces *pieces, uint32_t n_ids,
                                    const ctok_parts *parts, uint32_t *firsts, uint32_t *wholes) {
    const uint32_t *const offsets = pieces->offsets;
    const uint8_t *const bytes = pieces->bytes;
    uint32_t *const opened = firsts;         /* the first token of x and what begins a character */
    uint32_t *const behind = firsts + n_ids; /* of what ends in a tail byte and x */
    uint32_t *const other = behind + n_ids;  /* of anything and x */
    memset(firsts, 0xFF, 3 * (size_t)n_ids * sizeof(*firsts));
    memset(wholes, 0, CTOK_WHOLES * sizeof(*wholes));
    for (uint32_t id = n_ids; id-- > 0;) {
        const uint32_t left = parts[id].left, right = parts[id].right;
        if (left == CTOK_NO_ID)
            continue;
        const uint32_t start = offsets[id], length = offsets[id + 1] - start;
        const uint32_t cut = offsets[left + 1] - offsets[left];
        if (cut == 0 || cut >= length) /* no vocabulary's */
            return;
        if (!ctok_is_tail(bytes[start + cut]))
            opened[left] = id;
        if (ctok_is_tail(bytes[start + cut - 1]))
            behind[right] = id;
        other[right] = id;
    }
    for (uint32_t id = 0; id < n_ids; id++) {
        const uint32_t start = offsets[id], length = offsets[id + 1] - start;
        uint32_t code_point;
        if (length < 2 || length > 3 || parts[id].left == CTOK_NO_ID ||
            ctok_utf8_read(bytes + start, length, 0, &code_point) != length)
            continue;
        uint32_t whole = id | CTOK_WHOLE_FIRST | CTOK_WHOLE_AFTER_TAIL | CTOK_WHOLE_AFTER_OTHER;
        for (uint32_t made = id; parts[made].right != CTOK_NO_ID; made = parts[made].right)
            if (opened[parts[made].right] < made)
                whole = 0;
        for (uint32_t made = id; parts[made].left != CTOK_NO_ID; made = parts[made].left) {
            if (behind[parts[made].left] <= made)
                whole &= ~CTOK_WHOLE_AFTER_TAIL;
            if (other[parts[made].left] <= made)
                whole &= ~CTOK_WHOLE_AFTER_OTHER;
        }
        wholes[code_point] = whole;
    }
}

/*  Fills the starts and the chains.
 *
 *      parts   the parts that were found; tokens without are not put
 *      starts  [1 << linear->start_bits], zeros
 *      heads   [1 << linear->head_bits], zeros
 *      tall    room for all tokens of CTOK_TALL_TOKEN bytes and more that have parts
 *      return  1, or 0 when a chain is too long
 */
CTOK_FUNCTION int ctok_starts_put(const ctok_linear *linear, const ctok_pieces *pieces,
                                  uint32_t n_ids, const ctok_parts *parts, uint16_t *starts,
                                  uint32_t *heads, ctok_tall *tall) {
    const uint32_t *const offsets = pieces->offsets;
    uint32_t used = 0;
    for (uint32_t id = 0; id < n_ids; id++) {
        const uint8_t *const token = pieces->bytes + offsets[id];
        const size_t length = offsets[id + 1] - offsets[id];
        if (length < 2 || parts[id].left == CTOK_NO_ID)
            continue;
        const uint64_t word = length < 8 ? ctok_load_short(token, length) : ctok_load64(token);
        uint16_t *const start = ctok_start_of(linear, starts, word,
                                              length < 4   ? 2
                                              : length < 6 ? 4
                                                           : 6);
        if (length < CTOK_TALL_TOKEN) {
            *start |= (uint16_t)(1u << length);
            continue;
        }
        *start |= 2;
        uint32_t *link = &heads[ctok_head_of(linear, token)];
        for (size_t passed = 0; *link; passed++) {
            const uint32_t other = tall[*link - 1].id;
            if (offsets[other + 1] - offsets[other] <= length)
                break;
            if (passed == CTOK_TALL_CHAIN)
                return 0;
            link = &tall[*link - 1].next;
        }
        tall[used].id = id;
        tall[used].next = *link;
        *link = ++used;
    }
    return 1;
}

/*  Do two neighbours stay apart when they are merged by themselves?
 *
 *  Undoes the merges that made them, the last one first. Between two merges the tokens at the
 *  seam are (left, right); their pair would have come first when its rank is below the next merge
 *  on the left, or not above the next one on the right. */
CTOK_BODY int ctok_stay_apart(const ctok_pairs *pairs, const ctok_parts *parts, uint32_t left,
                              uint32_t right) {
    uint32_t limit = CTOK_NO_RANK;
    for (;;) {
        if (ctok_pairs_rank(pairs, left, right) < limit)
            return 0;
        const uint32_t left_part = parts[left].right, right_part = parts[right].left;
        const uint32_t left_made = left_part == CTOK_NO_ID ? 0 : left + 1;
        const uint32_t right_made = right_part == CTOK_NO_ID ? 0 : right + 1;
        if (left_made > right_made) {
            limit = left;
            left = left_part;
        } else if (right_made) {
            limit = right + 1;
            right = right_part;
        } else {
            return 1;
        }
    }
}

#define CTOK_NO_TALL UINT32_MAX

/*  The longest token of at most *length bytes (1 or more) at text[at]; its size in *length.
 *  Reads no byte behind text[n - 1]; at + *length <= n. *chain is where to go on among the tall
 *  ones: 0 at first, kept while shorter and shorter tokens are asked for at one place. */
CTOK_BODY uint32_t ctok_longest(const ctok_linear_view *view, const uint8_t *text, size_t n,
                                size_t at, size_t *length, uint32_t *chain) {
    const ctok_linear *const linear = &view->linear;
    const ctok_pieces *const pieces = view->pieces;
    const ctok_parts *const parts = linear->parts;
    uint16_t *const starts = (uint16_t *)(uintptr_t)linear->starts;
    const size_t most = *length, room = n - at;
    const uint8_t *const p = text + at;
    const uint64_t word = room >= 8 ? ctok_load64(p) : ctok_load_short(p, room);
    uint32_t lengths = (*ctok_start_of(linear, starts, word, 2) & 0xCu) |
                       (*ctok_start_of(linear, starts, word, 4) & 0x30u) |
                       (*ctok_start_of(linear, starts, word, 6) & 0xFFC2u);
    if (CTOK_UNLIKELY(lengths & 2) && most >= CTOK_TALL_TOKEN) {
        uint32_t link = *chain ? *chain : linear->heads[ctok_head_of(linear, p)];
        while (link && link != CTOK_NO_TALL) {
            const uint32_t id = linear->tall[link - 1].id;
            link = linear->tall[link - 1].next;
            const size_t size = pieces->offsets[id + 1] - pieces->offsets[id];
            if (size <= most && memcmp(pieces->bytes + pieces->offsets[id], p, size) == 0) {
                *length = size;
                *chain = link ? link : CTOK_NO_TALL;
                return id;
            }
        }
        *chain = CTOK_NO_TALL;
    }
    if (most < CTOK_TALL_TOKEN)
        lengths &= (2u << most) - 1;
    for (lengths &= ~3u; lengths; lengths &= ~(1u << *length)) {
        *length = ctok_highest(lengths);
        const uint32_t id = ctok_pieces_find(pieces, text, n, at, *length);
        if (id != CTOK_NO_ID && parts[id].left != CTOK_NO_ID)
            return id;
    }
    *length = 1;
    return view->merges->byte_ids[*p];
}

/*  Where the encoding of a piece stands. What is chosen is always the encoding of what it covers:
 *  its neighbours stay apart. */
typedef struct ctok_walk {
    uint32_t *ids;    /* room for the piece's bytes; the first `count` are chosen */
    uint64_t *closed; /* a bit for each place: the piece's encoding has no seam there */
    size_t count;
    size_t at;   /* they end here */
    size_t most; /* the next token is at most so long; 0: none is left to try */
    size_t n;
    size_t laid;   /* tokens before it come from windows: longer ones were never tried there */
    size_t until;  /* token by token up to here, then by windows */
    size_t astray; /* the last window that went far back began here */
    size_t from;   /* that began here, */
    size_t tries;  /* and took so many tries */
    size_t width;  /* windows side by side */
    size_t alone;  /* windows that are left to do one by one, */
    size_t tired;  /* after so many in vain */
    int slow;      /* such a stretch took more than a try for four bytes */
    uint32_t chain;
} ctok_walk;

CTOK_BODY size_t ctok_walk_words(size_t n) { return n / 64 + 1; }

/*  Bytes of scratch, 8-byte aligned, that a walk over n bytes needs. */
CTOK_BODY size_t ctok_walk_bytes(size_t n) {
    return (ctok_walk_words(n) + (n + 1) / 2) * sizeof(uint64_t);
}

/*  Starts a walk over n bytes in scratch of ctok_walk_bytes(n). */
CTOK_FUNCTION void ctok_walk_begin(ctok_walk *walk, size_t n, void *scratch) {
    memset(walk, 0, sizeof(*walk));
    walk->closed = (uint64_t *)scratch;
    walk->ids = (uint32_t *)(walk->closed + ctok_walk_words(n));
    memset(walk->closed, 0, ctok_walk_words(n) * sizeof(uint64_t));
    walk->n = walk->most = n;
    walk->width = CTOK_LANES;
}

/*  Goes back over the last token, and says how long it was; 0 when there is none. */
CTOK_BODY size_t ctok_walk_back(const ctok_linear_view *view, ctok_walk *walk) {
    const uint32_t *const offsets = view->pieces->offsets;
    if (walk->count == 0)
        return 0;
    const uint32_t last = walk->ids[walk->count - 1];
    const size_t length = offsets[last + 1] - offsets[last];
    if (length > walk->at || walk->count - 1 > walk->at - length) /* no vocabulary's */
        return 0;
    walk->count--;
    walk->at -= length;
    return length;
}

/*  Token by token up to walk->until, at most *budget tries.
 *
 *      return   CTOK_OK, CTOK_PAUSED when the budget is used up, CTOK_UNKNOWN_ID when there is no
 *               way: the vocabulary's tables contradict each other
 */
CTOK_FUNCTION ctok_status ctok_walk_tokens(const ctok_linear_view *view, ctok_walk *walk,
                                           const uint8_t *text, size_t *budget) {
    const size_t n = walk->n, until = walk->until;
    while (walk->at < until) {
        if (*budget == 0)
            return CTOK_PAUSED;
        --*budget;
        const size_t at = walk->at;
        if (CTOK_LIKELY(walk->most)) {
            size_t length = walk->most;
            const uint32_t id = ctok_longest(view, text, n, at, &length, &walk->chain);
            const size_t end = at + length;
            walk->most = length - 1;
            if (walk->closed[end / 64] >> (end % 64) & 1 ||
                (walk->count && !ctok_stay_apart(&view->merges->pairs, view->linear.parts,
                                                 walk->ids[walk->count - 1], id)))
                continue;
            walk->ids[walk->count++] = id;
            walk->at = end;
            walk->most = n - end;
        } else {
            const uint64_t bit = (uint64_t)1 << (at % 64);
            const size_t length = ctok_walk_back(view, walk);
            if (length == 0)
                return CTOK_UNKNOWN_ID;
            walk->closed[at / 64] |= bit;
            walk->most = length - 1;
            if (walk->at < walk->laid) {
                walk->laid = walk->at;
                walk->most = n - walk->at;
            }
        }
        walk->chain = 0;
    }
    return CTOK_OK;
}

/*  What is chosen ends at `at`, by windows; token by token from there up to `until`. */
CTOK_BODY void ctok_walk_settle(ctok_walk *walk, size_t at, size_t until) {
    walk->at = walk->laid = walk->from = at;
    walk->most = walk->n - at;
    walk->until = until < walk->n ? until : walk->n;
    walk->chain = 0;
    walk->tries = 0;
}

/*  Chooses tokens that end at or before `end`; 0 when so many have no room, in no vocabulary. */
CTOK_BODY int ctok_walk_append(ctok_walk *walk, const uint32_t *ids, size_t count, size_t end) {
    if (walk->count + count > end)
        return 0;
    memcpy(walk->ids + walk->count, ids, count * sizeof(ids[0]));
    walk->count += count;
    return 1;
}

/*  The next CTOK_SHORT_PIECE bytes at once, by the short merge: what it gives follows what is chosen
 *  when its first token stays apart from the last one. Its own last two tokens may look otherwise
 *  with more text behind them, so the next window begins with them. Where the seam does not hold,
 *  goes back a token and tries again; after half a window, leaves it to ctok_walk_tokens. */
CTOK_BODY void ctok_walk_window(const ctok_linear_view *view, ctok_walk *walk,
                                const uint8_t *text) {
    const size_t start = walk->at;
    size_t until = 0;
    uint32_t ids[CTOK_SHORT_PIECE];
    for (;;) {
        const size_t at = walk->at, left = walk->n - at;
        size_t size = left < CTOK_SHORT_PIECE ? left : CTOK_SHORT_PIECE;
        if (size < left) /* whole characters */
            for (size_t i = 0; i < 3 && ctok_is_tail(text[at + size]); i++)
                size--;
        const size_t count = view->merge.one(view->merges, text + at, size, ids);
        if (walk->count == 0 || ctok_stay_apart(&view->merges->pairs, view->linear.parts,
                                                walk->ids[walk->count - 1], ids[0])) {
            walk->at += size;
            ctok_walk_append(walk, ids, count, walk->at);
            if (size < left) {
                const size_t end = walk->at, chosen = walk->count;
                for (size_t i = 1; i < count && i < 3 && walk->at > start + size / 2; i++)
                    ctok_walk_back(view, walk);
                if (walk->at <= start) { /* back where it began: the last token is a long one */
                    walk->at = end;
                    walk->count = chosen;
                }
                if (count * 8 <= size && !walk->slow) /* long tokens are found faster than merged */
                    until = end + CTOK_SHORT_PIECE;
            }
            break;
        }
        const size_t back = ctok_walk_back(view, walk);
        const int astray = start - walk->at > CTOK_SHORT_PIECE / 2;
        if (back == 0 || (astray && start <= walk->astray)) {
            until = start + CTOK_SHORT_PIECE;
            break;
        }
        if (astray)
            walk->astray = start;
    }
    ctok_walk_settle(walk, walk->at, until);
}

/*  How many tokens at a window's ends may look otherwise with its neighbours' text beside them. */
#define CTOK_SEAM_TOKENS ((size_t)2)

/*  How many bytes some tokens have. */
CTOK_BODY size_t ctok_tokens_size(const uint32_t *offsets, const uint32_t *ids, size_t count) {
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += offsets[ids[i] + 1] - offsets[ids[i]];
    return size;
}

/*  Windows side by side, merged at once, and then what lies at those seams between them where the
 *  two neighbours do not stay apart.
 *
 *  There the last tokens of a window and the first ones of the next are merged again as one piece.
 *  Where both ends of that stay apart from what is left of the windows, all of it is the encoding
 *  of what it covers. A seam that does not hold ends the row: what follows is left for the next
 *  time, with half as many windows.
 *
 *      return   0 when nothing is done
 */
CTOK_NOINLINE int ctok_walk_windows(const ctok_linear_view *view, ctok_walk *walk,
                                    const uint8_t *text) {
    const uint32_t *const offsets = view->pieces->offsets;
    const ctok_pairs *const pairs = &view->merges->pairs;
    const ctok_parts *const parts = view->linear.parts;
    const size_t start = walk->at, chosen = walk->count;
    const size_t room = (walk->n - start - 1) / CTOK_SHORT_PIECE;
    size_t width = room < walk->width ? room : walk->width, seams = 0, done = 0;
    uint32_t ids[CTOK_LANES][CTOK_SHORT_PIECE], seam[CTOK_SHORT_PIECE];
    size_t counts[CTOK_LANES], at[CTOK_LANES + 1];
    /* of each window what is certain: its tokens from..to, and where they end */
    size_t from[CTOK_LANES] = {0}, to[CTOK_LANES], ends[CTOK_LANES];
    ctok_lanes lanes;
    if (walk->alone) {
        walk->alone--;
        return 0;
    }
    walk->alone = walk->tired = walk->tired < 32 ? 2 * walk->tired + 1 : 64;
    if (width < 2)
        return 0;
    at[0] = start;
    for (size_t k = 0; k < width; k++) {
        size_t size = CTOK_SHORT_PIECE;
        for (size_t i = 0; i < 3 && ctok_is_tail(text[at[k] + size]); i++)
            size--; /* whole characters */
        lanes.pieces[k] = text + at[k];
        lanes.sizes[k] = size;
        at[k + 1] = at[k] + size;
    }
    lanes.used = width;
    view->merge.many(view->merges, &lanes);
    for (size_t k = 0; k < width; k++)
        counts[k] = ctok_lane_ids(&lanes, k, ids[k]);
    if (chosen && !ctok_stay_apart(pairs, parts, walk->ids[chosen - 1], ids[0][0]))
        return 0;
    for (size_t k = 0; k < width; k++) {
        const int last = k + 1 == width;
        to[k] = counts[k];
        ends[k] = at[k + 1];
        if (!last && ctok_stay_apart(pairs, parts, ids[k][counts[k] - 1], ids[k + 1][0]))
            continue;
        /* At the end of the row the tokens are only left for the next one, as far as there are. */
        const size_t spare = counts[k] - from[k] - 1,
                     before = spare < CTOK_SEAM_TOKENS ? spare : CTOK_SEAM_TOKENS;
        const size_t left = ctok_tokens_size(offsets, ids[k] + counts[k] - before, before);
        const size_t right = last || counts[k + 1] <= CTOK_SEAM_TOKENS
                                 ? 0
                                 : ctok_tokens_size(offsets, ids[k + 1], CTOK_SEAM_TOKENS);
        if (left <= ends[k] - at[k]) {
            to[k] -= before;
            ends[k] -= left;
        }
        if (right == 0 || before < CTOK_SEAM_TOKENS || left + right > CTOK_SHORT_PIECE ||
            left + right == 0 || ends[k] + left != at[k + 1]) {
            width = k + 1;
            break;
        }
        lanes.pieces[seams] = text + ends[k];
        lanes.sizes[seams++] = left + right;
        from[k + 1] = CTOK_SEAM_TOKENS;
    }
    lanes.used = seams;
    if (seams)
        view->merge.many(view->merges, &lanes);
    for (seams = 0;; done++) {
        if (!ctok_walk_append(walk, ids[done] + from[done], to[done] - from[done], ends[done])) {
            walk->count = chosen;
            return 0;
        }
        if (done + 1 == width)
            break;
        if (from[done + 1] == 0)
            continue;
        const size_t end = ends[done] + lanes.sizes[seams];
        const size_t count = ctok_lane_ids(&lanes, seams++, seam);
        if (!ctok_stay_apart(pairs, parts, walk->ids[walk->count - 1], seam[0]) ||
            !ctok_stay_apart(pairs, parts, seam[count - 1], ids[done + 1][CTOK_SEAM_TOKENS]) ||
            !ctok_walk_append(walk, seam, count, end))
            break;
    }
    if (done > 0)
        walk->alone = walk->tired = 0;
    walk->width = done + 1 == width ? CTOK_LANES : width < 4 ? 2 : width / 2;
    const int dense = (walk->count - chosen) * 8 > ends[done] - start;
    ctok_walk_settle(walk, ends[done], dense || walk->slow ? 0 : ends[done] + CTOK_SHORT_PIECE);
    return 1;
}

/*  Goes on with a piece until *budget bytes and tries are used.
 *
 *      return   CTOK_OK at the end, CTOK_PAUSED when the budget is used up, CTOK_UNKNOWN_ID when
 *               there is no way: the vocabulary's tables contradict each other
 *
 *  Bound  windows end behind the place where they began, or give up; each stretch of tokens passes
 *         the place where they did by a window, and no place is closed twice. */
CTOK_FUNCTION ctok_status ctok_walk_on(const ctok_linear_view *view, ctok_walk *walk,
                                       const uint8_t *text, size_t *budget) {
    while (walk->at < walk->n) {
        if (*budget == 0)
            return CTOK_PAUSED;
        if (walk->at >= walk->until) {
            const size_t cost = CTOK_SHORT_PIECE * walk->width;
            if (!ctok_walk_windows(view, walk, text))
                ctok_walk_window(view, walk, text);
            *budget -= *budget < cost ? *budget : cost;
            continue;
        }
        const size_t before = *budget;
        const ctok_status status = ctok_walk_tokens(view, walk, text, budget);
        walk->tries += before - *budget;
        if (status != CTOK_OK)
            return status;
        if (walk->at <= walk->from || walk->at - walk->from < 4 * walk->tries) {
            walk->slow = 1;
            continue;
        }
        walk->slow = 0;
        walk->from = walk->at;
        walk->tries = 0;
        walk->until = walk->n - walk->at < 1024 ? walk->n : walk->at + 1024;
    }
    return CTOK_OK;
}

#endif /* CTOK_LINEAR_H */
