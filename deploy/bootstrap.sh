#!/bin/sh
# Makes .venv with uv in it, from nothing but Python 3.11+. Debian splits pip and ensurepip off
# into packages of their own, so each way to get uv is tried in turn and the last word says what is missing.
set -eu
python=$1
uv_version=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Kenniskring needs Python 3.11 or newer; '$python' is not. Name another with: make PYTHON=/path/to/python" >&2
    exit 1
}
has_module() {
    "$python" -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('$1') is None)"
}

[ -x .venv/bin/python ] || "$python" -m venv --without-pip .venv
if [ -x .venv/bin/uv ] && .venv/bin/uv --version | grep -q "^uv $uv_version "; then
    exit 0
fi
if command -v uv >/dev/null 2>&1; then
    exec uv pip install --quiet --python .venv/bin/python "uv==$uv_version"
fi
if has_module pip; then
    exec "$python" -m pip --disable-pip-version-check --python .venv/bin/python install --quiet "uv==$uv_version"
fi
if ! has_module ensurepip && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "This machine has no pip; installing Debian's python3-venv to make the environment." >&2
    apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
fi
if has_module ensurepip; then
    .venv/bin/python -m ensurepip >/dev/null
    exec .venv/bin/python -m pip --disable-pip-version-check install --quiet "uv==$uv_version"
fi
echo "Kenniskring needs pip or ensurepip once, to make its environment. On Debian: apt-get install python3-venv" >&2
exit 1
