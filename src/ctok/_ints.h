/*  _ints.h: ids as Python's ints, and back.
 *
 *  There is one int object for each id, made when it is first wanted and kept for good. The table
 *  is zeros until then, which the system lends a page at a time. Of two threads that make the same
 *  int at once, one keeps its own.
 */
#ifndef CTOK_INTS_H
#define CTOK_INTS_H

#include <Python.h>

#include "ctok/base.h"

static PyObject *ctok_ints[CTOK_MAX_IDS];

/*  A new reference to the int `value`; NULL, with the exception set, when memory runs out. */
static inline PyObject *ctok_int(uint32_t value) {
    PyObject *number;
    if (value >= CTOK_MAX_IDS)
        return PyLong_FromUnsignedLong(value);
#ifdef Py_GIL_DISABLED
    number = __atomic_load_n(&ctok_ints[value], __ATOMIC_ACQUIRE);
#else
    number = ctok_ints[value];
#endif
    if (CTOK_UNLIKELY(!number)) {
        number = PyLong_FromUnsignedLong(value);
        if (!number)
            return NULL;
#ifdef Py_GIL_DISABLED
        PyObject *held = NULL;
        if (!__atomic_compare_exchange_n(&ctok_ints[value], &held, number, 0, __ATOMIC_ACQ_REL,
                                         __ATOMIC_ACQUIRE)) {
            Py_DECREF(number);
            number = held;
        }
#else
        ctok_ints[value] = number;
#endif
    }
    Py_INCREF(number);
    return number;
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
