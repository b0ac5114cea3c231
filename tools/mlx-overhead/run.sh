#!/bin/sh
# What MLX's C layer costs in C, Java and Python: the three take turns (README.md). Asks for MLX (mlx-bindings/install-mlx-linux.sh),
# a C compiler, a Python with the packages of tools/conformance/requirements-mlx.txt, and a model of the 1B shape, as from
# ./exoflux models random --like llama-3.2-1b --bits 4 --out MODEL
# usage: tools/mlx-overhead/run.sh PYTHON MODEL
set -eu

[ $# = 2 ] || { sed -n 's/^# usage: //p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
library=${EXOFLUX_MLX_HOME:-${EXOFLUX_HOME:-$HOME/.exoflux}/mlx}/lib
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cc -O2 -std=gnu11 -Wall -Wextra -o "$work/step" "$here/step.c" -L"$library" -lmlxc -Wl,-rpath,"$library"
"$root/exoflux" build
(cd "$root" && mvn -B -o -q -Dquick -pl mlx-bindings -am test-compile)
tab=$(printf '\t')
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jars="$root/mlx-bindings/target/test-classes:$root/shell/target/exoflux/lib/*"
"$1" "$here/compare.py" "$work/step" \
    "$java$tab--enable-native-access=ALL-UNNAMED$tab-XX:+UseSerialGC$tab-cp$tab$jars${tab}dev.exoflux.mlx.GraphCost$tab$2" "$1$tab$here/step.py"
