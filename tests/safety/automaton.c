/*  automaton.h: pieces cover the text, equal what the regex says and what the family's kernel says,
 *  do not depend on what stands around the text, and come in any number a call. */
#include "check.h"
#include "regex.h"
#include "texts.h"
#include "automata.h"
#include "ctok/kernels.h"

enum { MADE = 9 };

static made_memory memory[MADE];

static size_t cut(void *context, const uint8_t *text, size_t n, size_t *at, size_t *ends,
                  size_t room) {
    return ctok_steps_cut(context, text, n, at, ends, room);
}

static size_t probe(void *context, const uint8_t *text, size_t n, uint32_t *out) {
    static const size_t rooms[] = {1, 2, 63, 64, 65, 130};
    uint32_t other[TEXT_LONGEST];
    const size_t count = piece_ends(cut, context, text, n, TEXT_LONGEST, out);
    const size_t room = rooms[n % TEXT_COUNT(rooms)];
    CHECK(piece_ends(cut, context, text, n, room, other) == count);
    CHECK(memcmp(out, other, count * sizeof(out[0])) == 0);
    return count;
}

/*  The regex's matches in text[from..n - 1] and what lies between them, with all joined to one
 *  piece that the behavior joins: flag 1 for a match, or for what lies between when inverted. */
static size_t regex_ends(const char *pattern, const ctok_automaton *how, const uint8_t *text,
                         size_t from, size_t n, size_t *out) {
    size_t count = 0, gap = from, size;
    int before = 0, first = 1;
    uint32_t traits;
    for (size_t at = from; at <= n;) {
        const size_t end = at < n ? regex_match(pattern, text, n, at) : REGEX_NO;
        if (end == REGEX_NO && at < n) {
            regex_text whole = {text, n};
            regex_char(whole, at, &size, &traits);
            at += size;
            continue;
        }
        for (int match = 0; match < 2; match++) {
            const size_t start = match ? at : gap, stop = match ? end : at;
            if (match ? at == n : gap == at)
                continue;
            const int flag = match != how->invert;
            const int joins = how->behavior == CTOK_CONTIGUOUS             ? flag == before
                              : how->behavior == CTOK_MERGED_WITH_PREVIOUS ? !before && flag
                              : how->behavior == CTOK_MERGED_WITH_NEXT     ? before && !flag
                                                                           : 0;
            CHECK(start < stop);
            count += first || !joins;
            out[count - 1] = stop;
            before = flag;
            first = 0;
        }
        if (at == n)
            break;
        at = gap = end;
    }
    return count;
}

/*  The steps against the regexes, one step after the other. */
static void check_regexes(ctok_steps *steps, const char *const *patterns, size_t rounds) {
    uint64_t random = 31;
    for (size_t round = 0; round < rounds; round++) {
        uint8_t text[TEXT_LONGEST];
        uint32_t got[TEXT_LONGEST];
        size_t expected[TEXT_LONGEST], pieces[TEXT_LONGEST], count = 1;
        const size_t n = 1 + random_below(&random, round % 8 ? 24 : 200);
        text_fill((int)random_below(&random, TEXT_KINDS), &random, text, n);
        check_length = n;
        check_place = round;
        expected[0] = n;
        for (size_t i = 0; i < steps->count; i++) {
            size_t made_count = 0, from = 0;
            for (size_t k = 0; k < count; from = expected[k++])
                made_count += regex_ends(patterns[i], &steps->automata[i], text, from, expected[k],
                                         pieces + made_count);
            count = made_count;
            memcpy(expected, pieces, count * sizeof(expected[0]));
        }
        CHECK(regex_supported);
        CHECK(piece_ends(cut, steps, text, n, TEXT_LONGEST, got) == count);
        for (size_t k = 0; k < count; k++)
            CHECK(got[k] == expected[k]);
    }
}

/*  A family's kernel and the automaton of its regex. */
static void check_kernel(ctok_steps *steps, size_t rounds) {
    uint64_t random = 32;
    for (size_t round = 0; round < rounds; round++) {
        uint8_t text[TEXT_LONGEST];
        uint32_t got[TEXT_LONGEST];
        size_t at = 0;
        const size_t n = 1 + random_below(&random, TEXT_LONGEST);
        text_fill((int)random_below(&random, TEXT_KINDS), &random, text, n);
        const size_t count = piece_ends(cut, steps, text, n, TEXT_LONGEST, got);
        for (size_t k = 0; k < count; k++) {
            size_t end;
            CHECK(ctok_pretokenize_cl100k_plain(text, n, &at, &end, 1) == 1 && end == got[k]);
        }
    }
}

/*  The family of the fourth automaton. */
static ctok_pretokenize_fn row_of(ctok_backend backend) {
    for (size_t i = 0; i < CTOK_KERNEL_COUNT; i++)
        if (ctok_kernels[i].backend == backend && !strcmp(ctok_kernels[i].family->name, "ufakzeka"))
            return ctok_kernels[i].pretokenize;
    return NULL;
}

/*  Long texts, mostly of ASCII, by steps: every backend by entries, with any room, against the states
 *  themselves. */
