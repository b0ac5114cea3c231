#!/bin/sh
# Installs MLX's CPU build and its C layer for Linux x86-64 into EXOFLUX_HOME/mlx (default ~/.exoflux/mlx), from the package
# registries of Python and Rust through their own clients. Takes about a minute; does nothing where that pair is there already.
#
# The C layer has no stable interface: it is built here against the very MLX that is fetched with it, and both are pinned.
set -eu

MLX=0.32.2
MLX_SHA256=fc5d31b90fc4f457b2f9614ed45651a567d22a6a11a03d114a90a4e10bdd8878
MLX_SYS=0.7.0 # the crate that carries the sources of mlx-c 0.7.0; nothing is compiled by cargo
MLX_SYS_SHA256=da965f83ce211b80f9b681d9bbd6fa625fe6bb2e659ba7bc55dd95eea8d3b028
LAYOUT=1 # of what is installed: another number installs anew

HERE=$(cd -P -- "$(dirname -- "$0")" && pwd)
HOME_OF_EXOFLUX=${EXOFLUX_HOME:-$HOME/.exoflux}
TARGET=$HOME_OF_EXOFLUX/mlx
STAMP="mlx-cpu $MLX $MLX_SHA256, mlx-sys $MLX_SYS $MLX_SYS_SHA256, layout $LAYOUT"

say() { printf 'install-mlx: %s\n' "$1" >&2; }

die() {
    say "$1"
    shift
    for line in "$@"; do printf '%s\n' "$line" >&2; done
    exit 1
}

installed() { [ -f "$TARGET/.installed" ] && [ "$(cat "$TARGET/.installed")" = "$STAMP" ] && [ -f "$TARGET/lib/libmlxc.so" ]; }

has() { command -v "$1" >/dev/null 2>&1; }

openblas() {
    for directory in /usr/lib/x86_64-linux-gnu/openblas-pthread /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/lib; do
        [ -e "$directory/libopenblas.so.0" ] && { printf '%s\n' "$directory/libopenblas.so.0"; return; }
    done
    return 0
}

# Names of what is missing, as Debian packages.
missing() {
    has cmake || echo cmake
    has ninja || echo ninja-build
    has g++ || echo g++
    has cargo || echo cargo
    { has python3 && python3 -m pip --version >/dev/null 2>&1; } || echo python3-pip
}

install_tools() {
    packages=$(missing)
    wanted="$packages"
    # MLX brings a reference BLAS that is a hundred times slower; it is used where there is no other
    [ -n "$(openblas)" ] || wanted="$wanted libopenblas0-pthread"
    [ -n "$(printf '%s' "$wanted" | tr -d ' \n')" ] || return 0
    if [ "$(id -u)" = 0 ] && has apt-get; then
        say "installing $(echo $wanted)"
        export DEBIAN_FRONTEND=noninteractive
        apt-get -qq update >/dev/null 2>&1 || true
        # shellcheck disable=SC2086 # names are words
        apt-get -qq install -y --no-install-recommends $wanted >/dev/null 2>&1 ||
            say "apt-get could not install all of it"
    fi
    packages=$(missing)
    [ -z "$packages" ] || die "these are missing: $(echo $packages)" \
        "Maybe install them first, on Debian or Ubuntu with: sudo apt-get install $(echo $packages)"
    [ -n "$(openblas)" ] || say "no OpenBLAS here: products of unquantised matrices will be slow (package libopenblas0-pthread)"
}

check() { # FILE SHA256
    printf '%s  %s\n' "$2" "$1" | sha256sum -c --status || die "$(basename "$1") does not have the checksum $2" \
        "Maybe the download was cut short: run this again. Else somebody changed the package; do not use it."
}

fetch_mlx() {
    say "fetching MLX $MLX"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --platform manylinux_2_35_x86_64 --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 \
        -d "$WORK" "mlx-cpu==$MLX" >"$WORK/pip.log" 2>&1 ||
        die "could not fetch mlx-cpu $MLX:" "$(tail -n 5 "$WORK/pip.log")" "Maybe there is no network, or pip is older than 22."
    check "$(echo "$WORK"/mlx_cpu-"$MLX"-*.whl)" $MLX_SHA256
    python3 -m zipfile -e "$WORK"/mlx_cpu-"$MLX"-*.whl "$WORK/wheel"
}

