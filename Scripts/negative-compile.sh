#!/usr/bin/env bash
# Compiles every file of Tests/Negative against the modules of the debug build and requires that the compiler
# refuses it with an error that contains what the first line says: `// expect: text`.
set -euo pipefail
cd "$(dirname "$0")/.."

products=$(swift build --show-bin-path)
[[ -d $products/Modules ]] || {
  echo "negative: nothing is built; run make build" >&2
  exit 1
}

flags=(
  -emit-sil -o /dev/null -module-name Negative -swift-version 6 -strict-memory-safety -I "$products/Modules"
  -enable-upcoming-feature ExistentialAny
  -enable-upcoming-feature InternalImportsByDefault
  -enable-upcoming-feature MemberImportVisibility
  -enable-upcoming-feature NonisolatedNonsendingByDefault
)
for map in "$products"/*.build/module.modulemap Sources/*/include/module.modulemap Sources/*/module.modulemap; do
  [[ ! -f $map ]] || flags+=(-Xcc "-fmodule-map-file=$map")
done

failures=0
count=0
fail() {
  echo "$file: $1" >&2
  failures=$((failures + 1))
}

for file in Tests/Negative/*.swift; do
  [[ -f $file ]] || continue
  count=$((count + 1))
  expected=$(sed -n '1s|^// expect: ||p' "$file")
  if [[ -z $expected ]]; then
    fail 'the first line is not "// expect: text"'
  elif output=$(swiftc "${flags[@]}" "$file" 2>&1); then
    fail "the compiler accepts it; expected: $expected"
  elif ! grep ' error: ' <<<"$output" | grep -qF -- "$expected"; then
    printf '%s\n' "$output" >&2
    fail "the compiler refuses it for another reason; expected: $expected"
  fi
done

[[ $count -gt 0 ]] || {
  echo "negative: Tests/Negative holds no case" >&2
  exit 1
}
[[ $failures -eq 0 ]] || exit 1
echo "negative: $count cases refused as expected"
