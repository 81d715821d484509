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
 *  Where few states are told apart, the same is said in entries of one byte, which vectors follow
 *  (src/ctok/entries.py; the leaf `follow` of simd.h). They also say where no match is:
 *
 *      row     entries[width * byte] of ASCII, entries[width * (128 + class)] of all else: an entry
 *              for each state; behind them one for each row: the state behind a piece's first
 *              character
 *      entry   the state behind the character: bits 0..3, and bit 7 for the fifth;
 *              CTOK_ENTRY_MAY   the match may end before this character
 *              CTOK_ENTRY_END   a piece ends before this character
 *              both             cannot be told: the first match from the last piece's end decides.
 *                               In the row of the text's end, bit 0: the piece ends there
 *              CTOK_ENTRY_LATE  a piece ended before the last character
 *              all three        a piece ended where one may have last, and one before the last character
 *
 *  Oracle  the `regex` module, in tests/test_automaton.py
 */
#ifndef CTOK_AUTOMATON_H
#define CTOK_AUTOMATON_H

#include "ctok/cpu.h"
#include "ctok/simd.h"
#include "ctok/unicode.h"

/*  What becomes of matches and of the text between them, in the words of `tokenizers`. */
typedef enum ctok_behavior {
    CTOK_ISOLATED,
    CTOK_CONTIGUOUS,
    CTOK_MERGED_WITH_PREVIOUS,
    CTOK_MERGED_WITH_NEXT
} ctok_behavior;

/*  Where a regex has one set of characters, what a match is. */
typedef enum ctok_whole_set {
    CTOK_NO_SET,
    CTOK_EACH_OF_SET,
    CTOK_RUNS_OF_SET,
    CTOK_THREES_OF_SET, /* three in a row, as often as they come */
    CTOK_RUN_AT_END     /* a run that the text ends with */
} ctok_whole_set;

struct ctok_automaton;

/*  What a backend does: it cuts by entries, a text as ctok_cut_isolated does, pieces as
 *  ctok_cut_again does, blocks of ASCII by all steps; and skips bytes. */
typedef struct ctok_cuts {
    size_t (*cut)(const struct ctok_automaton *automaton, const uint8_t *text, size_t n,
                  size_t *from, size_t *ends, size_t room);
    size_t (*again)(const struct ctok_automaton *automaton, const uint8_t *text,
                    const size_t *bounds, size_t bounds_count, size_t *next, size_t *at,
                    size_t *ends, size_t room);
    size_t (*blocks)(const struct ctok_automaton *automata, size_t steps, const uint8_t *text,
                     size_t n, size_t *at, size_t *ends, size_t room);
    ctok_skip_fn skip;
    ctok_keep_fn keep;
} ctok_cuts;

/*  A set of bytes: has[byte], and what the leaf `skip` reads. */
typedef struct ctok_bytes {
    uint8_t has[256], set[32];
} ctok_bytes;

/*  One step of cutting; its tables are borrowed and shared by threads. */
typedef struct ctok_automaton {
    const uint32_t *ascii;        /* [256]: the column of a byte below 0x80 */
    const ctok_bytes *dull;       /* no character that starts with such a byte starts a match */
    const ctok_bytes *spare;      /* each match has a character that starts with none of these, */
    const uint8_t *spare_classes; /* [classes]: and for whose class 0 stands here; */
    /* or, where its text ends, ends with one that starts with one of these; NULL: no matter */
    const ctok_bytes *lasts;
    const uint8_t *last_classes; /* [classes]: and for whose class 1 stands here */
    const uint16_t *pages;       /* [0x1100]; NULL: each byte is a character */
    const uint8_t *classes;      /* [256 a page] */
    const uint16_t *table;
    const uint8_t *loops;   /* [states]: the number of a state to keep, 0 for others; NULL: none */
    const uint8_t *entries; /* [row_count * (width + 1)]; NULL: too many states, or some are kept */
    const uint8_t *kinds;   /* [385]: as the leaf `follow` has them, or NULL */
    const ctok_cuts *cuts;  /* of a backend */
    uint32_t may, ends, states;
    uint32_t width;
    uint32_t row_count; /* 128 + classes */
    uint32_t broken;    /* the class of a byte that belongs to no character */
    ctok_behavior behavior;
    int invert;   /* what lies between the matches counts as the match */
    int removes;  /* matches are no pieces */
    int certain;  /* where a match may start one does */
    int apart;    /* and no match has a character with which none starts */
    int restarts; /* state 0 of the entries stands before a piece's first character */
    int dense;    /* it does, and most pieces have what each match has */
    int inert;    /* no match has a character of ASCII */
    ctok_whole_set whole_set;
    /* a family that cuts every text alike (see pretokenize.h), or NULL */
    size_t (*row)(const uint8_t *text, size_t n, size_t *at, size_t *ends, size_t room);
} ctok_automaton;

/*  The class of the character at text[at] that is not ASCII, and its size. */
CTOK_BODY uint32_t ctok_class_at(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                 size_t at, size_t *size) {
    uint32_t c = 0;
    if (CTOK_UNLIKELY(!automaton->pages)) {
        *size = 1;
        return automaton->classes[text[at]];
    }
    *size = ctok_utf8_read(text, n, at, &c);
    if (CTOK_LIKELY(*size))
        return automaton->classes[(uint32_t)automaton->pages[c >> 8] << 8 | (c & 255)];
    *size = 1;
    return automaton->broken;
}

