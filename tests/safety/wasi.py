"""Runs a program for WASI, which sees its output and nothing else: python wasi.py PROGRAM."""

import sys

import wasmtime


def run(path: str) -> int:
    """Runs the program at `path`; returns its exit code."""
    engine = wasmtime.Engine()
    linker, store = wasmtime.Linker(engine), wasmtime.Store(engine)
    linker.define_wasi()
    config = wasmtime.WasiConfig()
    config.argv = [path]
    config.inherit_stdout()
    store.set_wasi(config)
    program = linker.instantiate(store, wasmtime.Module.from_file(engine, path))
    try:
        program.exports(store)["_start"](store)
    except wasmtime.ExitTrap as end:
        return end.code
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
