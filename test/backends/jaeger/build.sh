#!/usr/bin/env bash
# Builds Jaeger's all-in-one into .cache/jaeger, once for each version of it: some two minutes on two cores, with Go
# and the module proxy. Its releases have no package in Debian, and `go install` refuses its replace block.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

folder=../../../.cache/jaeger
version=$(cksum go.mod go.sum)
if [[ -x $folder/all-in-one && $(cat "$folder/version" 2>/dev/null) == "$version" ]]; then
  echo "jaeger: already built"
  exit 0
fi
command -v go >/dev/null || { echo 'jaeger: needs Go, see https://go.dev/dl' >&2; exit 1; }

mkdir -p "$folder"
go build -mod=readonly -trimpath -ldflags='-s -w' -o "$folder/all-in-one.new" \
  github.com/jaegertracing/jaeger/cmd/all-in-one
mv "$folder/all-in-one.new" "$folder/all-in-one"
printf '%s' "$version" >"$folder/version"
echo "jaeger: built $(cd "$folder" && pwd)/all-in-one"