CTOK_BODY uint32_t ctok_column_at(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                  size_t at, size_t *size) {
    return ctok_class_at(automaton, text, n, at, size) * automaton->states;
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

/*  The first place from text[at] on where a character starts whose first byte is not `skipped`, and
 *  of whose class, behind ASCII, `stops` says 1; n when there is none. */
CTOK_BODY size_t ctok_skip_end(const ctok_automaton *automaton, const ctok_bytes *skipped,
                               int (*stops)(const ctok_automaton *, uint32_t), const uint8_t *text,
                               size_t n, size_t at) {
    while (at < n) {
        size_t size;
        if (skipped->has[text[at]])
            at += automaton->cuts->skip(skipped->set, text + at, n - at);
        if (at == n || text[at] < 0x80 ||
            stops(automaton, ctok_class_at(automaton, text, n, at, &size)))
            break;
        at += size;
    }
    return at;
}

CTOK_BODY int ctok_may_start(const ctok_automaton *automaton, uint32_t number) {
    return automaton->table[number * automaton->states] < automaton->states;
}

CTOK_BODY int ctok_is_needed(const ctok_automaton *automaton, uint32_t number) {
    return !automaton->spare_classes[number];
}

/*  The first place from text[at] on where a match may start; n when there is none. */
CTOK_BODY size_t ctok_dull_end(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                               size_t at) {
    return ctok_skip_end(automaton, automaton->dull, ctok_may_start, text, n, at);
}

/*  Does no match start with the character at text[at], at < n? */
CTOK_BODY int ctok_is_dull(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                           size_t at) {
    size_t size;
    return text[at] < 0x80
               ? automaton->dull->has[text[at]]
               : !ctok_may_start(automaton, ctok_class_at(automaton, text, n, at, &size));
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

/*  The leaves that entries need. */
typedef struct ctok_follow_leaves {
    ctok_follow_fn follow;
    ctok_follow_pieces_fn follow_pieces;
    ctok_unpack_fn unpack;
    ctok_outside_fn outside;
    ctok_between_fn between;
    ctok_follow_wide_fn follow_wide;
    ctok_follow_wide_pieces_fn follow_wide_pieces;
} ctok_follow_leaves;

/*  A block ends as many pieces as it has bytes and the one before it, and two more may be found
 *  behind. With less room than for one of 64 bytes it is one of 48. */
#define CTOK_FOLLOW_ROOM 64
#define CTOK_BEHIND_ASCII 32 /* so many characters, then blocks are tried again */

/*  The row of the character at text[at]. */
CTOK_BODY size_t ctok_row_at(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                             size_t at, size_t *size) {
    *size = 1;
    return text[at] < 0x80 ? text[at] : 128 + ctok_class_at(automaton, text, n, at, size);
}

/*  The entry behind the character at text[at]. */
CTOK_BODY uint8_t ctok_next_entry(const ctok_automaton *automaton, uint8_t entry,
                                  const uint8_t *text, size_t n, size_t at, size_t *size) {
    const size_t row = ctok_row_at(automaton, text, n, at, size);
    return automaton->width == 16 ? automaton->entries[row * 16 + (entry & 15)]
                                  : automaton->entries[row * 32 + ctok_state_of(entry)];
}

/*  A search by entries.
 *
 *      before   where the character before text[at] starts
 *      last     the last place where the piece may end; its start when there is none
 *      stopped  1: what the entry says cannot be told; at, before and last are of the one before
 *      full     1: there was no room for all that is told, and the entry is lost */
typedef struct ctok_search {
    size_t at, before, last;
    uint8_t entry;
    int stopped, full;
} ctok_search;

/*  Goes on through some characters, one by one, and returns how many ends that gave. By itself, so
 *  that blocks leave it its registers. */
CTOK_NOINLINE size_t ctok_follow_characters(const ctok_automaton *automaton, const uint8_t *text,
                                            size_t n, ctok_search *search, size_t *ends) {
    size_t at = search->at, before = search->before, last = search->last, count = 0, size;
    uint8_t entry = search->entry;
    for (unsigned i = 0; i < CTOK_BEHIND_ASCII && at < n; i++) {
        entry = ctok_next_entry(automaton, entry, text, n, at, &size);
        if (CTOK_UNLIKELY((entry & CTOK_ENTRY_STOP) == CTOK_ENTRY_STOP)) {
            search->stopped = !(entry & CTOK_ENTRY_LATE);
            if (search->stopped)
                break;
            ends[count++] = last;
            ends[count++] = last = before;
            before = at;
            at += size;
            continue;
        }
        ends[count] = before;
        last = entry & CTOK_ENTRY_LATE ? before : last;
        count += entry / CTOK_ENTRY_LATE & 1;
        ends[count] = at;
        last = entry & CTOK_ENTRY_STOP ? at : last;
        count += entry / CTOK_ENTRY_END & 1;
        before = at;
        at += size;
        if (size == 1 && n - at >= 16 &&
            !((ctok_load64(text + at) | ctok_load64(text + at + 8)) & UINT64_C(0x8080808080808080)))
            break; /* there is more than one for a block again */
    }
    search->at = at;
    search->before = before;
    search->last = last;
    search->entry = entry;
    return count;
}

/*  Takes what is told of the `done` bytes from search->at on, and returns how many ends that gave. */
CTOK_BODY size_t ctok_take_trace(const ctok_follow_leaves leaves, const ctok_trace *trace,
                                 unsigned done, ctok_search *search, size_t *ends) {
    const size_t at = search->at;
    const uint64_t both = trace->may & trace->end, stops = both & ~trace->late;
    const uint64_t valid = ctok_below(CTOK_UNLIKELY(stops) ? ctok_lowest(stops) : done);
    const uint64_t may = trace->may & valid & ~both;
    const size_t late = trace->late & valid & 1;
    uint64_t found = ((trace->end & ~both) | trace->late >> 1) & valid;
    size_t back = 0;
    for (uint64_t backs = both & valid; CTOK_UNLIKELY(backs); backs &= backs - 1) {
        const uint64_t before = may & ctok_below(ctok_lowest(backs));
        if (before) {
            found |= (uint64_t)1 << ctok_highest(before);
        } else { /* the first end of all */
            ends[0] = search->last;
            back = 1;
        }
    }
    const uint64_t reached = found | may;
    ends[back] = search->before;
    search->last = late ? search->before : search->last;
    search->last = reached ? at + ctok_highest(reached | 1) : search->last;
    search->stopped = stops != 0;
    search->at = at + done;
    search->before = at + done - 1;
    return back + late + leaves.unpack(found, at, ends + back + late);
}

/*  Goes on through some ASCII and returns how many ends that gave; the search stands where it was when
 *  there is none. With little room it is a block of 48 bytes. */
CTOK_BODY size_t ctok_follow_block(const ctok_follow_leaves leaves, const ctok_automaton *automaton,
                                   const uint8_t *text, size_t n, size_t room, ctok_search *search,
                                   size_t *ends) {
    const size_t left = n - search->at, most = room < CTOK_FOLLOW_ROOM + 4 ? 48 : 64;
    size_t count = 0;
    if (leaves.follow_wide && automaton->kinds && left >= CTOK_FOLLOW_WIDE && most == 64 &&
        search->entry < 0x80) {
        ctok_trace traces[CTOK_FOLLOW_WIDE / 64];
        uint8_t entry = search->entry;
        const unsigned done =
            leaves.follow_wide(automaton->kinds, text + search->at, &entry, traces);
        if (CTOK_LIKELY(done)) {
            for (unsigned i = 0; i < (done + 63) / 64; i++) {
                const unsigned behind = done - 64 * i;
                search->full = room - count < CTOK_FOLLOW_ROOM + 4;
                if (CTOK_UNLIKELY(search->full || search->stopped))
                    break;
                count += ctok_take_trace(leaves, &traces[i], behind < 64 ? behind : 64, search,
                                         ends + count);
            }
            search->entry = entry;
            return count;
        }
    }
    ctok_trace trace;
    const unsigned done =
        leaves.follow(automaton->entries, automaton->width, automaton->kinds, text + search->at,
                      (unsigned)(left < most ? left : most), &search->entry, &trace);
    return CTOK_LIKELY(done) ? ctok_take_trace(leaves, &trace, done, search, ends) : 0;
}

/*  As ctok_cut_isolated, by entries: blocks of ASCII at once, what is behind ASCII one by one. With
 *  little room it returns early. */
CTOK_BODY size_t ctok_cut_entries_body(const ctok_follow_leaves leaves,
                                       const ctok_automaton *automaton, const uint8_t *text,
                                       size_t n, size_t *from, size_t *ends, size_t room) {
    const uint8_t *const entries = automaton->entries;
    const size_t width = automaton->width;
    const uint8_t *const firsts = entries + width * automaton->row_count;
    size_t start = *from, count = 0; /* where the piece starts whose end is not known yet */
    if (CTOK_UNLIKELY(room < CTOK_FOLLOW_ROOM))
        return ctok_cut_isolated(automaton, text, n, from, ends, room);
    while (start < n && count + CTOK_FOLLOW_ROOM <= room) {
        size_t size, end;
        ctok_search search = {0, start, start, 0, 0, 0};
        search.entry = firsts[ctok_row_at(automaton, text, n, start, &size)];
        search.at = start + size;
        while (!search.stopped && !search.full && search.at < n &&
               count + CTOK_FOLLOW_ROOM <= room) {
            const size_t before = search.at;
            count +=
                ctok_follow_block(leaves, automaton, text, n, room - count, &search, ends + count);
            if (CTOK_UNLIKELY(search.at == before))
                count += ctok_follow_characters(automaton, text, n, &search, ends + count);
        }
        start = count ? ends[count - 1] : start;
        if (!search.stopped && search.at < n)
            break; /* no room: the next call goes on from the last end */
        if (!search.stopped && (entries[128 * width + ctok_state_of(search.entry)] & 1))
            search.last = n;
        if (search.last == start) {
            start = ctok_match_find(automaton, NULL, text, n, start, &end);
            ends[count] = start;
            count += start > search.last;
            ends[count] = end;
            count += end > start;
            start = end;
        } else {
            ends[count++] = start = search.last;
        }
    }
    *from = start;
    return count;
}

/*  One piece by entries, character by character: its ends inside and its own. 0 when that cannot
 *  be told. ends[] has room for the piece's bytes. */
CTOK_BODY size_t ctok_cut_piece(const ctok_automaton *automaton, const uint8_t *text, size_t n,
                                size_t at, size_t *ends) {
    const uint8_t *const entries = automaton->entries;
    const size_t width = automaton->width;
    size_t count = 0, before = at, size;
    uint8_t entry =
        entries[width * automaton->row_count + ctok_row_at(automaton, text, n, at, &size)];
    for (at += size; at < n; at += size) {
        entry = ctok_next_entry(automaton, entry, text, n, at, &size);
        if (CTOK_UNLIKELY((entry & CTOK_ENTRY_STOP) == CTOK_ENTRY_STOP))
            return 0;
        ends[count] = before;
        count += entry / CTOK_ENTRY_LATE & 1;
        ends[count] = at;
        count += entry / CTOK_ENTRY_END & 1;
        before = at;
    }
    ends[count] = n;
    return entries[128 * width + ctok_state_of(entry)] & 1 ? count + 1 : 0;
}

/*  Pieces again by entries: those in 64 bytes of ASCII at once, others one by one. */
CTOK_BODY size_t ctok_cut_again_body(const ctok_follow_leaves leaves,
                                     const ctok_automaton *automaton, const uint8_t *text,
                                     const size_t *bounds, size_t bounds_count, size_t *next,
                                     size_t *at, size_t *ends, size_t room) {
    const size_t limit = bounds[bounds_count - 1];
    size_t count = 0, i = *next, start = *at;
    while (i < bounds_count && count + CTOK_FOLLOW_ROOM <= room) {
        const size_t spared =
            ctok_skip_end(automaton, automaton->spare, ctok_is_needed, text, limit, start);
        while (i < bounds_count && bounds[i] <= spared && count < room)
            ends[count++] = start = bounds[i++];
        if (i == bounds_count || count + CTOK_FOLLOW_ROOM > room)
            break;
        if (automaton->dense && bounds[i] - start <= 64 &&
            !(limit - start >= 8 && ctok_load64(text + start) & UINT64_C(0x8080808080808080))) {
            uint8_t copy[64];
            const uint8_t *block = text + start;
            uint64_t behind = 0; /* bit k: a piece ends behind block[k] */
            size_t j = i;
            ctok_trace trace;
            if (CTOK_UNLIKELY(limit - start < 64)) {
                memset(copy, 0, sizeof(copy));
                memcpy(copy, block, limit - start);
                block = copy;
            }
            do
                behind |= (uint64_t)1 << (bounds[j] - start - 1);
            while (++j < bounds_count && bounds[j] - start <= 64);
            const unsigned done = leaves.follow_pieces(
                automaton->entries, automaton->width, automaton->kinds, block, behind << 1, &trace);
            /* the pieces before the first one that is not all there, or that cannot be told */
            const uint64_t untold = (trace.may & trace.end) | (behind & ~trace.whole) |
                                    (done < 64 ? ~ctok_below(done) : 0);
            if (CTOK_UNLIKELY(untold & ctok_below((unsigned)(bounds[j - 1] - start))))
                behind &= ctok_below(ctok_lowest(untold));
            if (CTOK_LIKELY(behind)) {
                const unsigned size = ctok_highest(behind) + 1;
                const uint64_t found =
                    behind | ((trace.end >> 1 | trace.late >> 2) & ctok_below(size));
                count += leaves.unpack(found, start + 1, ends + count);
                start += size;
                while (i < j && bounds[i] <= start)
                    i++;
                continue;
            }
        }
        /* a family's scan reads a block */
        if (bounds[i] - start <= (automaton->row ? 16 : 64)) {
            const size_t told = ctok_cut_piece(automaton, text, bounds[i], start, ends + count);
            if (CTOK_LIKELY(told)) {
                count += told;
                start = bounds[i++];
                continue;
            }
        }
        count += automaton->row
                     ? automaton->row(text, bounds[i], &start, ends + count, room - count)
                     : ctok_cut_entries_body(leaves, automaton, text, bounds[i], &start,
                                             ends + count, room - count);
        i += start == bounds[i];
    }
    *next = i;
    *at = start;
    return count;
}

/*  As ctok_cut_isolated, where states are kept. */
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
    if (automaton->row)
        return automaton->row(text, n, at, ends, room);
    if (automaton->loops)
        return ctok_cut_kept(automaton, vain, text, n, at, ends, room);
    if (automaton->entries)
        return automaton->cuts->cut(automaton, text, n, at, ends, room);
    return ctok_cut_isolated(automaton, text, n, at, ends, room);
}

/*  Masks of some words, one bit a byte. */
#define CTOK_WIDE_WORDS (CTOK_FOLLOW_WIDE / 64)

/*  Which of the 64 bits from 64 * word on are below `at`. */
CTOK_BODY uint64_t ctok_below_in(unsigned word, unsigned at) {
    return at > 64 * word ? ctok_below(at - 64 * word) : 0;
}

/*  Cuts some pieces one by one.
 *
 *      starts, lasts  the first and the last byte of each piece, in so many words; the first word has
 *                     a start, the last bit in `some` is not behind the last piece
 *      some           bytes of the pieces in question; 0 after
 *      found          the first bytes of what all are cut to, which in those pieces may be wrong
 *                     before */
CTOK_FUNCTION void ctok_cut_some(const ctok_automaton *automaton, const uint8_t *text,
                                 unsigned words, const uint64_t *starts, const uint64_t *lasts,
                                 uint64_t *some, uint64_t *found) {
    for (unsigned word = 0; word < words;) {
        if (!some[word]) {
            word++;
            continue;
        }
        const unsigned place = ctok_lowest(some[word]);
        unsigned i = word;
        uint64_t bits = starts[i] & (ctok_below(place) << 1 | 1);
        while (!bits)
            bits = starts[--i];
        size_t at = 64 * i + ctok_highest(bits), ends[8];
        bits = lasts[i = word] & ~ctok_below(place);
        while (!bits)
            bits = lasts[++i];
        const unsigned end = 64 * i + ctok_lowest(bits) + 1;
        const int whole =
            automaton->whole_set == CTOK_RUN_AT_END && automaton->lasts &&
            automaton->cuts->skip(automaton->lasts->set, text + at, end - at) == end - at;
        for (unsigned k = 0; k < words; k++) {
            found[k] &= ~ctok_below_in(k, end) | ctok_below_in(k, (unsigned)at + 1);
            some[k] &= ~ctok_below_in(k, end);
        }
        ctok_vain vain;
        if (automaton->loops)
            memset(&vain, 0, sizeof(vain));
        while (at < end && !whole) {
            const size_t count = ctok_automaton_cut(automaton, &vain, text, end, &at, ends, 8);
            for (size_t k = 0; k < count; k++)
                if (ends[k] < end)
                    found[ends[k] / 64] |= (uint64_t)1 << ends[k] % 64;
        }
    }
}

/*  x[] moved `by` places towards the text's end, or, below, its start; 1 <= by <= 63. */
CTOK_BODY uint64_t ctok_up_in(const uint64_t *x, unsigned i, unsigned by) {
    return x[i] << by | (i ? x[i - 1] >> (64 - by) : 0);
}

CTOK_BODY uint64_t ctok_down_in(const uint64_t *x, unsigned words, unsigned i, unsigned by) {
    return x[i] >> by | (i + 1 < words ? x[i + 1] << (64 - by) : 0);
}

/*  Adds to `found`, where pieces start, where each three of a set do and what is behind them. */
CTOK_FUNCTION void ctok_cut_threes(const uint64_t *members, const unsigned words, unsigned size,
                                   uint64_t *found) {
    uint64_t goes_on[CTOK_WIDE_WORDS], full[CTOK_WIDE_WORDS], threes[CTOK_WIDE_WORDS], any = 0;
    for (unsigned i = 0; i < words; i++)
        goes_on[i] = members[i] & ctok_up_in(members, i, 1) & ~found[i];
    for (unsigned i = 0; i < words; i++) {
        full[i] =
            members[i] & ctok_down_in(goes_on, words, i, 1) & ctok_down_in(goes_on, words, i, 2);
        threes[i] = full[i] & ~goes_on[i];
        any |= threes[i];
    }
    while (any) {
        uint64_t next[CTOK_WIDE_WORDS];
        any = 0;
        for (unsigned i = 0; i < words; i++) {
            const uint64_t behind = ctok_up_in(threes, i, 3);
            found[i] |= (threes[i] | behind) & ctok_below_in(i, size);
            next[i] = behind & goes_on[i] & full[i];
            any |= next[i];
        }
        for (unsigned i = 0; i < words; i++)
            threes[i] = next[i];
    }
}

/*  Does a set tell where ASCII is cut? */
CTOK_BODY int ctok_is_set(const ctok_automaton *automaton) {
    return automaton->whole_set != CTOK_NO_SET && automaton->whole_set != CTOK_RUN_AT_END &&
           !automaton->lasts;
}

/*  Adds to `found`, where pieces start, where a set cuts `size` bytes of ASCII; its members in them are
 *  given. */
CTOK_BODY void ctok_cut_by_set(const ctok_automaton *automaton, const uint64_t *members,
                               const unsigned words, unsigned size, uint64_t *found) {
    if (automaton->whole_set == CTOK_THREES_OF_SET) {
        ctok_cut_threes(members, words, size, found);
        return;
    }
    for (unsigned i = 0; i < words; i++) {
        uint64_t starts = members[i] ^ ctok_up_in(members, i, 1);
        if (automaton->whole_set == CTOK_EACH_OF_SET)
            starts |= members[i];
        found[i] |= starts & ctok_below_in(i, size);
    }
}

/*  Pieces of one step in some words of ASCII, cut again.
 *
 *      words   1 or CTOK_WIDE_WORDS
 *      size    all bytes of the pieces
 *      found   the first bytes of the pieces; out: of what those are cut to
 *      return  0 when words one by one have to tell */
CTOK_BODY int ctok_cut_in_block(const ctok_follow_leaves leaves, const ctok_automaton *automaton,
                                const uint8_t *text, const unsigned words, unsigned size,
                                uint64_t *found) {
    ctok_trace traces[CTOK_WIDE_WORDS];
    uint64_t starts[CTOK_WIDE_WORDS + 1], lasts[CTOK_WIDE_WORDS], some[CTOK_WIDE_WORDS], any = 0;
    starts[words] = 0;
    for (unsigned i = words; i-- > 0;) {
        const uint64_t inside = ctok_below_in(i, size);
        const uint64_t needed = leaves.outside(automaton->spare->set, text + 64 * i) & inside;
        starts[i] = found[i];
        lasts[i] = (found[i] >> 1 | starts[i + 1] << 63) & inside;
        if ((size - 1) / 64 == i)
            lasts[i] |= (uint64_t)1 << (size - 1) % 64;
        some[i] = needed;
        if (automaton->lasts) /* a piece of one byte stays what it is */
            some[i] =
                ((lasts[i] & ~leaves.outside(automaton->lasts->set, text + 64 * i)) | needed) &
                ~(starts[i] & lasts[i]);
        any |= some[i];
    }
    if (!any)
        return 1;
    if (ctok_is_set(automaton)) {
        ctok_cut_by_set(automaton, some, words, size, found);
        return 1;
    }
    if (!automaton->lasts) {
        if (size < 64 * words)
            starts[size / 64] |= (uint64_t)1 << size % 64;
        const unsigned done =
            words > 1
                ? leaves.follow_wide_pieces(automaton->kinds, text, starts,
                                            automaton->entries + 128 * automaton->width, traces)
                : leaves.follow_pieces(automaton->entries, automaton->width, automaton->kinds, text,
                                       starts[0], traces);
        if (CTOK_UNLIKELY(words > 1 && done < size))
            return 0;
        any = 0;
        for (unsigned i = 0; i < words; i++) {
            const uint64_t inside = ctok_below_in(i, size), told = ctok_below_in(i, done);
            const uint64_t late =
                i + 1 < words ? traces[i + 1].late & ctok_below_in(i + 1, size) : 0;
            found[i] |= (traces[i].end | traces[i].late >> 1 | late << 63) & inside;
            some[i] =
                ((traces[i].may & traces[i].end) | (lasts[i] & ~traces[i].whole) | ~told) & inside;
            any |= some[i];
        }
    }
    if (CTOK_UNLIKELY(any))
        ctok_cut_some(automaton, text, words, starts, lasts, some, found);
    return 1;
}

/*  Cuts some words of ASCII by all steps at once, as far as pieces of the first one end.
 *
 *      first   the first step that ASCII means anything to
 *      words   1 or CTOK_WIDE_WORDS
 *      found   out: the first bytes of the pieces
 *      return  how many bytes that is; 0 when no piece ends, or words one by one have to tell */
CTOK_BODY unsigned ctok_cut_words(const ctok_follow_leaves leaves, const ctok_automaton *automata,
                                  size_t first, size_t steps, const uint8_t *text,
                                  const unsigned words, uint64_t *found) {
    const ctok_automaton *const automaton = &automata[first];
    unsigned size = 0;
    for (unsigned i = 0; i < words; i++)
        found[i] = 0;
    if (ctok_is_set(automaton)) {
        uint64_t members[CTOK_WIDE_WORDS];
        unsigned told = 64 * words;
        for (unsigned i = words; i-- > 0;) {
            const uint64_t high = leaves.between(text + 64 * i, 0x80, 0xFF);
            members[i] = leaves.outside(automaton->spare->set, text + 64 * i);
            told = high ? 64 * i + ctok_lowest(high) : told;
        }
        for (unsigned i = 0; i < words; i++)
            members[i] &= ctok_below_in(i, told);
        ctok_cut_by_set(automaton, members, words, told, found);
    } else {
        ctok_trace traces[CTOK_WIDE_WORDS];
        uint8_t entry = 0;
        unsigned told = words > 1 ? leaves.follow_wide(automaton->kinds, text, &entry, traces)
                                  : leaves.follow(automaton->entries, automaton->width,
                                                  automaton->kinds, text, 64, &entry, traces);
        if (!told)
            return 0;
        for (unsigned i = words; i-- > 0;) {
            const uint64_t stops = traces[i].may & traces[i].end & ctok_below_in(i, told);
            if (CTOK_UNLIKELY(stops))
                told = 64 * i + ctok_lowest(stops);
        }
        for (unsigned i = 0; i < words; i++) {
            const uint64_t inside = ctok_below_in(i, told);
            const uint64_t late =
                i + 1 < words ? traces[i + 1].late & ctok_below_in(i + 1, told) : 0;
            found[i] = (traces[i].end & inside) | (traces[i].late & inside) >> 1 | late << 63;
        }
    }
    found[0] &= ~(uint64_t)1;
    for (unsigned i = 0; i < words; i++)
        size = found[i] ? 64 * i + ctok_highest(found[i]) : size;
    if (CTOK_UNLIKELY(!size || (words > 1 && size < 64)))
        return 0;
    found[0] |= 1;
    for (unsigned i = 0; i < words; i++)
        found[i] &= ctok_below_in(i, size);
    for (size_t i = first + 1; i < steps; i++)
        if (!automata[i].inert &&
            !ctok_cut_in_block(leaves, &automata[i], text, words, size, found))
            return 0;
    return size;
}

/*  Blocks of ASCII by all steps at once, while in each a piece of the first step that ASCII means anything
 *  to ends. *at is where such a piece starts, in and out. */
CTOK_BODY size_t ctok_cut_blocks_body(const ctok_follow_leaves leaves,
                                      const ctok_automaton *automata, size_t steps,
                                      const uint8_t *text, size_t n, size_t *at, size_t *ends,
                                      size_t room) {
    size_t count = 0, start = *at, first = 0, narrow = *at; /* up to here one word by one */
    int wide = leaves.follow_wide != NULL;
    while (automata[first].inert)
        first++;
    for (size_t i = first; i < steps; i++)
        wide &= automata[i].inert || automata[i].lasts || ctok_is_set(&automata[i]) ||
                automata[i].kinds;
    while (n - start >= 64 && count + CTOK_FOLLOW_ROOM <= room) {
        uint64_t found[CTOK_WIDE_WORDS];
        unsigned size, words = 1;
        if (wide && start >= narrow && n - start >= CTOK_FOLLOW_WIDE) {
            words = CTOK_WIDE_WORDS;
            size = ctok_cut_words(leaves, automata, first, steps, text + start, CTOK_WIDE_WORDS,
                                  found);
        } else {
            size = ctok_cut_words(leaves, automata, first, steps, text + start, 1, found);
        }
        if (CTOK_UNLIKELY(!size)) {
            if (words == 1)
                break;
            narrow = start + 128;
            continue;
        }
        size_t more = 0;
        unsigned i = 0;
        found[0] &= ~(uint64_t)1; /* the ends instead of the starts */
        for (; i < words && count + more + CTOK_FOLLOW_ROOM <= room; i++)
            more += leaves.unpack(found[i], start + 64 * i, ends + count + more);
        if (CTOK_UNLIKELY(i < words || count + more == room)) {
            narrow = start + CTOK_FOLLOW_WIDE;
            continue;
        }
        count += more;
        start += size;
        ends[count++] = start;
    }
    *at = start;
    return count;
}

#define CTOK_FOLLOW_LEAVES(backend)                                                                \
    {                                                                                              \
        ctok_follow_##backend, ctok_follow_pieces_##backend, ctok_unpack_##backend,                \
            ctok_outside_##backend, ctok_between_##backend, ctok_follow_wide_##backend,            \
            ctok_follow_wide_pieces_##backend                                                      \
    }
#define CTOK_CUTS(target, backend)                                                                 \
    target CTOK_FUNCTION size_t ctok_cut_entries_##backend(                                        \
        const ctok_automaton *automaton, const uint8_t *text, size_t n, size_t *from,              \
        size_t *ends, size_t room) {                                                               \
        const ctok_follow_leaves leaves = CTOK_FOLLOW_LEAVES(backend);                             \
        return ctok_cut_entries_body(leaves, automaton, text, n, from, ends, room);                \
    }                                                                                              \
    target CTOK_FUNCTION size_t ctok_cut_again_##backend(                                          \
        const ctok_automaton *automaton, const uint8_t *text, const size_t *bounds,                \
        size_t bounds_count, size_t *next, size_t *at, size_t *ends, size_t room) {                \
        const ctok_follow_leaves leaves = CTOK_FOLLOW_LEAVES(backend);                             \
        return ctok_cut_again_body(leaves, automaton, text, bounds, bounds_count, next, at, ends,  \
                                   room);                                                          \
    }                                                                                              \
    target CTOK_FUNCTION size_t ctok_cut_blocks_##backend(                                         \
        const ctok_automaton *automata, size_t steps, const uint8_t *text, size_t n, size_t *at,   \
        size_t *ends, size_t room) {                                                               \
        const ctok_follow_leaves leaves = CTOK_FOLLOW_LEAVES(backend);                             \
        return ctok_cut_blocks_body(leaves, automata, steps, text, n, at, ends, room);             \
    }                                                                                              \
    target CTOK_FUNCTION size_t ctok_skip_on_##backend(const uint8_t *set, const uint8_t *text,    \
                                                       size_t n) {                                 \
        return ctok_skip_##backend(set, text, n);                                                  \
    }                                                                                              \
    target CTOK_FUNCTION void ctok_keep_on_##backend(const uint8_t *removed, const uint8_t *text,  \
                                                     size_t n, size_t *ends, size_t count,         \
                                                     uint8_t *kept, ctok_keeping *keeping) {       \
        ctok_keep_##backend(removed, text, n, ends, count, kept, keeping);                         \
    }                                                                                              \
    static const ctok_cuts ctok_cuts_##backend = {                                                 \
        ctok_cut_entries_##backend, ctok_cut_again_##backend, ctok_cut_blocks_##backend,           \
        ctok_skip_on_##backend, ctok_keep_on_##backend};
