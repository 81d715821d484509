/*  families.h: one row for each way of cutting text into pieces.
 *
 *  A row is the family's name, its regex verbatim (as its vocabulary's file spells it) and the
 *  few fields in which families differ. pretokenize.h has the one body that reads a row; the
 *  compiler folds its constants. To add a family, add a row here and its regex to the tests.
 */
#ifndef CTOK_FAMILIES_H
#define CTOK_FAMILIES_H

#include "ctok/unicode.h"

/*  Where 's 't 're 've 'm 'll 'd stand. "Any case" follows Unicode: U+017F counts as s. */
typedef enum ctok_contractions {
    CTOK_CONTRACTIONS_NONE,
    CTOK_CONTRACTIONS_LOWER_CASE, /* a piece of their own, tried first */
    CTOK_CONTRACTIONS_ANY_CASE,   /* a piece of their own, tried first */
    CTOK_CONTRACTIONS_END_WORDS   /* any case, swallowed by the word before */
} ctok_contractions;

/*  Which single character may open a word and belong to it. */
typedef enum ctok_opener {
    CTOK_OPENER_SPACE,           /* U+0020 */
    CTOK_OPENER_ANY_BUT_NEWLINE, /* any but CR, LF, letters and numbers */
    CTOK_OPENER_NO_PUNCTUATION   /* of these none of P, S; but one of ASCII opens ASCII letters */
} ctok_opener;

/*  How capital letters cut a word: not at all, or where a capital follows a small letter. */
typedef enum ctok_case { CTOK_CASE_IGNORED, CTOK_CASE_SPLITS_WORDS } ctok_case;

/*  What a run of punctuation swallows behind it. */
typedef enum ctok_tail { CTOK_TAIL_NONE, CTOK_TAIL_NEWLINES, CTOK_TAIL_NEWLINES_SLASHES } ctok_tail;

/*  What a run of white space with a newline inside does. */
typedef enum ctok_newlines {
    CTOK_NEWLINES_ARE_SPACE,   /* nothing special */
    CTOK_NEWLINES_END_A_PIECE, /* the run is cut behind its last newline */
    CTOK_NEWLINES_UNLESS_END   /* the same, but a run that ends the text is one piece */
} ctok_newlines;

/*  Whether numbers (and the script) are cut out first: white space before them ends its text. Or
 *  the script is, and of the other pieces' numbers each three of ASCII are cut out last. */
typedef enum ctok_numbers {
    CTOK_NUMBERS_IN_TURN,
    CTOK_NUMBERS_FIRST,
    CTOK_NUMBERS_LAST
} ctok_numbers;

/*  A script that shares no piece with others. */
typedef enum ctok_script {
    CTOK_SCRIPT_NONE,
    CTOK_SCRIPT_KANA,  /* 4E00-9FA5 3040-30FF; by itself it is cut as all else is */
    CTOK_SCRIPT_HAN,   /* \p{Han}; a run of it is a piece */
    CTOK_SCRIPT_SIGNS, /* \p{P} and the symbols of ASCII; a run of them is a piece */
    CTOK_SCRIPT_PAUSES /* white space and what ctok_is_pause says; all else makes words */
} ctok_script;

/*  \p{Han} outside of 3400-4DBF 4E00-9FFF. */
static const uint32_t ctok_more_han[][2] = {
    {0x2E80, 0x2E99},   {0x2E9B, 0x2EF3},   {0x2F00, 0x2FD5},   {0x3005, 0x3005},
    {0x3007, 0x3007},   {0x3021, 0x3029},   {0x3038, 0x303B},   {0xF900, 0xFA6D},
    {0xFA70, 0xFAD9},   {0x16FE2, 0x16FE3}, {0x16FF0, 0x16FF1}, {0x20000, 0x2A6DF},
    {0x2A700, 0x2B739}, {0x2B740, 0x2B81D}, {0x2B820, 0x2CEA1}, {0x2CEB0, 0x2EBE0},
    {0x2EBF0, 0x2EE5D}, {0x2F800, 0x2FA1D}, {0x30000, 0x3134A}, {0x31350, 0x323AF},
};

