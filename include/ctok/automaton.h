/*  automaton.h: where does each piece end, by tables made from a regex?
 *
 *  What families.h has no row for. The regex was compiled at load (src/ctok/automaton.py) to a
 *  deterministic automaton that finds what a backtracking engine would find: the alternatives in
 *  their order, each quantifier as it stands. It reads characters by class and one character
 *  ahead: an entry says what is known before the character is taken.
 *
 *      class   ascii[byte], or classes[pages[code point >> 8] << 8 | (code point & 255)]
 *      entry   table[row + class]; row + 0 is the text's end
 *              row of the next state << CTOK_ROW_SHIFT, and the flags
 *      ENDS    a match ends before this character, and the next row is the one that the
 *              automaton has behind it when it starts anew there: a piece costs no step more
 *      MAY     a match may end before this character; a longer one is preferred, if it comes
 *      STOPS   no match goes on: the piece ends where the last one might have, or there is none
 *
 *  A match is never empty, no state looks back, and STOPS throws only so many characters away
 *  that each is read a bounded number of times; all three are proved when the tables are made.
 *
 *  Oracle  the `regex` module, in tests/test_automaton.py
 */
#ifndef CTOK_AUTOMATON_H
#define CTOK_AUTOMATON_H

#include "ctok/unicode.h"

#define CTOK_ENTRY_ENDS ((uint32_t)1)
#define CTOK_ENTRY_MAY ((uint32_t)2)
#define CTOK_ENTRY_STOPS ((uint32_t)4)
#define CTOK_ROW_SHIFT 3

/*  What becomes of matches and of the text between them, in the words of `tokenizers`. */
typedef enum ctok_behavior {
    CTOK_ISOLATED,
    CTOK_CONTIGUOUS,
    CTOK_MERGED_WITH_PREVIOUS,
    CTOK_MERGED_WITH_NEXT
} ctok_behavior;

/*  One step of cutting; its tables are borrowed and shared by threads. */
typedef struct ctok_automaton {
    const uint8_t *ascii;   /* [256]: the class of a byte below 0x80 */
    const uint8_t *dull;    /* [256]: 1 for a byte below 0x80 with which no match starts */
    const uint16_t *pages;  /* [0x1100] */
    const uint8_t *classes; /* [256 a page] */
    const uint32_t *table;
    uint32_t broken; /* the class of a byte that belongs to no character */
    ctok_behavior behavior;
    int invert; /* what lies between the matches counts as the match */
} ctok_automaton;

/*  The class of the character at text[at] that is not ASCII, and its size. */
CTOK_BODY uint32_t ctok_class_at(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                 size_t at, size_t *size) {
    uint32_t c = 0;
    *size = ctok_utf8_read(text, n, at, &c);
    if (CTOK_UNLIKELY(*size == 0)) {
        *size = 1;
        return automaton->broken;
    }
    return automaton->classes[(uint32_t)automaton->pages[c >> 8] << 8 | (c & 255)];
}

/*  The end of the match that starts at text[at], at < n; `at` when there is none. */
CTOK_BODY size_t ctok_match_end(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                size_t at) {
    size_t last = at, size = 1;
    uint32_t row = 0;
    for (;;) {
        const uint32_t class = at == n          ? 0
                               : text[at] < 0x80 ? automaton->ascii[text[at]]
                                                : ctok_class_at(automaton, text, n, at, &size);
        const uint32_t entry = automaton->table[row + class];
        if (entry & (CTOK_ENTRY_ENDS | CTOK_ENTRY_MAY))
            last = at;
        if (at == n || (entry & (CTOK_ENTRY_ENDS | CTOK_ENTRY_STOPS)))
            return last;
        row = entry >> CTOK_ROW_SHIFT;
        at += text[at] < 0x80 ? 1 : size;
    }
}

/*  Where the first match at or behind text[at] starts, its end in *end; n and n when none does. */
CTOK_FUNCTION size_t ctok_match_find(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                     size_t at, size_t *end) {
    while (at < n) {
        size_t size = 1;
        if (text[at] < 0x80) {
            if (automaton->dull[text[at]]) {
                at++;
                continue;
            }
        } else {
            const uint32_t class = ctok_class_at(automaton, text, n, at, &size);
            if (automaton->table[class] & CTOK_ENTRY_STOPS) {
                at += size;
                continue;
            }
        }
        *end = ctok_match_end(automaton, text, n, at);
        if (*end > at)
            return at;
        at += size;
    }
    return *end = n;
}

/*  Matches, and what lies between two of them, are pieces: one step a character, no branch that
 *  depends on where a piece ends.
 *
 *  Invariant  ends[count - 1] (or *at) <= last <= at; the piece may end at last if it is greater */