CTOK_CUTS(, scalar)
#ifdef CTOK_X86
CTOK_CUTS(CTOK_AVX2, avx2)
CTOK_CUTS(CTOK_AVX512, avx512)
#endif
#ifdef CTOK_ARM
CTOK_CUTS(, neon)
#endif

/*  A backend's; NULL when it was not compiled. */
CTOK_FUNCTION const ctok_cuts *ctok_cuts_on(ctok_backend backend) {
    switch (backend) {
#ifdef CTOK_X86
    case CTOK_AVX2_BACKEND:
        return &ctok_cuts_avx2;
    case CTOK_AVX512_BACKEND:
        return &ctok_cuts_avx512;
#endif
#ifdef CTOK_ARM
    case CTOK_NEON_BACKEND:
        return &ctok_cuts_neon;
#endif
    case CTOK_SCALAR_BACKEND:
        return &ctok_cuts_scalar;
    default:
        return NULL;
    }
}

/*  Several steps, each on the pieces of the step before: a piece's end is a text's end to it.
 *
 *  All steps but the last keep some ends ahead, so a text has to be read from its start on. */
#define CTOK_MAX_STEPS 8
#define CTOK_STEP_ENDS 256

typedef struct ctok_step {
    size_t next, known;
    size_t ends[CTOK_STEP_ENDS];
} ctok_step;

