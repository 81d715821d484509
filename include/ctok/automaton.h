/*  automaton.h: where does each piece end, by tables made from a regex?
 *
 *  What families.h has no row for. The regex was compiled at load (src/ctok/automaton.py) to a
 *  deterministic automaton that finds what a backtracking engine would find: the alternatives in
 *  their order, each quantifier as it stands. It reads characters by class and one character
 *  ahead: a state also says what was known before the character that led to it was taken.
 *
 *      class   classes[pages[code point >> 8] << 8 | (code point & 255)]; class 0 is the text's end
 *      column  of a class: class * states; ascii[byte] has it ready
 *      next    table[column + state], in order of what the number says:
 *
 *          0 .. may - 1        no match ends before this character; 0 is where matches start
 *          may .. ends - 1     one may end here; a longer one is preferred, if it comes
 *          ends .. states - 1  one ends here, and the state is the one that the automaton has
 *                              behind the character when it starts anew: no step is lost
 *          states              no match goes on, but one ends here: a gap follows, or the end
 *          states + 1          no match goes on: the last one that might have ended has, if any
 *
 *  A match is never empty, and no state looks back. Time is linear in the text: either no character
 *  is read more than a few times, or all that is long and read in vain is read in a state that
 *  leads to itself, and where that was is kept (ctok_vain). All this is proved when the tables
 *  are made.
 *
 *  Oracle  the `regex` module, in tests/test_automaton.py
 */
#ifndef CTOK_AUTOMATON_H
#define CTOK_AUTOMATON_H

#include "ctok/unicode.h"

/*  What becomes of matches and of the text between them, in the words of `tokenizers`. */
typedef enum ctok_behavior {
    CTOK_ISOLATED,
    CTOK_CONTIGUOUS,
    CTOK_MERGED_WITH_PREVIOUS,
    CTOK_MERGED_WITH_NEXT
} ctok_behavior;

/*  One step of cutting; its tables are borrowed and shared by threads. */
typedef struct ctok_automaton {
    const uint32_t *ascii;  /* [256]: the column of a byte below 0x80 */
    const uint8_t *dull;    /* [256]: 1 for a byte below 0x80 with which no match starts */
    const uint16_t *pages;  /* [0x1100] */
    const uint8_t *classes; /* [256 a page] */
    const uint16_t *table;
    const uint8_t *loops; /* [states]: the number of a state to keep, 0 for others; NULL: none */
    uint32_t may, ends, states;
    uint32_t broken; /* the class of a byte that belongs to no character */
    ctok_behavior behavior;
    int invert; /* what lies between the matches counts as the match */
} ctok_automaton;

/*  The column of the character at text[at] that is not ASCII, and its size. */
CTOK_BODY uint32_t ctok_column_at(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                  size_t at, size_t *size) {
    uint32_t c = 0;
    uint32_t number = automaton->broken;
    *size = ctok_utf8_read(text, n, at, &c);
    if (CTOK_LIKELY(*size))
        number = automaton->classes[(uint32_t)automaton->pages[c >> 8] << 8 | (c & 255)];
    else
        *size = 1;
    return number * automaton->states;
}

/*  Where an automaton was in a state that leads to itself, and nothing came of it: from behind
 *  text[from[i]] to behind text[to[i] - 1] in the state of number i. A later search that gets there
 *  need not go on. One object a text, all zeros at first. */
#define CTOK_LOOPS 16

typedef struct ctok_vain {
    size_t from[CTOK_LOOPS], to[CTOK_LOOPS];
} ctok_vain;

/*  The end of the match that starts at text[at], at < n; `at` when there is none. */
CTOK_BODY size_t ctok_match_end(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                size_t at) {
    size_t last = at;
    uint32_t state = 0;
    while (at < n) {
        size_t size = 1;
        const uint32_t column = text[at] < 0x80 ? automaton->ascii[text[at]]
                                                : ctok_column_at(automaton, text, n, at, &size);
        state = automaton->table[column + state];
        if (state >= automaton->ends)
            return state > automaton->states ? last : at;
        if (state >= automaton->may)
            last = at;
        at += size;
    }
    return automaton->table[state] == automaton->states ? n : last;
}

/*  The same, never twice through the same characters in a state that is kept. Behind where a match
 *  may last have ended, one such state is met at most, once. */
CTOK_FUNCTION size_t ctok_match_end_kept(const ctok_automaton *automaton, ctok_vain *vain,
                                         const uint8_t *text, size_t n, size_t at) {
    size_t last = at, from = at, to = at;
    uint32_t state = 0, loop = 0;
    while (at < n) {
        size_t size = 1;
        const uint32_t column = text[at] < 0x80 ? automaton->ascii[text[at]]
                                                : ctok_column_at(automaton, text, n, at, &size);
        state = automaton->table[column + state];
        if (state >= automaton->ends) {
            if (state <= automaton->states)
                return at;
            break;
        }
        if (state >= automaton->may) {
            last = at;
            loop = 0;
        }
        if (automaton->loops[state]) {
            if (loop != automaton->loops[state])
                from = at;
            loop = automaton->loops[state];
            if (vain->from[loop] <= at && at < vain->to[loop]) {
                vain->from[loop] = from;
                return last;
            }
            to = at + 1;
        }
        at += size;
    }
    if (at == n && automaton->table[state] == automaton->states)
        return n;
    if (loop) {
        vain->from[loop] = from;
        vain->to[loop] = to;
    }
    return last;
}

