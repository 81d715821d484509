/*  pretokenize.h: where does each piece end?
 *
 *  One body for all families: it reads a row of families.h and tries, at a piece's first
 *  character, what the family's regex tries, in the regex's order.
 *
 *      contraction | word | numbers | punctuation | white space
 *
 *  Every branch takes at least one character, so the pieces cover the text. No branch looks
 *  further back than the piece's start, and none is tried twice: the time is linear.
 *
 *  Oracle  the row's own regex in the `regex` module; ids in tiktoken
 */
#ifndef CTOK_PRETOKENIZE_H
#define CTOK_PRETOKENIZE_H

#include "ctok/scan.h"
#include "ctok/wide.h"

/*  The end of the run that starts at text[at] of characters with one of the traits `take` and
 *  none of `stop`. */
CTOK_BODY size_t ctok_run_end(const ctok_family *row, uint32_t take, uint32_t stop,
                              const uint8_t *text, size_t n, size_t at) {
    while (at < n) {
        const ctok_char c = ctok_family_char(row, text, n, at);
        if (!(c.traits & take) || (c.traits & stop))
            break;
        at += c.size;
    }
    return at;
}

/*  The end of the word whose letters, none of `stop`, start at text[at]; `at` when there is none.
 *
 *  Where case splits words, two alternatives stand in order, with U = Lu Lt Lm Lo M and
 *  W = Ll Lm Lo M:
 *
 *      U* W+    greedy: U* gives characters back until one of W follows
 *      U+ W*    reached only when the run of U holds no W and no W follows it
 *
 *  A mark may also be the opener, but the word that it opens is the word that it begins: so
 *  a character that can stand in a word never counts as an opener.
 *
 *  So: behind the longest run of U, a W extends the word over its run of W. Otherwise the
 *  word ends behind the last character of the run that is in W too, or, with none, at its end. */
CTOK_BODY size_t ctok_word_end(const ctok_family *row, uint32_t stop, const uint8_t *text, size_t n,
                               size_t at) {
    if (row->letter_case == CTOK_CASE_IGNORED)
        return ctok_run_end(row, row->letters, stop, text, n, at);
    const uint32_t both = CTOK_LM | CTOK_LO | CTOK_MARK;
    size_t behind_both = 0;
    while (at < n) {
        const ctok_char c = ctok_family_char(row, text, n, at);
        if (c.traits & stop)
            break;
        if (c.traits & CTOK_LL)
            return ctok_run_end(row, CTOK_LL | both, stop, text, n, at);
        if (!(c.traits & (CTOK_LU | CTOK_LT | both)))
            break;
        at += c.size;
        if (c.traits & both)
            behind_both = at;
    }
    return behind_both ? behind_both : at;
}

/*  Do three digits of ASCII stand at text[at]? */
CTOK_BODY int ctok_are_three(const uint8_t *text, size_t n, size_t at) {
    return at < n && n - at >= 3 && (uint8_t)(text[at] - '0') < 10 &&
           (uint8_t)(text[at + 1] - '0') < 10 && (uint8_t)(text[at + 2] - '0') < 10;
}

/*  The end of the piece of numbers at text[at], which a space opens if `body` is behind it, where
 *  three digits of ASCII are a piece by themselves; `at` when there is none. */
CTOK_BODY size_t ctok_threes_end(const uint8_t *text, size_t n, size_t at, size_t body) {
    size_t end = body;
    if (ctok_are_three(text, n, body))
        return body > at ? body : body + 3;
    while (end < n && !ctok_are_three(text, n, end)) {
        const ctok_char c = ctok_char_at(text, n, end);
        if (!(c.traits & CTOK_NUMBER))
            break;
        end += c.size;
    }
    return end > body ? end : at;
}

/*  The end of the piece of white space at text[at]. What is cut out first is no \S behind it.
 *
 *      \s++$ (or nothing) | \s*[\r\n]+ (or nothing) | \s+(?!\S) | \s+
 *
 *  Of pauses only a last U+0020 is left to what follows. */
