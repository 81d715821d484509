/*  specials.h: random lists of special tokens, sorted and indexed. */
#ifndef CTOK_TEST_SPECIALS_H
#define CTOK_TEST_SPECIALS_H

#include "check.h"
#include "ctok/special.h"

#define SPECIALS_MOST 12
#define SPECIALS_LONGEST 6

typedef struct special_list {
    ctok_specials specials;
    uint8_t bytes[SPECIALS_MOST * SPECIALS_LONGEST];
    uint32_t offsets[SPECIALS_MOST + 1];
    uint32_t ids[SPECIALS_MOST];
    uint8_t rule[SPECIALS_MOST];
    uint8_t edges[SPECIALS_MOST]; /* specials.edges stays NULL; who wants them points here */
} special_list;

/*  At most `wanted` different tokens of few letters; `list` must stay where it is. */
static inline void special_list_fill(special_list *list, uint64_t *random, size_t wanted) {
    static const char letters[] = "ab<|>x";
    uint8_t tokens[SPECIALS_MOST][SPECIALS_LONGEST + 1] = {{0}};
    const size_t range = 2 + random_below(random, sizeof(letters) - 2);
    const int runs = random_below(random, 2) == 0; /* what starts with an a is nothing else */
    uint32_t count = 0;
    memset(list, 0, sizeof(*list));
    for (size_t i = 0; i < wanted; i++) {
        uint8_t token[SPECIALS_LONGEST + 1] = {0};
        const size_t length = 1 + random_below(random, SPECIALS_LONGEST);
        uint32_t place = 0;
        for (size_t j = 0; j < length; j++)
            token[j] = (uint8_t)letters[random_below(random, range)];
        if (runs && token[0] == 'a')
            memset(token, 'a', length);
        while (place < count && strcmp((char *)tokens[place], (char *)token) < 0)
            place++;
        if (place < count && strcmp((char *)tokens[place], (char *)token) == 0)
            continue;
        memmove(tokens[place + 1], tokens[place], (count - place) * sizeof(tokens[0]));
        memcpy(tokens[place], token, sizeof(token));
        count++;
    }
    for (uint32_t i = 0; i < count; i++) {
        const size_t length = strlen((char *)tokens[i]);
        memcpy(list->bytes + list->offsets[i], tokens[i], length);
        list->offsets[i + 1] = list->offsets[i] + (uint32_t)length;
        list->rule[i] = (uint8_t)random_below(random, 4);
        list->edges[i] = (uint8_t)random_below(random, 8);
        list->ids[i] = 100000 + (uint32_t)random_below(random, 1000);
    }
    list->specials.bytes = list->bytes;
    list->specials.offsets = list->offsets;
    list->specials.count = count;
    ctok_specials_index(&list->specials);
}

#endif /* CTOK_TEST_SPECIALS_H */
