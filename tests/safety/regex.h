/*  regex.h: a backtracking matcher for the regexes that families.h spells out.
 *
 *  The oracle of pretokenizing: it reads the row's own pattern and tries, as the pattern says.
 *
 *      alternation |, groups (?:...) and (?i:...), look-ahead (?!...) and (?=...), $
 *      characters, \r \n \s \S \p{..} \P{..}, classes [..] and [^..]
 *      ? * + {m} {m,n}, each greedy or with + possessive
 *
 *  Exponential in the worst case and recursive: for texts of a few hundred bytes. Folding case
 *  covers ASCII letters and U+017F, U+212A, which fold to s and k.
 */
#ifndef CTOK_TEST_REGEX_H
#define CTOK_TEST_REGEX_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ctok/families.h"
#include "naive.h"

#define REGEX_NO ((size_t)-1)

typedef struct regex_text {
    const uint8_t *bytes;
    size_t n;
} regex_text;

/*  What follows a part of the pattern: called with where the part ended; REGEX_NO to try again. */
typedef struct regex_next {
    size_t (*call)(const struct regex_next *self, regex_text text, size_t at);
    const struct regex_next *then;
    const char *part, *end; /* of the pattern */
    size_t least, most, count, from;
    int fold;
} regex_next;

/*  1 while every construct met so far is one of those above. */
static int regex_supported = 1;

static size_t regex_alternatives(const char *p, const char *end, int fold, regex_text text,
                                 size_t at, const regex_next *then);

static inline uint32_t regex_char(regex_text text, size_t at, size_t *size, uint32_t *traits) {
    uint32_t c = 0;
    *size = naive_utf8_read(text.bytes + at, text.n - at, &c);
    if (*size == 0) { /* a byte of no sequence reads as U+FFFD, one byte long */
        *size = 1;
        c = 0xFFFD;
    }
    *traits = ctok_traits(ctok_category(c));
    return c;
}

static inline uint32_t regex_fold(uint32_t c) {
    return c == 0x17F ? 's' : c == 0x212A ? 'k' : c - 'A' < 26 ? c + 32 : c;
}

