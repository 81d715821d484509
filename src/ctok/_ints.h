/*  _ints.h: one int object for each id, made when it is first wanted and kept for good.
 *
 *  The table is zeros until then, which the system lends a page at a time. Of two threads that
 *  make the same int at once, one keeps its own.
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

#endif /* CTOK_INTS_H */