/*  The first place from text[at] on where a match may start; n when there is none. */
CTOK_BODY size_t ctok_dull_end(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                               size_t at) {
    const uint8_t *const dull = automaton->dull;
    while (at < n) {
        size_t size = 1;
        while (n - at >= 8 &&
               (dull[text[at]] & dull[text[at + 1]] & dull[text[at + 2]] & dull[text[at + 3]] &
                dull[text[at + 4]] & dull[text[at + 5]] & dull[text[at + 6]] & dull[text[at + 7]]))
            at += 8;
        if (at == n)
            break;
        if (text[at] < 0x80 ? !dull[text[at]]
                            : automaton->table[ctok_column_at(automaton, text, n, at, &size)] <
                                  automaton->states)
            break;
        at += size;
    }
    return at;
}

/*  Where the first match at or behind text[at] starts, its end in *end; n and n when none does. */
CTOK_FUNCTION size_t ctok_match_find(const ctok_automaton *automaton, ctok_vain *vain,
                                     const uint8_t *text, size_t n, size_t at, size_t *end) {
    while ((at = ctok_dull_end(automaton, text, n, at)) < n) {
        size_t size = 1;
        *end = automaton->loops ? ctok_match_end_kept(automaton, vain, text, n, at)
                                : ctok_match_end(automaton, text, n, at);
        if (*end > at)
            return at;
        if (text[at] >= 0x80)
            ctok_column_at(automaton, text, n, at, &size);
        at += size;
    }
    return *end = n;
}

/*  Matches, and what lies between two of them, are pieces: one step a character, no branch that
 *  depends on where a piece ends.
 *
 *  Invariant  ends[count - 1] (or *from) <= last <= at; the piece may end at last if it is greater */
CTOK_FUNCTION size_t ctok_cut_isolated(const ctok_automaton *automaton, const uint8_t *text,
                                       size_t n, size_t *from, size_t *ends, size_t room) {
    const uint32_t *const ascii = automaton->ascii;
    const uint16_t *const table = automaton->table;
    const size_t ends_from = automaton->ends, may_from = automaton->may;
    const size_t states = automaton->states;
    size_t at = *from, last = at, count = 0, state = 0;
    while (count < room && at < n) {
        /* A character ends at most one piece, so for so many bytes there is room. */
        const size_t stop = n - at < room - count ? n : at + (room - count);
        while (at < stop) {
            size_t size = 1;
            const uint32_t column =
                text[at] < 0x80 ? ascii[text[at]] : ctok_column_at(automaton, text, n, at, &size);
            state = (table + column)[state]; /* so that only one load depends on the state */
            if (CTOK_UNLIKELY(state >= states))
                break;
            ends[count] = at;
            count += state >= ends_from;
            last = state >= may_from ? at : last;
            at += size;
        }
        if (state < states) {
            if (at < n)
                continue;
            state = table[state];
        }
        if (count == room)
            break;
        const size_t start = count ? ends[count - 1] : *from;
        if (state == states)
            last = at;
        if (last == start) {
            size_t end;
            last = ctok_match_find(automaton, NULL, text, n, start, &end);
            if (last > start)
                ends[count++] = last;
            if (end > last && count < room)
                ends[count++] = last = end;
        } else {
            ends[count++] = last;
        }
        at = last;
        state = 0;
    }
    if (count)
        *from = ends[count - 1];
    return count;
}

/*  The same where states are kept. */
CTOK_FUNCTION size_t ctok_cut_kept(const ctok_automaton *automaton, ctok_vain *vain,
                                   const uint8_t *text, size_t n, size_t *from, size_t *ends,
                                   size_t room) {
    size_t count = 0;
    while (*from < n && count < room) {
        size_t end;
        const size_t start = ctok_match_find(automaton, vain, text, n, *from, &end);
        if (start > *from)
            ends[count++] = *from = start;
        if (end > start && count < room)
            ends[count++] = *from = end;
    }
    return count;
}

