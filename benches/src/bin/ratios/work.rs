//! Work that is measured by turns.

use std::{
    cell::RefCell,
    hint::black_box,
    time::{Duration, Instant},
};

/// How often they take turns.
const ROUNDS: usize = 100;
/// From how many places of the stack.
const PLACES: usize = 8;
/// How long one turn takes, about.
const TURN: Duration = Duration::from_millis(1);
/// How many inputs are made ready at a time.
const BATCH: usize = 16;

/// Something that is measured.
pub struct Work<'a> {
    /// Does the work so often, and says how long that took.
    run: Box<dyn Fn(u32) -> Duration + 'a>,
    /// How many things are done each time.
    things: u32,
}

/// The nanoseconds that one thing takes: of each, the best over turns that alternate. Whatever else
/// the machine does only ever adds to a turn.
pub fn best<const N: usize>(works: [&Work<'_>; N]) -> [f64; N] {
    let times = works.map(Work::times_for_a_turn);
    let mut best = [f64::INFINITY; N];
    for round in 0..ROUNDS {
        for ((work, times), best) in works.iter().zip(times).zip(&mut best) {
            *best = best.min(deeper(round % PLACES, &|| work.nanoseconds(times)));
        }
    }
    best
}

/// The same from another place of the stack. Where a process's stack begins is chance, and what is
/// moved across the border of a cache line takes longer.
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
            things: 1,
        }
    }

    pub fn each(self, things: usize) -> Self {
        let things = u32::try_from(things).expect("not so many");
        Self { things, ..self }
    }

    fn times_for_a_turn(&self) -> u32 {
        let mut times = 1;
        while (self.run)(times) < TURN {
            times *= 2;
        }
        times
    }

    fn nanoseconds(&self, times: u32) -> f64 {
        (self.run)(times).as_secs_f64() * 1e9 / f64::from(times) / f64::from(self.things)
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

/// The input is made before the clock runs, and the output is dropped after it has stopped. What
/// the clock itself takes, some 20 ns, counts as ours.
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

/// The same for what takes less than the clock does: inputs are made, and outputs dropped, many at a time.
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
    .each(BATCH)
}