CTOK_BODY size_t ctok_space_end(const ctok_family *row, const uint8_t *text, size_t n, size_t at) {
    size_t last = at;          /* where the run's last character starts */
    size_t behind_newline = 0; /* behind the last newline of the run, 0 with none */
    size_t end = at;
    while (end < n) {
        const ctok_char c = ctok_family_char(row, text, n, end);
        if (!(c.traits & (row->script == CTOK_SCRIPT_PAUSES ? CTOK_INSIDE : CTOK_SPACE)))
            break;
        last = end;
        end += c.size;
        if (text[last] == '\n' || text[last] == '\r')
            behind_newline = end;
    }
    if (end == n && row->newlines != CTOK_NEWLINES_END_A_PIECE)
        return end;
    if (behind_newline && row->newlines != CTOK_NEWLINES_ARE_SPACE)
        return behind_newline;
    if (row->numbers != CTOK_NUMBERS_IN_TURN && end < n &&
        ctok_family_char(row, text, n, end).traits &
            (row->numbers == CTOK_NUMBERS_FIRST ? CTOK_NUMBER | CTOK_INSIDE : CTOK_INSIDE))
        return end;
    if (row->script == CTOK_SCRIPT_PAUSES && text[last] != ' ')
        return end;
    return end == n || last == at ? end : last;
}

/*  The end of what no alternative matches at text[at]: where one does, in a word's opener even. */
CTOK_BODY size_t ctok_rest_end(const ctok_family *row, uint32_t stop, const uint8_t *text, size_t n,
                               size_t at) {
    const uint32_t matched =
        row->letters | CTOK_NUMBER | CTOK_SPACE | CTOK_PUNCTUATION | CTOK_SYMBOL | stop;
    size_t end = at + ctok_family_char(row, text, n, at).size;
    while (end < n) {
        const ctok_char c = ctok_family_char(row, text, n, end);
        const size_t next = end + c.size;
        if (c.traits & matched || ctok_word_end(row, stop, text, n, next) > next)
            break;
        end = next;
    }
    return end;
}

