#!/bin/sh
# Installs Placet into an environment of its own: sh deploy/install.sh /opt/placet
#
# The Dockerfile runs it, and so does whoever installs Placet on a machine. Everything comes from the lock, every
# hash checked. What only builds or installs (pip, the build backend) stays in a folder that is thrown away.
# Run again, it replaces what it installed before; data, settings and policy lie elsewhere.
set -eu

[ $# -eq 1 ] || { echo "Say where to install Placet: sh deploy/install.sh /opt/placet" >&2; exit 2; }
target=$1
python=${PYTHON:-python3}
source=$(cd "$(dirname "$0")/.." && pwd)

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Placet needs Python 3.11 or newer; say which with: PYTHON=python3.12 sh deploy/install.sh $target" >&2
  exit 1
}
[ ! -e "$target" ] || [ -x "$target/bin/placet" ] || [ -z "$(ls -A "$target")" ] || {
  echo "$target holds something else already; nothing was installed." >&2
  exit 1
}

workshop=$(mktemp -d)
trap 'rm -rf "$workshop"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

# The workshop: what the lock names, every hash checked; the build backend; and out of it Placet's own wheel.
"$python" -m venv "$workshop/env"
pip() { "$workshop/env/bin/python" -m pip --quiet "$@"; }
pip download --require-hashes --requirement "$source/requirements/runtime.txt" --dest "$workshop/locked"
pip install --no-index --find-links "$workshop/locked" hatchling
pip wheel --no-deps --no-build-isolation --no-index --wheel-dir "$workshop" "$source"

# The product: the locked packages without the build backend, and without pip.
rm -rf "$target"
"$python" -m venv --without-pip "$target"
into() { pip --python "$target/bin/python" "$@"; }
into install --require-hashes --no-index --find-links "$workshop/locked" \
  --requirement "$source/requirements/runtime.txt"
into install --no-deps --no-index "$workshop"/placet-*.whl
into uninstall --yes hatchling pathspec pluggy trove-classifiers
into check

"$target/bin/placet" --version