/*  Is a code point that is no white space one of ( ) | . , ! ? and of the stops and commas of
 *  other scripts that end BLOOM's words? */
CTOK_BODY int ctok_is_pause(uint32_t c) {
    return c < 0x80 ? c == '(' || c == ')' || c == '|' || c == '.' || c == ',' || c == '!' ||
                          c == '?'
                    : c == 0x60C || c == 0x6D4 || c == 0x964 || c == 0x2026 || c == 0x3001 ||
                          c == 0x3002 || c == 0xFF0C;
}

/*  Is a code point of three or four bytes Han? */
CTOK_BODY int ctok_is_han(uint32_t c) {
    if (c - 0x4E00 <= 0x9FFF - 0x4E00 || c - 0x3400 <= 0x4DBF - 0x3400)
        return 1;
    if (c < 0x2E80 || c - 0xFADA < 0x16FE2 - 0xFADA)
        return 0;
    for (size_t i = 0; i < sizeof(ctok_more_han) / sizeof(ctok_more_han[0]); i++)
        if (c - ctok_more_han[i][0] <= ctok_more_han[i][1] - ctok_more_han[i][0])
            return 1;
    return 0;
}

/*  May one of the 64 code points from c on, a multiple of 64, be Han? */
CTOK_BODY int ctok_may_be_han(uint32_t c) {
    int may = c + 63 >= 0x3400 && c <= 0x9FFF;
    for (size_t i = 0; i < sizeof(ctok_more_han) / sizeof(ctok_more_han[0]); i++)
        may |= c + 63 >= ctok_more_han[i][0] && c <= ctok_more_han[i][1];
    return may;
}

typedef struct ctok_family {
    const char *name;
    const char *pattern;
    ctok_contractions contractions;
    ctok_opener opener;
    uint32_t letters; /* traits that make a word */
    ctok_case letter_case;
    uint32_t digits;      /* at most so many numbers a piece; 0 is unbounded */
    int space_opens_more; /* U+0020 may open a piece of numbers too */
    uint32_t not_punctuation; /* traits that end a run of punctuation */
    ctok_tail tail;
    ctok_newlines newlines;
    ctok_numbers numbers;
    ctok_script script;
} ctok_family;

/*  Two traits more, where a family tells a script apart: a character has one of them. The second
 *  has the place of the category of surrogates, which no character is. */
#define CTOK_INSIDE ((uint32_t)1 << 31)
#define CTOK_OUTSIDE ((uint32_t)1 << 27)

/*  Does the character of `size` bytes at text[at] belong to the row's script? */
CTOK_BODY int ctok_is_inside(const ctok_family *row, const uint8_t *text, size_t at, size_t size) {
    uint32_t c;
    if (row->script == CTOK_SCRIPT_PAUSES && size < 3)
        return ctok_is_pause(size == 1 ? text[at]
                                       : (uint32_t)(text[at] & 31) << 6 | (text[at + 1] & 63));
    if (row->script == CTOK_SCRIPT_NONE || size < 3)
        return 0;
    c = (uint32_t)(text[at + 1] & 63) << 6 | (text[at + 2] & 63);
    c = size == 3 ? (uint32_t)(text[at] & 15) << 12 | c
                  : (uint32_t)(text[at] & 7) << 18 | c << 6 | (text[at + 3] & 63);
    if (row->script == CTOK_SCRIPT_HAN)
        return ctok_is_han(c);
    if (row->script == CTOK_SCRIPT_PAUSES)
        return ctok_is_pause(c);
    return c - 0x4E00 <= 0x9FA5 - 0x4E00 || c - 0x3040 <= 0x30FF - 0x3040;
}