CTOK_FUNCTION size_t ctok_cut_isolated(const ctok_automaton *automaton, const uint8_t *text,
                                       size_t n, size_t *from, size_t *ends, size_t room) {
    const uint8_t *const ascii = automaton->ascii;
    const uint32_t *const table = automaton->table;
    size_t at = *from, last = at, count = 0;
    uint32_t row = 0;
    while (count < room && at < n) {
        /* A character ends at most one piece, so for so many bytes there is room. */
        const size_t stop = n - at < room - count ? n : at + (room - count);
        uint32_t entry = 0;
        while (at < stop) {
            size_t size = 1;
            const uint32_t class =
                text[at] < 0x80 ? ascii[text[at]] : ctok_class_at(automaton, text, n, at, &size);
            entry = table[row + class];
            if (CTOK_UNLIKELY(entry & CTOK_ENTRY_STOPS))
                break;
            ends[count] = at;
            count += entry & CTOK_ENTRY_ENDS;
            last = entry & (CTOK_ENTRY_ENDS | CTOK_ENTRY_MAY) ? at : last;
            row = entry >> CTOK_ROW_SHIFT;
            at += size;
        }
        if (at >= n)
            entry = table[row];
        else if (!(entry & CTOK_ENTRY_STOPS))
            continue;
        const size_t start = count ? ends[count - 1] : *from;
        if (count == room)
            break;
        if (entry & (CTOK_ENTRY_ENDS | CTOK_ENTRY_MAY))
            last = at;
        if (last == start) {
            size_t end;
            at = start;
            last = ctok_match_find(automaton, text, n, at, &end);
            if (last > at)
                ends[count++] = last;
            if (end > last && count < room)
                ends[count++] = last = end;
        } else {
            ends[count++] = last;
        }
        at = last;
        row = 0;
    }
    if (count)
        *from = ends[count - 1];
    return count;
}

/*  The other behaviors, part by part: a part is a match or what lies before the next one. */
CTOK_FUNCTION size_t ctok_cut_joined(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                     size_t *from, size_t *ends, size_t room) {
    size_t at = *from, count = 0, match = at, match_end = at; /* the next match */
    while (count < room && at < n) {
        size_t end = at;
        int before = 0;
        for (int first = 1; end < n; first = 0) {
            if (match_end <= end)
                match = ctok_match_find(automaton, text, n, end, &match_end);
            const int matched = (match == end) != automaton->invert;
            if (!first &&
                (automaton->behavior == CTOK_CONTIGUOUS             ? matched != before
                 : automaton->behavior == CTOK_MERGED_WITH_PREVIOUS ? before || !matched
                                                                    : !before || matched))
                break;
            before = matched;
            end = match == end ? match_end : match;
        }
        ends[count++] = at = end;
    }
    *from = at;
    return count;
}

/*  Writes the ends of the next pieces, at most `room`, and returns how many; 0 at the text's end.
 *
 *      *at   in: where the next piece starts, a piece's end of this text or 0; out: the last end */
CTOK_BODY size_t ctok_automaton_cut(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                    size_t *at, size_t *ends, size_t room) {
    return automaton->behavior == CTOK_ISOLATED
               ? ctok_cut_isolated(automaton, text, n, at, ends, room)
               : ctok_cut_joined(automaton, text, n, at, ends, room);
}

/*  Several steps, each on the pieces of the step before: a piece's end is a text's end to it.
 *
 *  All steps but the last keep some ends ahead, so a text has to be read from its start on. */
#define CTOK_MAX_STEPS 8
#define CTOK_STEP_ENDS 64

typedef struct ctok_step {
    size_t at, next, known;
    size_t ends[CTOK_STEP_ENDS];
} ctok_step;

typedef struct ctok_steps {
    const ctok_automaton *automata;
    size_t count; /* 1 <= count <= CTOK_MAX_STEPS */
    ctok_step step[CTOK_MAX_STEPS];
} ctok_steps;

/*  Where the piece of the steps before `number` ends that holds text[at]. */
CTOK_FUNCTION size_t ctok_steps_bound(ctok_steps *steps, size_t number, const uint8_t *text,
                                      size_t n, size_t at) {
    /* down to the first step that still knows, then up again */
    size_t known = number, end = n;
    for (; known; known--) {
        ctok_step *const step = &steps->step[known - 1];
        while (step->next < step->known && step->ends[step->next] <= at)
            step->next++;
        if (step->next < step->known) {
            end = step->ends[step->next];
            break;
        }
    }
    for (; known < number; known++) {
        ctok_step *const step = &steps->step[known];
        step->at = at;
        step->next = 0;
        step->known = ctok_automaton_cut(&steps->automata[known], text, end, &step->at, step->ends,
                                         CTOK_STEP_ENDS);
        end = step->ends[0];
    }
    return end;
}

/*  The same contract as ctok_automaton_cut, for a cutter; context is a ctok_steps. */
CTOK_FUNCTION size_t ctok_steps_cut(void *context, const uint8_t *text, size_t n, size_t *at,
                                    size_t *ends, size_t room) {
    ctok_steps *const steps = (ctok_steps *)context;
    const size_t last = steps->count - 1;
    size_t count = 0;
    if (last == 0)
        return ctok_automaton_cut(steps->automata, text, n, at, ends, room);
    if (*at == 0)
        for (size_t i = 0; i < last; i++)
            steps->step[i].next = steps->step[i].known = 0;
    while (*at < n && count < room) {
        const size_t end = ctok_steps_bound(steps, last, text, n, *at);
        count += ctok_automaton_cut(&steps->automata[last], text, end, at, ends + count,
                                    room - count);
    }
    return count;
}

/*  What cuts texts instead of a family's scan, with memory of its own. */
typedef struct ctok_cutter {
    size_t (*cut)(void *context, const uint8_t *text, size_t n, size_t *at, size_t *ends,
                  size_t room);
    void *context;
} ctok_cutter;

#endif /* CTOK_AUTOMATON_H */