/*  The end of the piece that starts at text[at], at < n: at < return <= n. */
CTOK_BODY size_t ctok_piece_end_body(const ctok_family *row, const uint8_t *text, size_t n,
                                     size_t at) {
    const ctok_char first = ctok_family_char(row, text, n, at);
    const size_t second = at + first.size;
    const uint32_t signs = CTOK_PUNCTUATION | CTOK_SYMBOL;
    const int apart = row->script != CTOK_SCRIPT_NONE && row->script != CTOK_SCRIPT_PAUSES;
    const uint32_t stop = !apart ? 0 : first.traits & CTOK_INSIDE ? CTOK_OUTSIDE : CTOK_INSIDE;
    const uint32_t openers_stop =
        row->letters | CTOK_NUMBER | (row->opener == CTOK_OPENER_NO_PUNCTUATION ? signs : 0);

    if ((row->script == CTOK_SCRIPT_HAN || row->script == CTOK_SCRIPT_SIGNS) &&
        first.traits & CTOK_INSIDE)
        return ctok_run_end(row, CTOK_INSIDE, 0, text, n, at);
    if (row->contractions == CTOK_CONTRACTIONS_LOWER_CASE ||
        row->contractions == CTOK_CONTRACTIONS_ANY_CASE) {
        const size_t length =
            ctok_contraction(row->contractions == CTOK_CONTRACTIONS_ANY_CASE, text, n, at);
        if (length)
            return at + length;
    }

    const int newline = text[at] == '\n' || text[at] == '\r';
    const int opens = row->opener == CTOK_OPENER_SPACE ? text[at] == ' '
                                                       : !newline && !(first.traits & openers_stop);
    size_t start = opens ? second : at;
    size_t end = ctok_word_end(row, stop, text, n, start);
    if (end > start) {
        if (row->contractions == CTOK_CONTRACTIONS_END_WORDS)
            end += ctok_contraction(1, text, n, end);
        return end;
    }

    const size_t body = text[at] == ' ' ? second : at; /* behind the optional space of ` ?` */
    if (row->numbers == CTOK_NUMBERS_LAST) {
        end = ctok_threes_end(text, n, at, body);
        if (end > at)
            return end;
    } else if (row->digits == 0) {
        start = row->space_opens_more ? body : at;
        end = ctok_run_end(row, CTOK_NUMBER, 0, text, n, start);
        if (end > start)
            return end;
    } else if (first.traits & CTOK_NUMBER) {
        end = second;
        for (uint32_t i = 1; i < row->digits && end < n; i++) {
            const ctok_char c = ctok_char_at(text, n, end);
            if (!(c.traits & CTOK_NUMBER))
                break;
            end += c.size;
        }
        return end;
    }

    if (row->opener == CTOK_OPENER_NO_PUNCTUATION && text[at] < 0x80 && first.traits & signs) {
        for (end = second; end < n && ctok_is_ascii_letter(text[end]);)
            end++;
        if (end > second)
            return end;
    }
    end = ctok_run_end(row, ~(uint32_t)0,
                       row->not_punctuation | (row->script == CTOK_SCRIPT_HAN ? 0 : stop), text, n,
                       body);
    if (end > body) {
        if (row->tail != CTOK_TAIL_NONE && stop != CTOK_OUTSIDE)
            while (end < n && (text[end] == '\n' || text[end] == '\r' ||
                               (row->tail == CTOK_TAIL_NEWLINES_SLASHES && text[end] == '/')))
                end++;
        return end;
    }
    if (row->opener == CTOK_OPENER_NO_PUNCTUATION && !(first.traits & CTOK_SPACE))
        return ctok_rest_end(row, stop, text, n, at);
    return ctok_space_end(row, text, n, at);
}

/*  The plain form, one piece after the other. The other backends are held against it. */
CTOK_BODY size_t ctok_pretokenize_plain_body(const ctok_family *row, const uint8_t *text, size_t n,
                                             size_t *at, size_t *ends, size_t room) {
    size_t count = 0;
    while (*at < n && count < room)
        ends[count++] = *at = ctok_piece_end_body(row, text, n, *at);
    return count;
}

/*  Writes the ends of the next pieces, at most `room`, and returns how many; 0 at the text's end.
 *
 *      *at   in: where the next piece starts, a piece's end of this text or 0; out: the last end
 *
 *  Blocks of 64 bytes through scan.h; the text's last block through a copy, so that no byte
 *  behind the text is read. A block starts behind the one before where the seam is clear, which
 *  lets the processor work on several at once; otherwise at the last piece's end that is certain.
 *  Where there is none since then, the plain body finds those in 64 bytes. */