/*  The other behaviors, part by part: a part is a match or what lies before the next one. */
CTOK_FUNCTION size_t ctok_cut_joined(const ctok_automaton *automaton, ctok_vain *vain,
                                     const uint8_t *text, size_t n, size_t *from, size_t *ends,
                                     size_t room) {
    size_t at = *from, count = 0, match = at, match_end = at; /* the next match */
    while (count < room && at < n) {
        size_t end = at;
        int before = 0;
        for (int first = 1; end < n; first = 0) {
            if (match_end <= end)
                match = ctok_match_find(automaton, vain, text, n, end, &match_end);
            const int matched = (match == end) != automaton->invert;
            if (!first && (automaton->behavior == CTOK_CONTIGUOUS             ? matched != before
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
 *      *at   in: where the next piece starts, a piece's end of this text or 0; out: the last end
 *      vain  of this text */
CTOK_BODY size_t ctok_automaton_cut(const ctok_automaton *automaton, ctok_vain *vain,
                                    const uint8_t *text, size_t n, size_t *at, size_t *ends,
                                    size_t room) {
    if (automaton->behavior != CTOK_ISOLATED)
        return ctok_cut_joined(automaton, vain, text, n, at, ends, room);
    if (automaton->loops)
        return ctok_cut_kept(automaton, vain, text, n, at, ends, room);
    return ctok_cut_isolated(automaton, text, n, at, ends, room);
}

/*  Several steps, each on the pieces of the step before: a piece's end is a text's end to it.
 *
 *  All steps but the last keep some ends ahead, so a text has to be read from its start on. */
#define CTOK_MAX_STEPS 8
#define CTOK_STEP_ENDS 64

typedef struct ctok_step {
    size_t next, known;
    size_t ends[CTOK_STEP_ENDS];
} ctok_step;

typedef struct ctok_steps {
    const ctok_automaton *automata;
    size_t count; /* 1 <= count <= CTOK_MAX_STEPS */
    ctok_vain vain[CTOK_MAX_STEPS];
    ctok_step step[CTOK_MAX_STEPS];
} ctok_steps;

/*  Cuts pieces again: their ends are bounds[0..bounds_count - 1], the first starts at *at.
 *
 *  Those in which no match may start stay as they are, unseen.
 *
 *      *next   in: 0; out: how many of the pieces are done; less than all only without room
 *      *at     as in ctok_automaton_cut */
CTOK_FUNCTION size_t ctok_cut_again(const ctok_automaton *automaton, ctok_vain *vain,
                                    const uint8_t *text, const size_t *bounds, size_t bounds_count,
                                    size_t *next, size_t *at, size_t *ends, size_t room) {
    size_t count = 0, i = *next;
    while (i < bounds_count && count < room) {
        const size_t dull = ctok_dull_end(automaton, text, bounds[bounds_count - 1], *at);
        while (i < bounds_count && bounds[i] <= dull && count < room)
            ends[count++] = *at = bounds[i++];
        if (i == bounds_count || count == room)
            break;
        count +=
            ctok_automaton_cut(automaton, vain, text, bounds[i], at, ends + count, room - count);
        i += *at == bounds[i];
    }
    *next = i;
    return count;
}

/*  Has the pieces of a step, from text[at] on, in its memory. */
CTOK_FUNCTION void ctok_steps_fill(ctok_steps *steps, size_t number, const uint8_t *text, size_t n,
                                   size_t at) {
    /* down to the first step that still has some, then up again */
    size_t i = number + 1;
    for (; i; i--) {
        ctok_step *const step = &steps->step[i - 1];
        while (step->next < step->known && step->ends[step->next] <= at)
            step->next++;
        if (step->next < step->known)
            break;
    }
    for (; i <= number; i++) {
        ctok_step *const step = &steps->step[i];
        size_t from = at;
        step->next = 0;
        if (i == 0) {
            step->known = ctok_automaton_cut(&steps->automata[0], &steps->vain[0], text, n, &from,
                                             step->ends, CTOK_STEP_ENDS);
        } else {
            const ctok_step *const before = step - 1;
            size_t next = before->next;
            step->known = ctok_cut_again(&steps->automata[i], &steps->vain[i], text, before->ends,
                                         before->known, &next, &from, step->ends, CTOK_STEP_ENDS);
        }
    }
}

/*  The same contract as ctok_automaton_cut, for a cutter; context is a ctok_steps. */
CTOK_FUNCTION size_t ctok_steps_cut(void *context, const uint8_t *text, size_t n, size_t *at,
                                    size_t *ends, size_t room) {
    ctok_steps *const steps = (ctok_steps *)context;
    const size_t last = steps->count - 1;
    size_t count = 0;
    if (*at == 0)
        for (size_t i = 0; i <= last; i++) {
            steps->step[i].next = steps->step[i].known = 0;
            if (steps->automata[i].loops)
                memset(&steps->vain[i], 0, sizeof(steps->vain[i]));
        }
    if (last == 0)
        return ctok_automaton_cut(steps->automata, steps->vain, text, n, at, ends, room);
    while (*at < n && count < room) {
        ctok_steps_fill(steps, last - 1, text, n, *at);
        ctok_step *const before = &steps->step[last - 1];
        count += ctok_cut_again(&steps->automata[last], &steps->vain[last], text, before->ends,
                                before->known, &before->next, at, ends + count, room - count);
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