static void check_long(const ctok_automaton *automata, const size_t *order, size_t count,
                       size_t rounds) {
    enum { LONG = 2400 };
    static ctok_steps steps, plain;
    static uint8_t text[LONG];
    static size_t wanted[LONG], ends[LONG];
    ctok_automaton made_of[CTOK_MAX_STEPS], without[CTOK_MAX_STEPS];
    uint64_t random = 37 + count;
    for (size_t k = 0; k < count; k++) {
        made_of[k] = without[k] = automata[order[k]];
        without[k].entries = NULL;
        without[k].whole_set = CTOK_NO_SET;
        without[k].cuts = ctok_cuts_on(CTOK_SCALAR_BACKEND);
    }
    steps.count = plain.count = count;
    steps.automata = made_of;
    plain.automata = without;
    for (size_t round = 0; round < rounds; round++) {
        static const char *const lines[] = {"\n        ", "\n\t\t",  ".\n  \n   x", "don't ",
                                            " 1234 ",     "1234567", "/* -- */",    "\r\n"};
        const size_t n = 1 + random_below(&random, LONG);
        const size_t others = random_below(&random, 3) ? 400 : 8;
        size_t used = 0, known = 0, at = 0;
        while (used < n) {
            if (!random_below(&random, others)) {
                const size_t size = n - used < 30 ? n - used : 30;
                text_fill((int)random_below(&random, TEXT_KINDS), &random, text + used, size);
                used += size;
            } else if (!random_below(&random, 3)) {
                const char *const line = lines[random_below(&random, TEXT_COUNT(lines))];
                for (size_t i = 0; line[i] && used < n; i++)
                    text[used++] = (uint8_t)line[i];
            } else {
                for (size_t i = random_below(&random, 12) + 1; i && used < n; i--)
                    text[used++] = (uint8_t)('a' + random_below(&random, 26));
                if (used < n)
                    text[used++] = ' ';
            }
        }
        check_length = n;
        check_place = round;
        while (at < n)
            known += ctok_steps_cut(&plain, text, n, &at, wanted + known, n);
        for (int backend = CTOK_SCALAR_BACKEND; backend <= CTOK_NEON_BACKEND; backend++) {
            const ctok_cuts *const cuts = ctok_cuts_on((ctok_backend)backend);
            if (!cuts || !ctok_cpu_runs((ctok_backend)backend))
                continue;
            for (size_t k = 0; k < count; k++) {
                made_of[k].cuts = cuts;
                made_of[k].row = order[k] == 3 && round % 2 ? row_of((ctok_backend)backend) : NULL;
            }
            const size_t room = random_below(&random, 4) ? 64 + random_below(&random, 1000) : n;
            size_t got = 0;
            for (at = 0; at < n;) {
                const size_t left = LONG - got < room ? LONG - got : room;
                const size_t more = ctok_steps_cut(&steps, text, n, &at, ends, left);
                CHECK(more && more <= left && got + more <= known);
                CHECK(memcmp(ends, wanted + got, more * sizeof(ends[0])) == 0);
                got += more;
            }
            CHECK(got == known);
        }
    }
}

int main(void) {
    static const made *const all[MADE] = {&made_cl100k,   &made_numbers, &made_kept,
                                          &made_ufakzeka, &made_words,   &made_each,
                                          &made_runs,     &made_last,    &made_threes};
    static ctok_automaton automata[MADE];
    static ctok_steps steps;
    char name[128];
    check_catch_faults();
    for (size_t i = 0; i < MADE; i++)
        automata[i] = made_load(all[i], &memory[i]);
    for (size_t i = 0; i < MADE; i++)
        for (int behavior = CTOK_ISOLATED; behavior <= CTOK_MERGED_WITH_NEXT; behavior++) {
            ctok_automaton one = automata[i];
            const char *const pattern = all[i]->pattern;
            one.behavior = (ctok_behavior)behavior;
            one.invert = (int)i & 1;
            steps.automata = &one;
            steps.count = 1;
            snprintf(name, sizeof(name), "automaton %zu, behavior %d", i, behavior);
            probe_everywhere(name, probe, &steps);
            check_regexes(&steps, &pattern, 3000);
        }
    steps.automata = automata;
    check_case = "automaton and kernel";
    check_kernel(&steps, 3000);
    for (size_t i = 0; i < 6; i++) { /* three steps in every order */
        static const size_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                            {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        ctok_automaton three[3];
        const char *patterns[3];
        for (size_t k = 0; k < 3; k++) {
            three[k] = automata[orders[i][k]];
            patterns[k] = all[orders[i][k]]->pattern;
        }
        three[1].behavior = i % 2 ? CTOK_CONTIGUOUS : CTOK_ISOLATED;
        steps.automata = three;
        steps.count = 3;
        snprintf(name, sizeof(name), "automata in order %zu", i);
        probe_everywhere(name, probe, &steps);
        check_regexes(&steps, patterns, 3000);
    }
    static const size_t orders[][4] = {{0},       {1},       {3},       {4},          {5},
                                       {6},       {0, 1},    {5, 3},    {4, 5},       {4, 7, 6},
                                       {5, 6, 7}, {6, 4, 5}, {3, 1, 7}, {4, 7, 5, 1}, {3, 2, 5},
                                       {8},       {4, 8},    {4, 6, 8}, {8, 7, 4}};
    static const size_t counts[] = {1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 3, 1, 2, 3, 3};
    for (size_t i = 0; i < TEXT_COUNT(orders); i++) {
        snprintf(name, sizeof(name), "long texts, steps %zu", i);
        check_case = name;
        check_long(automata, orders[i], counts[i], 400);
    }
    return check_report("automaton");
}
