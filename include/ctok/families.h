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

/*  Whether numbers are cut out first: white space before them then ends its text. */
typedef enum ctok_numbers { CTOK_NUMBERS_IN_TURN, CTOK_NUMBERS_FIRST } ctok_numbers;

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
} ctok_family;

#define CTOK_PLAIN (CTOK_SPACE | CTOK_LETTER | CTOK_NUMBER)

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
      CTOK_PLAIN, CTOK_TAIL_NONE, CTOK_NEWLINES_ARE_SPACE, CTOK_NUMBERS_IN_TURN)                   \
    F(cl100k,                                                                                      \
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+|"                        \
      " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",                      \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 3,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_UNLESS_END, CTOK_NUMBERS_IN_TURN)           \
    F(llama3,                                                                                      \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"                                \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                             \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 3,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN)          \
    F(nanochat,                                                                                    \
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,2}|"                          \
      " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",                             \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 2,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN)          \
    F(qwen2,                                                                                       \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"                                     \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                             \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 1,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN)          \
    F(qwen3_5,                                                                                     \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}|"                             \
      " ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                       \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER | CTOK_MARK,            \
      CTOK_CASE_IGNORED, 1, 0, CTOK_PLAIN | CTOK_MARK, CTOK_TAIL_NEWLINES,                         \
      CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN)                                             \
    F(o200k,                                                                                       \
      CTOK_WORDS_O200K(CTOK_ENDINGS_HF "?") "\\p{N}{1,3}|"                                         \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                            \
      CTOK_CONTRACTIONS_END_WORDS, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER | CTOK_MARK,           \
      CTOK_CASE_SPLITS_WORDS, 3, 0, CTOK_PLAIN, CTOK_TAIL_NEWLINES_SLASHES,                        \
      CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN)                                             \
    F(tekken,                                                                                      \
      CTOK_WORDS_O200K("") "\\p{N}|"                                                               \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                            \
      CTOK_CONTRACTIONS_NONE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER | CTOK_MARK,                \
      CTOK_CASE_SPLITS_WORDS, 1, 0, CTOK_PLAIN, CTOK_TAIL_NEWLINES_SLASHES,                        \
      CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN)                                             \
    F(o200k_digits,                                                                                \
      CTOK_WORDS_O200K(CTOK_ENDINGS_HF "?") "\\p{N}|"                                              \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                            \
      CTOK_CONTRACTIONS_END_WORDS, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER | CTOK_MARK,           \
      CTOK_CASE_SPLITS_WORDS, 1, 0, CTOK_PLAIN, CTOK_TAIL_NEWLINES_SLASHES,                        \
      CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN)                                             \
    F(starcoder,                                                                                   \
      "\\p{N}|'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+|"                               \
      "\\s+(?![^\\s\\p{N}])|\\s+",                                                                 \
      CTOK_CONTRACTIONS_LOWER_CASE, CTOK_OPENER_SPACE, CTOK_LETTER, CTOK_CASE_IGNORED, 1, 0,       \
      CTOK_PLAIN, CTOK_TAIL_NONE, CTOK_NEWLINES_ARE_SPACE, CTOK_NUMBERS_FIRST)                     \
    F(minicpm5,                                                                                    \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"                                \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?![^\\s\\p{N}])|\\s+",                    \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 3,  \
      0, CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_FIRST)            \
    F(seed_coder,                                                                                  \
      CTOK_ENDINGS_HF "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"                                     \
      " ?[^\\s\\p{L}\\p{N}]+|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                                      \
      CTOK_CONTRACTIONS_ANY_CASE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 1,  \
      0, CTOK_PLAIN, CTOK_TAIL_NONE, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN)              \
    F(ufakzeka,                                                                                    \
      "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"                                                      \
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",                             \
      CTOK_CONTRACTIONS_NONE, CTOK_OPENER_ANY_BUT_NEWLINE, CTOK_LETTER, CTOK_CASE_IGNORED, 1, 0,   \
      CTOK_PLAIN, CTOK_TAIL_NEWLINES, CTOK_NEWLINES_END_A_PIECE, CTOK_NUMBERS_IN_TURN)

#define CTOK_FAMILY_ROW(name, ...)                                                                 \
    static const ctok_family ctok_family_##name = {#name, __VA_ARGS__};
CTOK_FAMILIES(CTOK_FAMILY_ROW)
#undef CTOK_FAMILY_ROW

#endif /* CTOK_FAMILIES_H */
