#!/bin/sh
# All that reads the sources without running them; PYTHON names the Python that has the tools and
# an installation of ctok, whose compiled modules are compared with their stubs.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
modules=$(sed -n '/^MODULES = (/,/^)/s/^ *"\(.*\)",$/\1/p' setup.py)
test -n "$modules"
"$python" -m ruff check .
"$python" -m mypy
"$python" -m mypy.stubtest --concise --ignore-unused-allowlist \
    --allowlist tools/stubtest-allowlist.txt $(printf 'ctok.%s ' $modules)
# cython-lint looks for pycodestyle beside itself only by the path
bin=$(dirname "$("$python" -c 'import sys; print(sys.executable)')")
PATH="$bin:$PATH" cython-lint src
