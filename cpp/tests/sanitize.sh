#!/bin/sh
# Builds the kernels under the address, undefined-behaviour and thread sanitizers and runs their C++ tests, every SIMD
# level that this processor has. Usage: cpp/tests/sanitize.sh [build folder]
set -eu
source_folder=$(cd "$(dirname "$0")/../.." && pwd)
build_folder=${1:-"$source_folder/build/sanitize"}

for sanitizers in address,undefined thread; do
    folder="$build_folder/$sanitizers"
    cmake -S "$source_folder" -B "$folder" -DMOGUL_TESTS=ON -DMOGUL_PYTHON=OFF -DMOGUL_SANITIZE="$sanitizers" >/dev/null
    cmake --build "$folder" --parallel "$(nproc)" >/dev/null
    (cd "$folder" && ctest --output-on-failure)
done