typedef struct ctok_steps {
    const ctok_automaton *automata;
    size_t count;       /* 1 <= count <= CTOK_MAX_STEPS */
    ctok_bytes removed; /* with which ASCII a piece starts that is none; see ctok_steps_ask */
    size_t blocks_end;  /* here ended the last block that was cut by all steps at once */
    size_t ahead;       /* so many ends of the first step are found at once behind it */
    ctok_vain vain[CTOK_MAX_STEPS];
    ctok_step step[CTOK_MAX_STEPS];
} ctok_steps;

/*  May a match end where the text does, by its last character? */
CTOK_BODY int ctok_may_be_last(const ctok_automaton *automaton, const uint8_t *text, size_t n) {
    size_t at = n - 1, size;
    if (text[at] < 0x80 || !automaton->pages)
        return automaton->lasts->has[text[at]];
    while (at && n - at < 4 && (text[at] & 0xC0) == 0x80)
        at--;
    if (text[at] < 0x80) /* bytes of no character */
        return 1;
    return automaton->last_classes[ctok_class_at(automaton, text, n, at, &size)] || at + size != n;
}

/*  Cuts pieces again: their ends are bounds[0..bounds_count - 1], the first starts at *at.
 *
 *  Those that have none of what each match has stay as they are.
 *
 *      *next   in: 0; out: how many of the pieces are done; less than all only without room
 *      *at     as in ctok_automaton_cut */
