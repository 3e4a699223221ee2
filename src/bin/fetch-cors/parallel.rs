//! Work in several threads, with results in order.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::output::Stop;

/// The maximum number of threads.
const MAX_JOBS: usize = 64;

/// The maximum number of threads for each processor core. More threads only wait for each other: with 32 threads for each
/// core, `run` needs up to four times as long.
const MAX_JOBS_PER_CORE: usize = 4;

/// The flag `--jobs`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Jobs {
    /// The number of threads, from 1 to 64; the default is the number of processor cores. The program starts at most
    /// four threads for each core. The output is the same for every number.
    #[arg(id = "jobs", long, value_name = "N", value_parser = parse_jobs, allow_negative_numbers = true)]
    number: Option<usize>,
}

impl Jobs {
    pub(crate) fn number(self) -> usize {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let max = cores.saturating_mul(MAX_JOBS_PER_CORE).min(MAX_JOBS);
        self.number.unwrap_or(cores).min(max)
    }
}

fn parse_jobs(number: &str) -> Result<usize, String> {
    let jobs = number.parse().ok();
    jobs.filter(|jobs| (1..=MAX_JOBS).contains(jobs))
        .ok_or_else(|| format!("expected a whole number from 1 to {MAX_JOBS}"))
}

/// A part of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The batch needs little memory. Several threads answer small batches at the same time.
    Small,
    /// The batch needs much memory. The first thread answers the batch when all earlier batches are finished. The other
    /// threads do not answer large batches, because an allocator keeps freed memory for each thread.
    Large,
    /// The input has no more batches.
    End,
}

/// The stages of the work. Each batch goes through all stages. Only one thread at a time reads batches, and only one
/// thread at a time finishes batches. Batches are read and finished in the order of the input. Each thread has at most
/// one result that waits for earlier batches.
pub(crate) trait Stages: Sync + Send + 'static {
    /// A part of the input. Threads reuse batches, to save allocations.
    type Batch: Default + Send;
    /// The state of a thread.
    type Worker;
    /// The result of a batch. Threads reuse results, to save allocations.
    type Result: Default + Send;
    /// The state of the stage that reads batches.
    type Source: Send;
    /// The state of the stage that finishes batches.
    type Sink: Send;

    /// Reads the next batch. Before the function stores a large batch, it calls `wait`, which returns when all earlier
    /// batches are finished.
    fn read(
        &self,
        source: &mut Self::Source,
        batch: &mut Self::Batch,
        wait: &dyn Fn(),
    ) -> Result<Part, Stop>;

    /// Creates the state of a thread.
    fn worker(&self) -> Self::Worker;

    /// Works on a batch. Several threads call this function at the same time.
    fn work(
        &self,
        worker: &mut Self::Worker,
        batch: &Self::Batch,
        result: &mut Self::Result,
    ) -> Result<(), Stop>;

    fn finish(&self, sink: &mut Self::Sink, result: &mut Self::Result) -> Result<(), Stop>;
}

/// Runs all batches through the stages with the given number of threads. The thread that calls this function is the
/// first thread. Returns the last state of the stage that finishes batches, and the first error in the order of the
/// input.
pub(crate) fn run<S: Stages>(
    stages: S,
    jobs: usize,
    source: S::Source,
    sink: S::Sink,
) -> (Option<S::Sink>, Result<(), Stop>) {
    let shared = Arc::new(Shared {
        stages,
        source: Mutex::new(Source {
            source,
            batches: 0,
            has_ended: false,
        }),
        finished: Mutex::new(Finished {
            sink: Some(sink),
            batches: 0,
            waiting: BTreeMap::new(),
            max_waiting: jobs,
            spare: Vec::new(),
            large: None,
            threads: 0,
            stop: None,
        }),
        progress: Condvar::new(),
        large: Condvar::new(),
    });
    if jobs > 1 {
        for _ in 0..jobs {
            shared.finished().threads += 1;
            let thread_shared = Arc::clone(&shared);
            // The threads are not joined, because a thread can still wait for input when the output is closed.
            let spawned = thread::Builder::new().spawn(move || {
                let ended = Ended(&thread_shared);
                ended.0.run(false);
            });
            // If there is no memory for another thread, the started threads do the work.
            if spawned.is_err() {
                shared.finished().threads -= 1;
                break;
            }
        }
        shared.run_large();
    }
    // The first thread works here if one thread was requested, or if no other thread could start. In all other cases,
    // the other threads have read the whole input, so the first thread has nothing to do here.
    if shared.finished().stop.is_none() {
        shared.run(true);
    }
    let mut finished = shared.finished();
    (
        finished.sink.take(),
        finished.stop.take().map_or(Ok(()), Err),
    )
}

struct Shared<S: Stages> {
    stages: S,
    source: Mutex<Source<S::Source>>,
    finished: Mutex<Finished<S>>,
    /// Wakes the threads that wait until earlier batches are finished.
    progress: Condvar,
    /// Wakes the first thread when there is a large batch, when another thread ends, and after an error.
    large: Condvar,
}

struct Source<S> {
    source: S,
    /// The number of batches that were read.
    batches: u64,
    has_ended: bool,
}

