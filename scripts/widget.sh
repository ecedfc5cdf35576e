#!/bin/sh
# Whether widget/dist/okienko.js is what widget/src builds to, its types and tests are in order, and it is small enough.
set -eu
cd "$(dirname "$0")/../widget"
limit=30720
if ! command -v npm >/dev/null 2>&1; then
  echo "Brak npm: pomijam sprawdzenie okienka. Na Debianie: apt-get install nodejs npm." >&2
  [ -z "${CI:-}" ] || exit 1
  exit 0
fi
npm ci --silent --no-audit --no-fund
npm run --silent check
npm test --silent >.test.log 2>&1 || { cat .test.log; exit 1; }
built=$(mktemp)
cp dist/okienko.js "$built"
npm run --silent build -- --log-level=error
if ! cmp -s dist/okienko.js "$built"; then
  cp "$built" dist/okienko.js
  rm -f "$built"
  echo "widget/dist/okienko.js nie odpowiada źródłom. Uruchom: make widget" >&2
  exit 1
fi
rm -f "$built"
size=$(gzip -9c dist/okienko.js | wc -c)
echo "okienko.js: $(wc -c <dist/okienko.js) B, po gzip $size B (najwyżej $limit B)"
[ "$size" -le "$limit" ]