CTOK_FUNCTION size_t ctok_cut_again(const ctok_automaton *automaton, ctok_vain *vain,
                                    const uint8_t *text, const size_t *bounds, size_t bounds_count,
                                    size_t *next, size_t *at, size_t *ends, size_t room) {
    size_t count = 0, i = *next;
    if (automaton->entries && !automaton->lasts && automaton->behavior == CTOK_ISOLATED &&
        room >= CTOK_FOLLOW_ROOM)
        return automaton->cuts->again(automaton, text, bounds, bounds_count, next, at, ends, room);
    while (i < bounds_count && count < room) {
        const size_t spared = ctok_skip_end(automaton, automaton->spare, ctok_is_needed, text,
                                            bounds[bounds_count - 1], *at);
        while (i < bounds_count && bounds[i] <= spared && count < room &&
               !(automaton->lasts && ctok_may_be_last(automaton, text, bounds[i])))
            ends[count++] = *at = bounds[i++];
        if (i == bounds_count || count == room || (count && room - count < CTOK_FOLLOW_ROOM))
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
                                             step->ends, steps->ahead);
        } else {
            const ctok_step *const before = step - 1;
            size_t next = before->next;
            step->known = ctok_cut_again(&steps->automata[i], &steps->vain[i], text, before->ends,
                                         before->known, &next, &from, step->ends, CTOK_STEP_ENDS);
        }
    }
}