/*  The traits that the property at p (behind \p) names; p moves behind it. */
static inline uint32_t regex_property(const char **p) {
    static const struct {
        const char *name;
        uint32_t traits;
    } rows[] = {
        {"{L}", CTOK_LETTER},      {"{Lu}", CTOK_LU},    {"{Ll}", CTOK_LL},  {"{Lt}", CTOK_LT},
        {"{Lm}", CTOK_LM},         {"{Lo}", CTOK_LO},    {"{M}", CTOK_MARK}, {"{N}", CTOK_NUMBER},
        {"{P}", CTOK_PUNCTUATION}, {"{S}", CTOK_SYMBOL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strncmp(*p, rows[i].name, strlen(rows[i].name)) == 0) {
            *p += strlen(rows[i].name);
            return rows[i].traits;
        }
    regex_supported = 0;
    while (**p && **p != '}')
        ++*p;
    *p += **p == '}';
    return 0;
}

/*  One item of a class or outside of one: does it match c? p moves behind it. */
static inline int regex_item(const char **p, uint32_t c, uint32_t traits, int fold) {
    if (**p != '\\') {
        uint32_t low = 0;
        *p += naive_utf8_read((const uint8_t *)*p, 4, &low);
        return fold ? regex_fold(c) == regex_fold(low) : c == low;
    }
    const char escape = (*p)[1];
    *p += 2;
    switch (escape) {
    case 'r':
        return c == '\r';
    case 'n':
        return c == '\n';
    case 't':
        return c == '\t';
    case 's':
        return (traits & CTOK_SPACE) != 0;
    case 'S':
        return (traits & CTOK_SPACE) == 0;
    case 'p':
        if (strncmp(*p, "{Han}", 5) == 0) {
            *p += 5;
            return c >= 0x800 && ctok_is_han(c);
        }
        return (traits & regex_property(p)) != 0;
    case 'P':
        return (traits & regex_property(p)) == 0;
    default:
        if (regex_fold((uint8_t)escape) - 'a' < 26u || (uint32_t)escape - '0' < 10u)
            regex_supported = 0;
        return c == (uint8_t)escape;
    }
}

/*  Does the class at p, behind its [, match? p moves behind the ]. */
static inline int regex_class(const char **p, uint32_t c, uint32_t traits, int fold) {
    const int negated = **p == '^';
    int hit = 0;
    *p += negated;
    while (**p && **p != ']') {
        if (**p == '[' || (**p == '&' && (*p)[1] == '&'))
            regex_supported = 0;
        uint32_t low = 0, high = 0;
        const size_t size = naive_utf8_read((const uint8_t *)*p, 4, &low);
        if (**p != '\\' && (*p)[size] == '-' && (*p)[size + 1] != ']') {
            *p += size + 1;
            *p += naive_utf8_read((const uint8_t *)*p, 4, &high);
            hit |= low <= c && c <= high;
        } else {
            hit |= regex_item(p, c, traits, fold);
        }
    }
    *p += **p == ']';
    return hit != negated;
}

/*  The end of the atom at p. */
static inline const char *regex_atom_end(const char *p) {
    if (*p == '(') {
        int depth = 0;
        do {
            if (*p == '[') {
                while (*p != ']')
                    p += *p == '\\' ? 2 : 1;
            } else if (*p == '\\') {
                p++;
            } else {
                depth += (*p == '(') - (*p == ')');
            }
            p++;
        } while (depth);
        return p;
    }
    uint32_t c = 0;
    if (*p == '[') {
        p++;
        (void)regex_class(&p, c, 0, 0);
    } else {
        (void)regex_item(&p, c, 0, 0);
    }
    return p;
}

/*  The atom once: a character, a class or a group; then what follows. */
static inline size_t regex_atom(const char *p, const char *end, int fold, regex_text text,
                                size_t at, const regex_next *then) {
    if (*p == '(') {
        if (p[1] != '?') {
            return regex_alternatives(p + 1, end - 1, fold, text, at, then);
        } else if (p[2] == ':') {
            return regex_alternatives(p + 3, end - 1, fold, text, at, then);
        } else if (p[2] == 'i' && p[3] == ':') {
            return regex_alternatives(p + 4, end - 1, 1, text, at, then);
        } else if (p[2] == '!' || p[2] == '=') {
            const size_t seen = regex_alternatives(p + 3, end - 1, fold, text, at, NULL);
            return (seen == REGEX_NO) == (p[2] == '!') ? then->call(then, text, at) : REGEX_NO;
        }
        regex_supported = 0;
        return REGEX_NO;
    }
    if (*p == '$')
        return at == text.n ? then->call(then, text, at) : REGEX_NO;
    if (at >= text.n)
        return REGEX_NO;
    size_t size;
    uint32_t traits;
    const uint32_t c = regex_char(text, at, &size, &traits);
    const int klass = *p == '[';
    p += klass;
    const int hit = klass ? regex_class(&p, c, traits, fold) : regex_item(&p, c, traits, fold);
    return hit ? then->call(then, text, at + size) : REGEX_NO;
}

static inline size_t regex_stop(const regex_next *self, regex_text text, size_t at) {
    (void)self;
    (void)text;
    return at;
}

/*  Behind one more repetition: as many more as there may be, then what follows. */
static inline size_t regex_again(const regex_next *self, regex_text text, size_t at) {
    if (self->count && at == self->from && self->count > self->least)
        return REGEX_NO; /* an empty repetition adds nothing */
    if (self->count < self->most) {
        regex_next more = *self;
        more.count++;
        more.from = at;
        const size_t found = regex_atom(self->part, self->end, self->fold, text, at, &more);
        if (found != REGEX_NO)
            return found;
    }
    return self->count >= self->least ? self->then->call(self->then, text, at) : REGEX_NO;
}

static size_t regex_sequence(const char *p, const char *end, int fold, regex_text text, size_t at,
                             const regex_next *then);

static inline size_t regex_rest(const regex_next *self, regex_text text, size_t at) {
    return regex_sequence(self->part, self->end, self->fold, text, at, self->then);
}

static size_t regex_sequence(const char *p, const char *end, int fold, regex_text text, size_t at,
                             const regex_next *then) {
    static const regex_next stop = {regex_stop, NULL, NULL, NULL, 0, 0, 0, 0, 0};
    if (p >= end)
        return then ? then->call(then, text, at) : at;
    const char *const atom_end = *p == '$' ? p + 1 : regex_atom_end(p);
    const char *q = atom_end;
    size_t least = 1, most = 1;
    if (q < end && (*q == '?' || *q == '*' || *q == '+')) {
        least = *q == '+';
        most = *q == '?' ? 1 : REGEX_NO;
        q++;
    } else if (q < end && *q == '{') {
        char *after;
        least = most = strtoul(q + 1, &after, 10);
        if (*after == ',')
            most = after[1] == '}' ? REGEX_NO : strtoul(after + 1, &after, 10);
        while (*after != '}')
            after++;
        q = after + 1;
    }
    const int possessive = q < end && *q == '+' && q > atom_end;
    q += possessive;
    if (q < end && *q == '?' && q > atom_end)
        regex_supported = 0; /* lazy */
    const regex_next rest = {regex_rest, then, q, end, 0, 0, 0, 0, fold};
    const regex_next again = {
        regex_again, possessive ? &stop : &rest, p, atom_end, least, most, 0, at, fold};
    const size_t found = again.call(&again, text, at);
    return possessive && found != REGEX_NO ? rest.call(&rest, text, found) : found;
}

static size_t regex_alternatives(const char *p, const char *end, int fold, regex_text text,
                                 size_t at, const regex_next *then) {
    while (p <= end) {
        const char *bar = p;
        while (bar < end && *bar != '|')
            bar = regex_atom_end(bar);
        const size_t found = regex_sequence(p, bar, fold, text, at, then);
        if (found != REGEX_NO)
            return found;
        p = bar + 1;
    }
    return REGEX_NO;
}

/*  The end of the match of `pattern` at text[at], or REGEX_NO. */
static inline size_t regex_match(const char *pattern, const uint8_t *bytes, size_t n, size_t at) {
    const regex_text text = {bytes, n};
    return regex_alternatives(pattern, pattern + strlen(pattern), 0, text, at, NULL);
}

#endif /* CTOK_TEST_REGEX_H */
