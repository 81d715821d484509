"""A long loop in C shares the interpreter."""

from cpython.exc cimport PyErr_CheckSignals

cdef extern from *:
    """
    /*  A function of the interpreter's that does nothing. PyRun_String would not do: Ctrl-C that it meets
     *  ends the process in the end, caught or not (until Python 3.14). */
    static PyObject *ctok_make_function(void) {
        PyObject *function = NULL, *names = PyDict_New();
        PyObject *code = names ? Py_CompileString("lambda: None", "<ctok>", Py_eval_input) : NULL;
        if (code != NULL)
            function = PyEval_EvalCode(code, names, names);
        Py_XDECREF(code);
        Py_XDECREF(names);
        return function;
    }

    /*  Calls it: what the interpreter does on entry is what `breathe` is after. It is made once; where
     *  threads run without the GIL, each time, as two might make it at once. */
    static int ctok_enter(void) {
        static PyObject *made = NULL;
        PyObject *nothing, *function = made ? made : ctok_make_function();
        if (function == NULL)
            return -1;
        nothing = PyObject_CallNoArgs(function);
    #ifdef Py_GIL_DISABLED
        Py_DECREF(function);
    #else
        made = function;
    #endif
        Py_XDECREF(nothing);
        return nothing == NULL ? -1 : 0;
    }
    """
    int ctok_enter() except -1


cdef inline int breathe() except -1:
    """Answers Ctrl-C, and lets a thread that waits for the GIL have its turn.

    The GIL is given away as the interpreter does it: when a waiting thread has asked for it. To let it
    go for a moment each time would be heard by the waiting thread too late and start its 5 ms anew,
    before which it may not ask (CPython, Python/ceval_gil.c, take_gil): it might wait for ever.
    """
    PyErr_CheckSignals()
    return ctok_enter()