/*  May blocks be cut by all steps at once, and is that more than one? */
CTOK_BODY int ctok_steps_in_blocks(const ctok_steps *steps) {
    int active = 0;
    for (size_t i = 0; i < steps->count; i++) {
        const ctok_automaton *const automaton = &steps->automata[i];
        if (automaton->behavior != CTOK_ISOLATED)
            return 0;
        if (automaton->inert)
            continue;
        if (!ctok_is_set(automaton) &&
            !(automaton->entries && automaton->restarts && !automaton->lasts) &&
            !(automaton->lasts && active))
            return 0;
        active++;
    }
    return active > 1;
}

/*  Does a piece of the first step that is not inert start at text[at]? */
CTOK_BODY int ctok_steps_restart(ctok_steps *steps, size_t at) {
    size_t first = 0;
    while (steps->automata[first].inert)
        first++;
    if (at == 0 || first + 1 == steps->count)
        return 1;
    ctok_step *const step = &steps->step[first];
    while (step->next < step->known && step->ends[step->next] < at)
        step->next++;
    return at == steps->blocks_end || (step->next < step->known && step->ends[step->next] == at) ||
           (step->next && step->ends[step->next - 1] == at);
}

/*  The same contract as ctok_automaton_cut, for a cutter; context is a ctok_steps. */
CTOK_FUNCTION size_t ctok_steps_cut(void *context, const uint8_t *text, size_t n, size_t *at,
                                    size_t *ends, size_t room) {
    ctok_steps *const steps = (ctok_steps *)context;
    const size_t last = steps->count - 1;
    size_t count = 0;
    if (*at == 0) {
        steps->blocks_end = 0;
        steps->ahead = CTOK_STEP_ENDS;
        for (size_t i = 0; i <= last; i++) {
            steps->step[i].next = steps->step[i].known = 0;
            if (steps->automata[i].loops)
                memset(&steps->vain[i], 0, sizeof(steps->vain[i]));
        }
    }
    if (last == 0)
        return ctok_automaton_cut(steps->automata, steps->vain, text, n, at, ends, room);
    const int in_blocks = room >= CTOK_FOLLOW_ROOM && ctok_steps_in_blocks(steps);
    while (*at < n && (count == 0 || room - count >= CTOK_FOLLOW_ROOM)) {
        if (in_blocks && ctok_steps_restart(steps, *at)) {
            const size_t before = count;
            count += steps->automata->cuts->blocks(steps->automata, steps->count, text, n, at,
                                                   ends + count, room - count);
            steps->blocks_end = *at;
            if (*at == n || (count && room - count < CTOK_FOLLOW_ROOM))
                break;
            /* what lies between two blocks is short, unless there are few */
            steps->ahead = count > before                      ? 4
                           : steps->ahead < CTOK_STEP_ENDS / 8 ? 8 * steps->ahead
                                                               : CTOK_STEP_ENDS;
        }
        ctok_steps_fill(steps, last - 1, text, n, *at);
        ctok_step *const before = &steps->step[last - 1];
        count += ctok_cut_again(&steps->automata[last], &steps->vain[last], text, before->ends,
                                before->known, &before->next, at, ends + count, room - count);
    }
    return count;
}