CTOK_BODY size_t ctok_pretokenize_body(const ctok_family *row, const ctok_scan_leaves leaves,
                                       const uint8_t *text, size_t n, size_t *at, size_t *ends,
                                       size_t room) {
    size_t count = 0;
    size_t start = *at;                    /* of the piece whose end is not known yet */
    size_t block = start, restart = start; /* of a block that started a piece */
    size_t narrow = start;                 /* up to here blocks are of 64 bytes */
    static const ctok_seam at_start = {0, 0, 0, 0, 0, 0, 0, 1, 0};
    ctok_seam before = at_start, after;
    unsigned size;
    uint8_t copy[64];
    if (CTOK_UNLIKELY(room < 64)) /* a block has up to 64 ends */
        return ctok_pretokenize_plain_body(row, text, n, at, ends, room);
    while (block < n && count + 64 <= room) {
        if (leaves.wide && n - block >= leaves.wide + 4 && block >= narrow && ctok_is_wide(row)) {
            uint64_t masks[CTOK_WIDE / 64];
            size = leaves.scan_wide(row, text, n, block, &before, masks, &after);
            unsigned word = 0;
            for (; word < leaves.wide / 64 && count + 64 <= room; word++) {
                if (masks[word]) {
                    count += leaves.unpack(masks[word], block + 64 * word, ends + count);
                    start = block + 64 * word + ctok_highest(masks[word]);
                }
            }
            if (word < leaves.wide / 64)
                break;
            /* where it found little, by small blocks, so that little is looked at in vain */
            if (CTOK_UNLIKELY(!after.clear && start < block + leaves.wide - 64))
                narrow = block + leaves.wide;
        } else {
            const uint8_t *bytes = text + block;
            if (CTOK_UNLIKELY(n - block < 64)) {
                leaves.pad(bytes, n - block, copy);
                bytes = copy;
            }
            const uint64_t found =
                ctok_scan_body(row, leaves, bytes, text, n, block, &before, &size, &after);
            if (found) {
                count += leaves.unpack(found, block, ends + count);
                start = block + ctok_highest(found);
            }
        }
        if (CTOK_LIKELY(after.clear)) {
            block += size;
            before = after;
            continue;
        }
        if (CTOK_UNLIKELY(start == restart)) {
            /* as far as a block sees, so that its bytes are not scanned in vain piece by piece */
            do {
                start = ctok_piece_end_body(row, text, n, start);
                ends[count++] = start;
            } while (start < n && start - restart < 64);
        }
        block = restart = start;
        before = at_start;
    }
    *at = start;
    return count;
}

typedef size_t (*ctok_pretokenize_fn)(const uint8_t *text, size_t n, size_t *at, size_t *ends,
                                      size_t room);

/*  ctok_pretokenize_<family>_<backend> */
#define CTOK_PRETOKENIZE(target, backend, name)                                                    \
    target CTOK_FUNCTION size_t ctok_pretokenize_##name##_##backend(                               \
        const uint8_t *text, size_t n, size_t *at, size_t *ends, size_t room) {                    \
        const ctok_scan_leaves leaves = {ctok_pad_##backend,       ctok_classify_##backend,        \
                                         ctok_between_##backend,   ctok_unpack_##backend,          \
                                         ctok_scan_wide_##backend, ctok_wide_##backend};           \
        return ctok_pretokenize_body(&ctok_family_##name, leaves, text, n, at, ends, room);        \
    }
#define CTOK_PRETOKENIZE_PLAIN(name, ...)                                                          \
    CTOK_FUNCTION size_t ctok_pretokenize_##name##_plain(const uint8_t *text, size_t n,            \
                                                         size_t *at, size_t *ends, size_t room) {  \
        return ctok_pretokenize_plain_body(&ctok_family_##name, text, n, at, ends, room);          \
    }
#define CTOK_PRETOKENIZE_SCALAR(name, ...) CTOK_PRETOKENIZE(, scalar, name)
CTOK_FAMILIES(CTOK_PRETOKENIZE_PLAIN)
CTOK_FAMILIES(CTOK_PRETOKENIZE_SCALAR)
#ifdef CTOK_X86
#define CTOK_PRETOKENIZE_AVX2(name, ...) CTOK_PRETOKENIZE(CTOK_AVX2, avx2, name)
#define CTOK_PRETOKENIZE_AVX512(name, ...) CTOK_PRETOKENIZE(CTOK_AVX512, avx512, name)
CTOK_FAMILIES(CTOK_PRETOKENIZE_AVX2)
CTOK_FAMILIES(CTOK_PRETOKENIZE_AVX512)
#endif
#ifdef CTOK_ARM
#define CTOK_PRETOKENIZE_NEON(name, ...) CTOK_PRETOKENIZE(, neon, name)
CTOK_FAMILIES(CTOK_PRETOKENIZE_NEON)
#endif

#endif /* CTOK_PRETOKENIZE_H */
