//! Prints a table for each target. For each state, the table has the share of the random inputs that reach the state,
//! and the share of the seeds that reach the state.
//!
//! Run the example from the root of the repository:
//! `cargo run --release --manifest-path fuzz/Cargo.toml --example shares -- [TARGET…]`.
//! With `pick TARGET FOLDER`, the example prints one file of the folder for each state: the smallest file that reaches
//! the state. Such files are good seeds.
#![forbid(unsafe_code)]

mod reached;

use std::{collections::BTreeMap, env, fs, path::Path};

use reached::{Reached, TARGETS, reached};

/// The number of random inputs for each target.
const RANDOM_INPUTS: usize = 20_000;

fn main() {
    let wanted: Vec<String> = env::args().skip(1).collect();
    if let [verb, target, folder] = &wanted[..]
        && verb == "pick"
    {
        return pick(target, Path::new(folder));
    }
    for target in TARGETS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == target) {
            table(target);
        }
    }
}

fn table(target: &str) {
    let random = count(target, random_inputs(RANDOM_INPUTS));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target);
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let seeds = count(target, files.filter_map(|file| fs::read(file.path()).ok()));
    println!(
        "\n`{target}`: {RANDOM_INPUTS} random inputs, {} seeds\n",
        seeds.inputs
    );
    println!("| reached | random inputs | seeds |\n|---|---|---|");
    let mut rows: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    for (column, shares) in [&random, &seeds].into_iter().enumerate() {
        for (state, count) in &shares.reached {
            rows.entry(state).or_default()[column] =
                100.0 * *count as f64 / shares.inputs.max(1) as f64;
        }
    }
    for (state, [random, seeds]) in rows {
        println!("| {state} | {random:.2} % | {seeds:.1} % |");
    }
}

fn pick(target: &str, folder: &Path) {
    let mut smallest: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(bytes) = fs::read(file.path()) else {
            continue;
        };
        let candidate = (bytes.len(), file.path().display().to_string());
        let Reached(all) = reached(target, &bytes);
        for state in all {
            let known = smallest.entry(state).or_insert(candidate.clone());
            if candidate < *known {
                known.clone_from(&candidate);
            }
        }
    }
    for (state, (_, file)) in smallest {
        println!("{file}\t{state}");
    }
}

#[derive(Default)]
struct Shares {
    inputs: usize,
    reached: BTreeMap<String, usize>,
}

fn count(target: &str, inputs: impl Iterator<Item = Vec<u8>>) -> Shares {
    let mut shares = Shares::default();
    for input in inputs {
        shares.inputs += 1;
        let Reached(all) = reached(target, &input);
        for state in all {
            *shares.reached.entry(state).or_default() += 1;
        }
    }
    shares
}

/// Generates inputs of up to a thousand bytes, which are the same on each call.
fn random_inputs(count: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..count).map(move |_| {
        let length = next() % 1000;
        (0..length).map(|_| next().to_le_bytes()[3]).collect()
    })
}
