#!/bin/sh
# The environment of make fuzz: its own packages first, then the project's, which some of them would not fit beside.
set -eu
venv="$1"
project="$2"
lock="benchmarks/fuzz.lock"
[ -f "$venv/.installed" ] && [ ! "$lock" -nt "$venv/.installed" ] && exit 0
sh scripts/venv.sh 3.10 "$venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r "$lock"
"$project/bin/python" -c "import site; print(site.getsitepackages()[0])" > "$("$venv/bin/python" -c "import site; print(site.getsitepackages()[0])")/zz_project.pth"
touch "$venv/.installed"
