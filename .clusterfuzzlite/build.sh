#!/bin/bash -eu
# Builds every fuzz target into $OUT, each with an archive of its seeds.
cd "$SRC/fetch-cors"
cargo fuzz build -O --debug-assertions
for target in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$target" .rs)
    cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
    if [ -d "fuzz/seeds/$target" ]; then
        zip -q -j -r "$OUT/${target}_seed_corpus.zip" "fuzz/seeds/$target"
    fi
done