struct Finished<S: Stages> {
    /// The state of the stage that finishes batches. `None` after the end of the work.
    sink: Option<S::Sink>,
    /// The number of batches that are finished.
    batches: u64,
    /// The results that wait for earlier batches. The key is the number of the batch.
    waiting: BTreeMap<u64, (Result<(), Stop>, S::Result)>,
    max_waiting: usize,
    /// Results that threads can use again.
    spare: Vec<S::Result>,
    /// A large batch that the first thread has not taken yet, and the number of this batch.
    large: Option<(u64, S::Batch)>,
    /// The number of running threads.
    threads: usize,
    /// The error that ends the work.
    stop: Option<Stop>,
}

/// A guard of a running thread. When the thread ends, the guard reduces the number of running threads.
struct Ended<'a, S: Stages>(&'a Shared<S>);

impl<S: Stages> Drop for Ended<'_, S> {
    fn drop(&mut self) {
        let mut finished = self.0.finished();
        finished.threads -= 1;
        if thread::panicking() && finished.stop.is_none() {
            finished.stop = Some(Stop::CannotRun(String::from("a thread panicked")));
        }
        drop(finished);
        self.0.progress.notify_all();
        self.0.large.notify_all();
    }
}

impl<S: Stages> Shared<S> {
    /// Works on batches until the input ends.
    fn run(&self, is_first_thread: bool) {
        let mut worker = self.stages.worker();
        let (mut batch, mut result) = (S::Batch::default(), S::Result::default());
        while let Some((number, read)) = self.read(&mut batch) {
            if matches!(read, Ok(Part::Large)) && !is_first_thread {
                // `turn` waits until all earlier batches are finished, also the earlier large batches. So
                // `finished.large` is empty, except after an error.
                let mut finished = self.turn(number);
                finished.large = Some((number, std::mem::take(&mut batch)));
                drop(finished);
                self.large.notify_all();
                continue;
            }
            let worked = read.and_then(|_| self.stages.work(&mut worker, &batch, &mut result));
            self.finish(number, worked, &mut result);
        }
    }

    /// Works on the large batches that the other threads have read. Returns when all other threads have ended.
    fn run_large(&self) {
        let mut worker = self.stages.worker();
        let mut result = S::Result::default();
        loop {
            let mut finished = self.wait_while(&self.large, |finished| {
                finished.threads > 0 && finished.large.is_none()
            });
            let (Some((number, batch)), None) = (finished.large.take(), &finished.stop) else {
                return;
            };
            drop(finished);
            let worked = self.stages.work(&mut worker, &batch, &mut result);
            // `finish` lets the next large batch begin, so the memory of this batch is released first.
            drop(batch);
            self.finish(number, worked, &mut result);
        }
    }

    /// Stores the result of the batch `number`. Then finishes the stored results in the order of the batches, up to the
    /// first batch without a stored result.
    fn finish(&self, number: u64, worked: Result<(), Stop>, result: &mut S::Result) {
        let mut finished = self.wait_while(&self.progress, |finished| {
            finished.batches < number && finished.waiting.len() >= finished.max_waiting
        });
        let Finished {
            sink: Some(sink),
            batches,
            waiting,
            spare,
            stop,
            ..
        } = &mut *finished
        else {
            return;
        };
        let unused = spare.pop().unwrap_or_default();
        waiting.insert(number, (worked, std::mem::replace(result, unused)));
        while let (Some((worked, mut result)), None) = (waiting.remove(batches), &stop) {
            // A batch with an error is finished too, because its result contains the work from before the error.
            let done = self.stages.finish(sink, &mut result);
            *stop = worked.and(done).err();
            *batches += 1;
            spare.push(result);
        }
        let has_stopped = stop.is_some();
        drop(finished);
        self.progress.notify_all();
        if has_stopped {
            self.large.notify_all();
        }
    }

    /// Reads the next batch, and returns its number.
    fn read(&self, batch: &mut S::Batch) -> Option<(u64, Result<Part, Stop>)> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        if source.has_ended || self.finished().stop.is_some() {
            return None;
        }
        let number = source.batches;
        let wait = || drop(self.turn(number));
        let read = self.stages.read(&mut source.source, batch, &wait);
        source.batches += 1;
        source.has_ended = !matches!(read, Ok(Part::Small | Part::Large));
        (!matches!(read, Ok(Part::End))).then_some((number, read))
    }

    /// Waits until all batches before the batch `number` are finished, or until an error ends the work.
    fn turn(&self, number: u64) -> MutexGuard<'_, Finished<S>> {
        self.wait_while(&self.progress, |finished| finished.batches < number)
    }

    /// Waits until `condition` is false, or until an error ends the work. Other threads notify `notified` when they
    /// change the result of `condition`.
    fn wait_while(
        &self,
        notified: &Condvar,
        condition: impl Fn(&Finished<S>) -> bool,
    ) -> MutexGuard<'_, Finished<S>> {
        let waited = notified.wait_while(self.finished(), |finished| {
            finished.stop.is_none() && condition(finished)
        });
        waited.unwrap_or_else(PoisonError::into_inner)
    }

    fn finished(&self) -> MutexGuard<'_, Finished<S>> {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
