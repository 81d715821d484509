"""Writes tests/safety/automata.h: automata for the C programs that test and fuzz automaton.h."""

import sys
from pathlib import Path

import numpy as np
import written

from ctok import automaton, kernels

HEADER = Path(__file__).resolve().parent.parent / "tests" / "safety" / "automata.h"
PATTERNS = {
    "cl100k": kernels.patterns()["cl100k"],
    "numbers": r"\p{N}{1,3}",
    "kept": r"\s+$|[a-z]*[0-9]|[a-z]",
    "ufakzeka": kernels.patterns()["ufakzeka"],
    "words": r"[\r\n]|\s?\p{L}+|\s?\p{P}+",
    "each": r"[\p{N}'!]",
    "runs": r"\p{N}+",
    "last": r"\s+$",
    "threes": "[0-9][0-9][0-9]",
}


def lines(numbers: list[int]) -> str:
    """Numbers as lines of C."""
    rows = (numbers[i : i + 16] for i in range(0, len(numbers), 16))
    return "\n".join("    " + ", ".join(map(str, row)) + "," for row in rows)


def bytes_of(data: np.ndarray) -> str:
    """A ctok_bytes in C."""
    has, columns = lines(data[:256].tolist()), lines(data[256:288].tolist())
    return f"{{\n    {{\n{has}\n    }},\n    {{\n{columns}\n    }},\n}}"


def render() -> str:
    """The header's text."""
    parts = []
    for name, pattern in PATTERNS.items():
        tables = automaton.compile_tables(pattern)
        every = tables.classes.reshape(-1, 256)[tables.pages].reshape(-1)
        changes = np.flatnonzero(np.diff(every, prepend=255)).tolist()
        runs = [start << 8 | int(every[start]) for start in changes]
        lasts = tables.lasts if len(tables.lasts) else np.zeros(288 + 1, np.uint8)
        spelled = pattern.replace("\\", "\\\\")
        parts.append(f"""\
static const uint32_t runs_{name}[] = {{
{lines(runs)}
}};
static const uint16_t table_{name}[] = {{
{lines(tables.table.tolist())}
}};
static const uint8_t loops_{name}[] = {{
{lines(tables.loops.tolist() or [0])}
}};
static const uint8_t entries_{name}[] = {{
{lines(tables.entries.tolist() or [0])}
}};
static const uint8_t kinds_{name}[] = {{
{lines(tables.kinds.tolist() or [0])}
}};
static const ctok_bytes dull_{name} = {bytes_of(tables.dull)};
static const ctok_bytes spare_{name} = {bytes_of(tables.spare)};
static const uint8_t spare_classes_{name}[] = {{
{lines(tables.spare_classes.tolist())}
}};
static const ctok_bytes lasts_{name} = {bytes_of(lasts)};
static const uint8_t last_classes_{name}[] = {{
{lines(lasts[288:].tolist())}
}};
static const made made_{name} = {{
    "{spelled}",
    runs_{name},
    sizeof(runs_{name}) / sizeof(runs_{name}[0]),
    table_{name},
    {f"loops_{name}" if len(tables.loops) else "NULL"},
    {f"entries_{name}" if len(tables.entries) else "NULL"},
    {f"kinds_{name}" if len(tables.kinds) else "NULL"},
    &dull_{name},
    &spare_{name},
    spare_classes_{name},
    {f"&lasts_{name}" if len(tables.lasts) else "NULL"},
    last_classes_{name},
    {tables.width},
    {int(tables.restarts)},
    {int(tables.dense)},
    {int(tables.inert)},
    {tables.whole_set},
    {len(tables.entries) // (tables.width + 1)},
    {tables.may},
    {tables.ends},
    {tables.states},
    {tables.broken},
}};
""")
    return (
        """\
/*  automata.h: what ctok.automaton makes of some regexes.
 *
 *  Written by tools/make_test_automata.py; do not edit, run `make tables`.
 *
 *      runs   code point << 8 | class, from which code point on a class holds
 */
#ifndef CTOK_TEST_AUTOMATA_H
#define CTOK_TEST_AUTOMATA_H

#include "ctok/automaton.h"

typedef struct made {
    const char *pattern;
    const uint32_t *runs;
    size_t n_runs;
    const uint16_t *table;
    const uint8_t *loops;
    const uint8_t *entries;
    const uint8_t *kinds;
    const ctok_bytes *dull;
    const ctok_bytes *spare;
    const uint8_t *spare_classes;
    const ctok_bytes *lasts;
    const uint8_t *last_classes;
    uint32_t width, restarts, dense, inert, whole_set, row_count;
    uint32_t may, ends, states, broken;
} made;

"""
        + "\n".join(parts)
        + """
/*  The memory of one automaton, with a page for each 256 code points. */
typedef struct made_memory {
    uint32_t ascii[256];
    uint16_t pages[0x1100];
    uint8_t classes[0x110000];
} made_memory;

/*  Those of the last backend that this processor runs. */
static inline const ctok_cuts *cuts_of_this_processor(void) {
    const ctok_cuts *best = NULL;
    for (int i = CTOK_SCALAR_BACKEND; i <= CTOK_NEON_BACKEND; i++) {
        const ctok_cuts *const cuts = ctok_cuts_on((ctok_backend)i);
        if (cuts && ctok_cpu_runs((ctok_backend)i))
            best = cuts;
    }
    return best;
}

static inline ctok_automaton made_load(const made *from, made_memory *memory) {
    ctok_automaton result;
    for (size_t i = 0; i < from->n_runs; i++) {
        const uint32_t end = i + 1 < from->n_runs ? from->runs[i + 1] >> 8 : 0x110000;
        for (uint32_t c = from->runs[i] >> 8; c < end; c++)
            memory->classes[c] = (uint8_t)from->runs[i];
    }
    for (uint32_t i = 0; i < 0x1100; i++)
        memory->pages[i] = (uint16_t)i;
    for (uint32_t i = 0; i < 256; i++) {
        memory->ascii[i] = i < 0x80 ? memory->classes[i] * from->states : 0;
    }
    memset(&result, 0, sizeof(result));
    result.ascii = memory->ascii;
    result.dull = from->dull;
    result.pages = memory->pages;
    result.classes = memory->classes;
    result.table = from->table;
    result.loops = from->loops;
    result.entries = from->entries;
    result.spare = from->spare;
    result.spare_classes = from->spare_classes;
    result.lasts = from->lasts;
    result.last_classes = from->last_classes;
    result.kinds = from->kinds;
    result.width = from->width;
    result.restarts = (int)from->restarts;
    result.dense = (int)from->dense;
    result.inert = (int)from->inert;
    result.whole_set = (ctok_whole_set)from->whole_set;
    result.row_count = from->row_count;
    result.cuts = cuts_of_this_processor();
    result.may = from->may;
    result.ends = from->ends;
    result.states = from->states;
    result.broken = from->broken;
    return result;
}

#endif /* CTOK_TEST_AUTOMATA_H */
"""
    )


if __name__ == "__main__":
    sys.exit(written.main(HEADER, __doc__, render))
