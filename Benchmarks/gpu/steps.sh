# Steps with time limits and their outcomes as JSON; for run.sh, which sets results, deadline and work.
# shellcheck shell=bash

steps=()

# The text as a JSON string: what JSON must not contain is dropped.
json_string() {
  local text
  text=$(LC_ALL=C tr -cd '\11\12\40-\176' <<<"$1" | sed 's/\\/\\\\/g; s/"/\\"/g; s/\t/ /g')
  text=${text//$'\n'/\\n}
  printf '"%s"' "$text"
}

# The file's content if it is one JSON value, else its end as a string.
json_file() {
  if [[ ! -s $1 ]]; then
    printf 'null'
  elif is_json "$1"; then
    cat "$1"
  else
    json_string "$(tail -c 2000 "$1")"
  fi
}

# Without Python nothing is taken for JSON, so that the whole file stays valid.
is_json() { command -v python3 >/dev/null && timeout 20 python3 -m json.tool "$1" >/dev/null 2>&1; }

seconds_left() { echo $((deadline - SECONDS)); }

# record NAME OUTCOME SECONDS NOTE FILE
record() {
  local fields="\"outcome\": \"$2\", \"seconds\": $3, \"note\": $(json_string "$4")"
  steps+=("{\"name\": $(json_string "$1"), $fields, \"output\": $(json_file "$5")}")
  echo "gpu: $1: $2${4:+ ($4)}, $3 s" >&2
  write_results
}

skip() { record "$1" skipped 0 "$2" /dev/null; }

# step NAME LIMIT COMMAND...: runs a command for at most LIMIT seconds and never beyond the deadline. What it
# writes to standard output is the step's output; what it writes to standard error is the note of a failure.
step() {
  local name=$1 limit=$2 start=$SECONDS left status=0 outcome=passed note=""
  shift 2
  left=$(seconds_left)
  if ((left < 3)); then
    record "$name" skipped 0 "no time was left" /dev/null
    return 1
  fi
  ((limit < left)) || limit=$left
  local output=$work/step-${#steps[@]}
  timeout --kill-after=3 "$limit" "$@" >"$output.out" 2>"$output.err" || status=$?
  if ((status == 124 || status == 137)); then
    outcome="out of time"
    note="stopped after $limit s"
  elif ((status != 0)); then
    outcome=failed
    note="exit $status: $(tail -c 1500 "$output.err")"
  fi
  record "$name" "$outcome" $((SECONDS - start)) "$note" "$output.out"
  return $((status != 0))
}

# Writes what is known so far, whole or not at all.
write_results() {
  local IFS=$',\n' list
  list=$(printf '%s,\n' "${steps[@]}")
  printf '{\n"schema": 1,\n"machine": %s,\n"isEvidenceOfSpeed": %s,\n"seconds": %d,\n"steps": [\n%s\n]\n}\n' \
    "$machine" "$is_evidence" "$SECONDS" "${list%,*}" >"$results.new"
  mv "$results.new" "$results"
}
