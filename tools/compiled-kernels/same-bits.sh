#!/bin/sh
# Whether the compiled kernels give the same bits on an Arm processor as on this one: the same source, built for both, run here and
# under qemu. Asks for a C compiler, aarch64-linux-gnu-gcc and qemu-aarch64 (Debian: gcc-aarch64-linux-gnu, libc6-dev-arm64-cross,
# qemu-user). Nothing is kept.
# usage: tools/compiled-kernels/same-bits.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
source=$here/../../kernels/src/main/resources/dev/exoflux/kernels
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build NAME COMPILER FLAGS...
build() {
    name=$1
    compiler=$2
    shift 2
    "$compiler" -O3 -ffp-contract=off -std=gnu11 -Wall -Wextra "$@" -o "$work/$name" "$here/same_bits.c" \
        "$source"/*.c
}

build here cc -march=native
"$work/here" >"$work/here.txt"
build arm aarch64-linux-gnu-gcc -march=armv8.2-a+dotprod -static
qemu-aarch64 "$work/arm" >"$work/arm.txt"
if [ "$(uname -m)" = x86_64 ]; then # vectors of 256 bits too
    build lesser cc -march=haswell
    "$work/lesser" >"$work/lesser.txt"
    diff "$work/here.txt" "$work/lesser.txt"
fi
diff "$work/here.txt" "$work/arm.txt"
if [ "$(grep -c '^product of bf16' "$work/here.txt")" -ne \
    $((2 * $(grep '^product of bf16' "$work/here.txt" | uniq | wc -l))) ]; then # narrow weights and wide ones, in turn
    echo "narrow weights give other bits" >&2
    exit 1
fi
echo "the same bits in $(wc -l <"$work/here.txt") products and attentions"