/*  The character at text[at], at < n, as a family sees it. */
CTOK_BODY ctok_char ctok_family_char(const ctok_family *row, const uint8_t *text, size_t n,
                                     size_t at) {
    ctok_char c = ctok_char_at(text, n, at);
    if (row->script == CTOK_SCRIPT_SIGNS)
        c.traits |= c.traits & CTOK_PUNCTUATION || (text[at] < 0x80 && c.traits & CTOK_SYMBOL)
                        ? CTOK_INSIDE
                        : CTOK_OUTSIDE;
    else if (row->script == CTOK_SCRIPT_PAUSES && c.traits & CTOK_SPACE)
        c.traits |= CTOK_INSIDE;
    else if (row->script != CTOK_SCRIPT_NONE)
        c.traits |= ctok_is_inside(row, text, at, c.size) ? CTOK_INSIDE : CTOK_OUTSIDE;
    return c;
}

#define CTOK_PLAIN (CTOK_SPACE | CTOK_LETTER | CTOK_NUMBER)
#define CTOK_NO_PUNCTUATION (~(CTOK_PUNCTUATION | CTOK_SYMBOL | CTOK_INSIDE | CTOK_OUTSIDE))

/*  DeepSeek's Han and kana; which of them are letters or marks, P or S, and nothing. */
#define CTOK_KANA "\xE4\xB8\x80-\xE9\xBE\xA5\xE3\x81\x80-\xE3\x83\xBF"
#define CTOK_KANA_WORDS                                                                            \
    "\xE4\xB8\x80-\xE9\xBE\xA5\xE3\x81\x81-\xE3\x82\x96\xE3\x82\x99\xE3\x82\x9A"                   \
    "\xE3\x82\x9D-\xE3\x82\x9F\xE3\x82\xA1-\xE3\x83\xBA\xE3\x83\xBC-\xE3\x83\xBF"
#define CTOK_KANA_SIGNS "\xE3\x82\x9B\xE3\x82\x9C\xE3\x82\xA0\xE3\x83\xBB"
#define CTOK_KANA_GAPS "\xE3\x81\x80\xE3\x82\x97\xE3\x82\x98"

#define CTOK_FALCON_SIGNS "\\p{P}$+<=>^`|~"

/*  BLOOM's pauses. */
#define CTOK_PAUSES                                                                                \
    "(\\s|.,!?\xE2\x80\xA6\xE3\x80\x82\xEF\xBC\x8C\xE3\x80\x81"                                    \
    "\xE0\xA5\xA4\xDB\x94\xD8\x8C)"

#define CTOK_KIMI_CAPITALS "(?:(?!\\p{Han})[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}])"
#define CTOK_KIMI_SMALL "(?:(?!\\p{Han})[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}])"

#define CTOK_WORDS_O200K(suffix)                                                                   \
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"    \
    suffix "|"                                                                                     \
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"    \
    suffix "|"
#define CTOK_ENDINGS_HF "(?i:'s|'t|'re|'ve|'m|'ll|'d)"