/*  Is what starts at text[at] no piece, at < n? All of what is removed is told by any character of
 *  it, so it does not matter what later steps made of it. */
CTOK_BODY int ctok_is_removed(const ctok_steps *steps, const uint8_t *text, size_t n, size_t at) {
    int removed = 0;
    for (size_t i = 0; i < steps->count; i++) {
        const ctok_automaton *const automaton = &steps->automata[i];
        if (automaton->removes)
            removed |= ctok_is_dull(automaton, text, n, at) == automaton->invert;
    }
    return removed;
}

/*  Readies what ctok_steps_keep asks of most characters, once. */
CTOK_FUNCTION void ctok_steps_ask(ctok_steps *steps) {
    memset(&steps->removed, 0, sizeof(steps->removed));
    for (unsigned byte = 0; byte < 0x80; byte++) {
        const uint8_t text = (uint8_t)byte;
        const unsigned removed = (unsigned)ctok_is_removed(steps, &text, 1, 0);
        steps->removed.has[byte] = (uint8_t)removed;
        steps->removed.set[byte & 15] |= (uint8_t)(removed << (byte >> 4));
    }
}

#define CTOK_KEPT_BY_ONE 8 /* pieces, then blocks are tried again */
#define CTOK_KEPT_SLACK 64 /* bytes behind what is kept are written, and read */