fetch_c_layer() {
    say "fetching the sources of its C layer"
    mkdir -p "$WORK/crate/src"
    : >"$WORK/crate/src/lib.rs"
    printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nmlx-sys = "=%s"\n[workspace]\n' $MLX_SYS >"$WORK/crate/Cargo.toml"
    (cd "$WORK/crate" && cargo vendor --versioned-dirs vendor) >"$WORK/cargo.log" 2>&1 ||
        die "could not fetch mlx-sys $MLX_SYS:" "$(tail -n 5 "$WORK/cargo.log")" "Maybe there is no network, or cargo is older than 1.60."
    grep -A 3 '^name = "mlx-sys"$' "$WORK/crate/Cargo.lock" | grep -q "^checksum = \"$MLX_SYS_SHA256\"$" ||
        die "mlx-sys $MLX_SYS does not have the checksum $MLX_SYS_SHA256" "Somebody changed the package; do not use it."
}

build() {
    say "building the C layer"
    source=$WORK/crate/vendor/mlx-sys-$MLX_SYS/src/mlx-c
    blas=$(openblas)
    # first among the dependencies, so that MLX's calls of BLAS find it before the one that MLX brings
    cmake -S "$source" -B "$WORK/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DMLX_C_USE_SYSTEM_MLX=ON -DBUILD_SHARED_LIBS=ON \
        -DMLX_C_BUILD_EXAMPLES=OFF -DMLX_DIR="$WORK/wheel/mlx/share/cmake/MLX" \
        "-DCMAKE_CXX_FLAGS=-include $HERE/native/format.h -fmacro-prefix-map=$source=mlx-c" \
        "-DCMAKE_SHARED_LINKER_FLAGS=${blas:+-Wl,--no-as-needed $blas}" \
        -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON '-DCMAKE_INSTALL_RPATH=$ORIGIN;$ORIGIN/../wheel/mlx/lib' >"$WORK/build.log" 2>&1 &&
        ninja -C "$WORK/build" >>"$WORK/build.log" 2>&1 ||
        die "could not build the C layer:" "$(tail -n 15 "$WORK/build.log")"
}

# All of it comes to be beside its place and is then moved there: what is there is complete.
put_in_place() {
    mkdir -p "$WORK/new/lib" "$WORK/new/wheel/mlx"
    cp "$WORK/build/libmlxc.so" "$WORK/new/lib/"
    cp -R "$WORK/wheel/mlx/lib" "$WORK/new/wheel/mlx/lib"
    cp -R "$WORK/wheel/mlx_cpu.libs" "$WORK/new/wheel/mlx_cpu.libs"
    rm -f "$WORK"/new/wheel/mlx/lib/*.a
    printf '%s\n' "$STAMP" >"$WORK/new/.installed"
    rm -rf "$TARGET"
    mv "$WORK/new" "$TARGET"
}

if installed; then
    say "MLX $MLX is in $TARGET"
    exit 0
fi
case "$(uname -s) $(uname -m)" in
    "Linux x86_64") ;;
    Darwin*) die "this is a Mac." "There, MLX's C layer comes with: brew install mlx-c" ;;
    *) die "MLX's CPU build is pinned for Linux on x86-64 alone, and this is $(uname -s) on $(uname -m)." ;;
esac
mkdir -p "$HOME_OF_EXOFLUX"
if has flock; then
    exec 9>"$HOME_OF_EXOFLUX/.mlx-install" # two at once: the second waits, and finds it done
    flock 9
    if installed; then
        say "MLX $MLX is in $TARGET"
        exit 0
    fi
fi
WORK=$(mktemp -d "$HOME_OF_EXOFLUX/.mlx-XXXXXX")
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
install_tools
fetch_mlx
fetch_c_layer
build
put_in_place
say "MLX $MLX is in $TARGET"