/*  F(row's name, its fields in the order of ctok_family) */
#define CTOK_FAMILIES(F)                                                                           \
    F(r50k,                                                                                        \
      "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++$|\\s+(?!\\S)|\\s",  \
      CTOK_CONTRACTIONS_LOWER_CASE, CTOK_OPENER_SPACE, CTOK_LETTER, CTOK_CASE_IGNORED, 0, 1,       \
      CTOK_PLAIN, CTOK_TAIL_NONE, CTOK_NEWLINES_ARE_SPACE, CTOK_NUMBERS_IN_TURN, CTOK_SCRIPT_NONE) \
    F(cl100k,                                                                                      \
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+|"                        \
      " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",                      \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 3,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_UNLESS_END, CTOK_NUMBERS_IN_TURN,           \
      CTOK_SCRIPT_NONE)                                                                            \
    F(llama3,                                                                                      \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"                                \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                             \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 3,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN,          \
      CTOK_SCRIPT_NONE)                                                                            \
    F(nanochat,                                                                                    \
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,2}|"                          \
      " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",                             \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 2,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN,          \
      CTOK_SCRIPT_NONE)                                                                            \
    F(qwen2,                                                                                       \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"                                     \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                             \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 1,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN,          \
      CTOK_SCRIPT_NONE)                                                                            \
    F(qwen3_5,                                                                                     \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}|"                             \
      " ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                       \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER | CTOK_MARK,            \
      CTOK_CASE_IGNORED, 1, 0, CTOK_PLAIN | CTOK_MARK, CTOK_TAIL_NEWLINES,                         \
      CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN, CTOK_SCRIPT_NONE)                           \
    F(o200k,                                                                                       \
      CTOK_WORDS_O200K(CTOK_ENDINGS_HF "?") "\\p{N}{1,3}|"                                         \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                            \
      CTOK_CONTRACTIONS_END_WORDS, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER | CTOK_MARK,           \
      CTOK_CASE_SPLITS_WORDS, 3, 0, CTOK_PLAIN, CTOK_TAIL_NEWLINES_SLASHES,                        \
      CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN, CTOK_SCRIPT_NONE)                           \
    F(tekken,                                                                                      \
      CTOK_WORDS_O200K("") "\\p{N}|"                                                               \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                            \
      CTOK_CONTRACTIONS_NONE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER | CTOK_MARK,                \
      CTOK_CASE_SPLITS_WORDS, 1, 0, CTOK_PLAIN, CTOK_TAIL_NEWLINES_SLASHES,                        \
      CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN, CTOK_SCRIPT_NONE)                           \
    F(o200k_digits,                                                                                \
      CTOK_WORDS_O200K(CTOK_ENDINGS_HF "?") "\\p{N}|"                                              \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                            \
      CTOK_CONTRACTIONS_END_WORDS, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER | CTOK_MARK,           \
      CTOK_CASE_SPLITS_WORDS, 1, 0, CTOK_PLAIN, CTOK_TAIL_NEWLINES_SLASHES,                        \
      CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN, CTOK_SCRIPT_NONE)                           \
    F(starcoder,                                                                                   \
      "\\p{N}|'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+|"                               \
      "\\s+(?![^\\s\\p{N}])|\\s+",                                                                 \
      CTOK_CONTRACTIONS_LOWER_CASE, CTOK_OPENER_SPACE, CTOK_LETTER, CTOK_CASE_IGNORED, 1, 0,       \
      CTOK_PLAIN, CTOK_TAIL_NONE, CTOK_NEWLINES_ARE_SPACE, CTOK_NUMBERS_FIRST, CTOK_SCRIPT_NONE)   \
    F(minicpm5,                                                                                    \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"                                \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?![^\\s\\p{N}])|\\s+",                    \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 3,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_FIRST,            \
      CTOK_SCRIPT_NONE)                                                                            \
    F(seed_coder,                                                                                  \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"                                     \
      " ?[^\\s\\p{L}\\p{N}]+|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                                      \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 1,  \
      0, CTOK_PLAIN, CTOK_TAIL_NONE, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN,              \
      CTOK_SCRIPT_NONE)                                                                            \
    F(ufakzeka,                                                                                    \
      "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"                                                      \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                             \
      CTOK_CONTRACTIONS_NONE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 1, 0,   \
      CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN,             \
      CTOK_SCRIPT_NONE)                                                                            \
    F(deepseek_v3,                                                                                 \
      "\\p{N}{1,3}|[!-/:-@\\[\\\\\\]^_`{-~][A-Za-z]+|"                                             \
      "[^\\r\\n\\p{L}\\p{P}\\p{S}\\p{N}" CTOK_KANA "]?"                                            \
      "(?:[^\\P{L}" CTOK_KANA "]|[^\\P{M}" CTOK_KANA "])+|"                                        \
      "[" CTOK_KANA_GAPS "]?[" CTOK_KANA_WORDS "]+|"                                               \
      " ?(?:[^\\P{P}" CTOK_KANA "]|[^\\P{S}" CTOK_KANA "])+[\\r\\n]*|[" CTOK_KANA_SIGNS "]+|"      \
      "\\s*[\\r\\n]+|\\s+(?![^\\s\\p{N}" CTOK_KANA "])|\\s+|"                                      \
      "[" CTOK_KANA_GAPS "]+(?![" CTOK_KANA_WORDS "])|"                                            \
      "[^\\s\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}" CTOK_KANA "]+"                                         \
      "(?![^\\P{L}" CTOK_KANA "])(?![^\\P{M}" CTOK_KANA "])",                                      \
      CTOK_CONTRACTIONS_NONE, CTOK_OPENER_NO_PUNCTUATION, CTOK_LETTER | CTOK_MARK,                 \
      CTOK_CASE_IGNORED, 3, 0, CTOK_NO_PUNCTUATION, CTOK_TAIL_NEWLINES,                            \
      CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_FIRST, CTOK_SCRIPT_KANA)                             \
    F(kimi,                                                                                        \
      "\\p{Han}+|[^\\r\\n\\p{L}\\p{N}]?" CTOK_KIMI_CAPITALS "*" CTOK_KIMI_SMALL "+"                \
      CTOK_ENDINGS_HF "?|[^\\r\\n\\p{L}\\p{N}]?" CTOK_KIMI_CAPITALS "+" CTOK_KIMI_SMALL "*"        \
      CTOK_ENDINGS_HF "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|"                \
      "\\s+(?!\\S)|\\s+",                                                                          \
      CTOK_CONTRACTIONS_END_WORDS, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER | CTOK_MARK,           \
      CTOK_CASE_SPLITS_WORDS, 3, 0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE,     \
      CTOK_NUMBERS_IN_TURN, CTOK_SCRIPT_HAN)                                                       \
    F(bloom,                                                                                       \
      " ?[^" CTOK_PAUSES "]+|[" CTOK_PAUSES "]*(?! )[" CTOK_PAUSES "](?![" CTOK_PAUSES "])|"       \
      "[" CTOK_PAUSES "]+(?![^" CTOK_PAUSES "])",                                                  \
      CTOK_CONTRACTIONS_NONE, CTOK_OPENER_SPACE, CTOK_OUTSIDE, CTOK_CASE_IGNORED, 0, 0,            \
      ~(uint32_t)0, CTOK_TAIL_NONE, CTOK_NEWLINES_ARE_SPACE, CTOK_NUMBERS_IN_TURN,                 \
      CTOK_SCRIPT_PAUSES)                                                                          \
    F(falcon,                                                                                      \
      "[" CTOK_FALCON_SIGNS "]+| ?\\p{L}+|[0-9]{3}|"                                               \
      " ?(?:(?:[0-9]{0,2}[^\\P{N}0-9])+(?:[0-9]{1,2}(?!\\p{N}))?|[0-9]{1,2}(?!\\p{N}))|"           \
      " ?[^\\s\\p{L}\\p{N}" CTOK_FALCON_SIGNS "]+|\\s+(?![^\\s" CTOK_FALCON_SIGNS "])|\\s+",       \
      CTOK_CONTRACTIONS_NONE, CTOK_OPENER_SPACE, CTOK_LETTER, CTOK_CASE_IGNORED, 3, 1, CTOK_PLAIN, \
      CTOK_TAIL_NONE, CTOK_NEWLINES_ARE_SPACE, CTOK_NUMBERS_LAST, CTOK_SCRIPT_SIGNS)

#define CTOK_FAMILY_ROW(name, ...)                                                                 \
    static const ctok_family ctok_family_##name = {#name, __VA_ARGS__};
CTOK_FAMILIES(CTOK_FAMILY_ROW)
#undef CTOK_FAMILY_ROW

#endif /* CTOK_FAMILIES_H */