/*  Leaves out what is removed: copies the other ones of the pieces in text[from..], whose ends are
 *  ends[0..count - 1], to kept[*used..], and writes their ends there instead.
 *
 *      kept    room for the text's bytes and CTOK_KEPT_SLACK
 *      return  how many pieces are left
 *
 *  Only where each step that removes is `apart`; context is a ctok_steps, which was asked. */
CTOK_FUNCTION size_t ctok_steps_keep(void *context, const uint8_t *text, size_t n, size_t from,
                                     size_t *ends, size_t count, uint8_t *kept, size_t *used) {
    const ctok_steps *const steps = (const ctok_steps *)context;
    const uint8_t *const removed = steps->removed.has;
    ctok_keeping keeping = {from, 0, 0, *used};
    while (keeping.next < count) {
        steps->automata->cuts->keep(steps->removed.set, text, n, ends, count, kept, &keeping);
        for (unsigned i = 0; i < CTOK_KEPT_BY_ONE && keeping.next < count; i++) {
            const size_t start = keeping.start, end = ends[keeping.next++], size = end - start;
            const uint8_t first = text[start];
            const size_t stays =
                CTOK_LIKELY(first < 0x80)
                    ? (size_t)removed[first] - 1 /* no branch: there is no telling */
                    : (size_t)ctok_is_removed(steps, text, n, start) - 1;
            if (CTOK_LIKELY(size <= 16 && n - start >= 16))
                memcpy(kept + keeping.used, text + start, 16);
            else if (stays)
                memcpy(kept + keeping.used, text + start, size);
            keeping.used += size & stays;
            ends[keeping.left] = keeping.used;
            keeping.left += stays & 1;
            keeping.start = end;
        }
    }
    *used = keeping.used;
    return keeping.left;
}

/*  What cuts texts instead of a family's scan, with memory of its own. */
typedef struct ctok_cutter {
    size_t (*cut)(void *context, const uint8_t *text, size_t n, size_t *at, size_t *ends,
                  size_t room);
    size_t (*keep)(void *context, const uint8_t *text, size_t n, size_t from, size_t *ends,
                   size_t count, uint8_t *kept, size_t *used); /* NULL: nothing is removed */
    void *context;
} ctok_cutter;

#endif /* CTOK_AUTOMATON_H */
