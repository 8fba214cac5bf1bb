#!/usr/bin/env bash
# Checks that every module a target imports is named by the manifest as a dependency of that target.
#
# SwiftPM's --explicit-target-dependency-import-check accepts modules that are reached through another
# target, which is what a layering law must refuse.
set -euo pipefail
cd "$(dirname "$0")/.."

description=$(swift package describe)
awk '
  BEGIN {
    split("Swift Runtime Synchronization Dispatch Foundation FoundationEssentials Glibc Musl Darwin Testing XCTest" \
      " PackagePlugin RegexBuilder", modules, " ")
    for (i in modules) toolchain[modules[i]] = 1
  }

  function checkFile(path, target,    line, number, statement, words, module) {
    number = 0
    statement = "^[ \t]*(@[A-Za-z_]+(\\([a-z]*\\))?[ \t]+)*((public|package|internal|fileprivate|private)[ \t]+)?import[ \t]+"
    while ((getline line < path) > 0) {
      number++
      if (line !~ statement) continue
      sub(statement, "", line)
      sub(/^(struct|class|enum|protocol|typealias|func|let|var)[ \t]+/, "", line)
      split(line, words, /[^A-Za-z0-9_]/)
      module = words[1]
      if (module in toolchain || module in dependencies) continue
      printf "%s:%d: %s imports %s, which the manifest does not name\n", path, number, target, module
      failures++
    }
    close(path)
  }

  function checkTarget(    i) {
    if (kind == "SwiftTarget" || kind == "PluginTarget")
      for (i = 1; i <= count; i++) checkFile(root "/" sources[i], name)
    if (name != "") targets++
    name = kind = root = section = ""
    count = 0
    split("", dependencies)
  }

  /^Targets:/ { inTargets = 1; next }
  !inTargets { next }
  /^ *$/ { checkTarget(); next }
  /^    Name: / { name = $2; next }
  /^    Module type: / { kind = $3; next }
  /^    Path: / { root = substr($0, 11); next }
  /^    [A-Z][A-Za-z0-9 ]*:/ { section = $1 " " $2; next }
  section == "Sources: " && /\.swift$/ { sources[++count] = substr($0, 9); next }
  section ~ /^(Target|Product) dependencies:/ { module = $1; gsub(/-/, "_", module); dependencies[module] = 1 }

  END {
    checkTarget()
    if (targets == 0) { print "layers: the manifest describes no target"; exit 1 }
    if (failures) exit 1
    print "layers: " targets " targets import only what they name"
  }
' <<<"$description"
