/*  _ints.h: ids as Python's ints, and back.
 *
 *  There is one int object for each id, made when it is first wanted and kept for good. All stand
 *  in one array, so that the id says where its object is, without a table of pointers to wait for;
 *  the array is zeros until then, which the system lends a page at a time.
 *
 *  An object of the array is the copy of one that the interpreter made, whatever its fields are,
 *  with one reference that nobody gives up. Where threads run without the GIL or objects are
 *  chained, the interpreter must know of each, and new ones are made each time; as they are in
 *  WebAssembly, where a module takes all its memory, 64 MB of zeros here, when it is imported.
 */
#ifndef CTOK_INTS_H
#define CTOK_INTS_H

#include <Python.h>

#include "ctok/base.h"

#if defined(Py_GIL_DISABLED) || defined(Py_TRACE_REFS) || defined(PYPY_VERSION) || defined(__wasm__)
#define CTOK_KEEPS_INTS 0
#else
#define CTOK_KEEPS_INTS 1
#endif

#if CTOK_KEEPS_INTS
typedef union ctok_int_slot {
    PyLongObject number;
    PyObject head; /* without a type until it is made */
    uint8_t bytes[32];
} ctok_int_slot;

static ctok_int_slot ctok_ints[CTOK_MAX_IDS];

/*  Makes the int `value` in its place; 0, with the exception set, when memory runs out. */
CTOK_NOINLINE int ctok_int_make(uint32_t value) {
    ctok_int_slot *const slot = &ctok_ints[value];
    PyObject *const number = PyLong_FromUnsignedLong(value);
    const Py_ssize_t digits = value >> PyLong_SHIFT ? 2 : 1;
    if (!number)
        return 0;
    memcpy(slot, number, (size_t)(PyLong_Type.tp_basicsize + digits * PyLong_Type.tp_itemsize));
    if (Py_REFCNT(number) < 1 << 28) /* else it is immortal, and the copy is too */
        Py_SET_REFCNT(&slot->head, 1);
    Py_DECREF(number);
    return 1;
}
#endif

#define CTOK_INTS_AHEAD 48 /* so many ids before its turn an int's line is asked for */

/*  Writes new references to n ids' ints; returns how many, fewer, with the exception set, when
 *  memory runs out. */
static inline size_t ctok_ints_write(const uint32_t *ids, size_t n, PyObject **out) {
    for (size_t i = 0; i < n; i++) {
#if CTOK_KEEPS_INTS
        if (CTOK_LIKELY(ids[i] < CTOK_MAX_IDS)) {
            ctok_int_slot *const slot = &ctok_ints[ids[i]];
            if (n - i > CTOK_INTS_AHEAD && ids[i + CTOK_INTS_AHEAD] < CTOK_MAX_IDS)
                CTOK_PREFETCH(&ctok_ints[ids[i + CTOK_INTS_AHEAD]]);
            if (CTOK_UNLIKELY(!slot->head.ob_type) && !ctok_int_make(ids[i]))
                return i;
            Py_INCREF(&slot->head);
            out[i] = &slot->head;
            continue;
        }
#endif
        if (!(out[i] = PyLong_FromUnsignedLong(ids[i])))
            return i;
    }
    return n;
}

/*  Reads n items until one is not of the type int itself, or not from 0 to 2**32 - 1; returns how
 *  many were read. Runs no code but its own. */
static inline Py_ssize_t ctok_ints_read(PyObject *const *items, Py_ssize_t n, uint32_t *out) {
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *const item = items[i];
        long long value;
        int overflow = 0;
        if (CTOK_UNLIKELY(!PyLong_CheckExact(item)))
            return i;
#if PY_VERSION_HEX >= 0x030C0000
        if (CTOK_LIKELY(PyUnstable_Long_IsCompact((PyLongObject *)item)))
            value = PyUnstable_Long_CompactValue((PyLongObject *)item);
        else
#else
        if (CTOK_LIKELY((size_t)Py_SIZE(item) <= 1)) /* digits: 0 has none */
            value = (long long)((PyLongObject *)item)->ob_digit[0] * Py_SIZE(item);
        else
#endif
            value = PyLong_AsLongLongAndOverflow(item, &overflow);
        if (CTOK_UNLIKELY(overflow || value < 0 || value > 0xFFFFFFFF))
            return i;
        out[i] = (uint32_t)value;
    }
    return n;
}

#ifdef Py_GIL_DISABLED
#define CTOK_HAS_GIL 0
#else
#define CTOK_HAS_GIL 1
#endif

#endif /* CTOK_INTS_H */
