//! Measures pieces of work in alternating turns.

use std::{
    cell::RefCell,
    hint::black_box,
    time::{Duration, Instant},
};

/// The number of turns for each piece of work.
const ROUNDS: usize = 100;
/// The number of stack positions from which turns start.
const PLACES: usize = 8;
/// The approximate length of a turn.
const TURN: Duration = Duration::from_millis(1);
/// The number of inputs that are prepared together.
const BATCH: usize = 16;

/// A piece of work to measure.
pub struct Work<'a> {
    /// Repeats the work the given number of times, and returns the elapsed time.
    run: Box<dyn Fn(u32) -> Duration + 'a>,
    /// The number of operations in one repetition.
    operations: u32,
}

/// Returns the nanoseconds per operation of each piece of work. The result is the best of alternating
/// turns, because other load on the machine can only make a turn longer.
pub fn best<const N: usize>(works: [&Work<'_>; N]) -> [f64; N] {
    let times = works.map(Work::repetitions_per_turn);
    let mut best = [f64::INFINITY; N];
    for round in 0..ROUNDS {
        for ((work, times), best) in works.iter().zip(times).zip(&mut best) {
            *best = best.min(deeper(round % PLACES, &|| work.nanoseconds(times)));
        }
    }
    best
}

/// Runs the work `places` frames deeper in the stack. Work is slower if a value lies across the border of a cache line,
/// and the start of a process's stack is random. So the turns use several positions, and the best turn counts.
#[inline(never)]
fn deeper(places: usize, work: &dyn Fn() -> f64) -> f64 {
    let place = black_box([0_u64; 2]);
    let result = match places {
        0 => work(),
        _ => deeper(places - 1, work),
    };
    black_box(place);
    result
}

impl<'a> Work<'a> {
    pub fn new(run: impl Fn(u32) -> Duration + 'a) -> Self {
        Self {
            run: Box::new(run),
            operations: 1,
        }
    }

    /// Sets the number of operations in one repetition.
    pub fn with_operations(self, count: usize) -> Self {
        let operations = u32::try_from(count).expect("the count fits into 32 bits");
        Self { operations, ..self }
    }

    fn repetitions_per_turn(&self) -> u32 {
        let mut times = 1;
        while (self.run)(times) < TURN {
            times *= 2;
        }
        times
    }

    fn nanoseconds(&self, times: u32) -> f64 {
        (self.run)(times).as_secs_f64() * 1e9 / f64::from(times) / f64::from(self.operations)
    }
}

pub fn repeat<'a, T>(work: impl Fn() -> T + 'a) -> Work<'a> {
    Work::new(move |times| {
        let start = Instant::now();
        for _ in 0..times {
            black_box(work());
        }
        start.elapsed()
    })
}

/// Measures the work only, not the creation of the input and the drop of the output. Reading the clock takes
/// about 20 ns, which count as part of the work.
pub fn repeat_with_input<'a, I, O>(
    input: impl Fn() -> I + 'a,
    work: impl Fn(I) -> O + 'a,
) -> Work<'a> {
    Work::new(move |times| {
        let mut elapsed = Duration::ZERO;
        for _ in 0..times {
            let input = black_box(input());
            let start = Instant::now();
            let output = black_box(work(input));
            elapsed += start.elapsed();
            drop(output);
        }
        elapsed
    })
}

/// Measures work that is shorter than reading the clock: creates inputs and drops outputs in batches.
pub fn repeat_with_inputs<'a, I, O>(
    input: impl Fn() -> I + 'a,
    work: impl FnMut(I) -> O + 'a,
) -> Work<'a> {
    let work = RefCell::new(work);
    Work::new(move |times| {
        let work = &mut *work.borrow_mut();
        let mut elapsed = Duration::ZERO;
        let mut outputs = Vec::with_capacity(BATCH);
        for _ in 0..times {
            let inputs: Vec<I> = (0..BATCH).map(|_| input()).collect();
            let start = Instant::now();
            for input in black_box(inputs) {
                outputs.push(work(input));
            }
            elapsed += start.elapsed();
            black_box(&mut outputs).clear();
        }
        elapsed
    })
    .with_operations(BATCH)
}
