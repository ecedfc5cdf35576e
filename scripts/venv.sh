#!/bin/sh
# Makes the virtual environment: from python3.X, else from a uv-managed one, else says what to install.
set -eu
version="$1"
venv="$2"

if [ -x "$venv/bin/python" ] && "$venv/bin/python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')"; then
  exit 0
fi
rm -rf "$venv"
if "python$version" -c "import venv, ensurepip" >/dev/null 2>&1; then
  exec "python$version" -m venv "$venv"
fi
if command -v uv >/dev/null 2>&1 && uv venv -q --seed --python "$version" "$venv"; then
  exit 0
fi
echo "Okienko potrzebuje Pythona $version z modułem venv. Zainstaluj pakiety python$version i python$version-venv albo program uv i uruchom make ponownie." >&2
exit 1
