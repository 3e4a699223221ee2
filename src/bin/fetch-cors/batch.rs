//! Batches of lines. The size of a batch is limited, so that several threads together need little memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{
    line::{Content, Line},
    progress::Progress,
};

/// The maximum memory for the batches and results of all threads together. Several threads together may need at most 64
/// MiB more than a single thread needs. This constant is one half of the 64 MiB. The other half is a reserve, because
/// allocators lose memory to fragmentation.
const MAX_EXTRA_BYTES: usize = 32 * 1024 * 1024;

/// The maximum length of all lines of a batch together, in bytes. Larger batches are not faster.
const MAX_BATCH_BYTES: usize = 64 * 1024;

/// The position in an input at the end of a batch.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Position {
    /// The number of bytes that were read.
    pub(crate) read_bytes: u64,
    /// The length of the file in bytes. `None` if the input is not a file.
    pub(crate) length: Option<u64>,
}

impl Position {
    pub(crate) fn show(self, progress: &mut Progress) {
        progress.bytes(self.read_bytes, self.length);
    }
}

/// A buffer for large lines. The large lines of an input use the buffer one after another. Without this buffer, each
/// thread would allocate a buffer, and the allocator keeps freed buffers for some time.
#[derive(Debug, Clone, Default)]
pub(crate) struct LargeBuffer(Arc<Mutex<Vec<u8>>>);

impl LargeBuffer {
    /// Appends `part` to `line`. If the buffer of the line is too small, the large buffer replaces it.
    pub(crate) fn extend(&self, line: &mut Vec<u8>, part: &[u8]) {
        if part.len() > line.capacity() - line.len() {
            let mut large = self.lock();
            if large.capacity() > line.capacity() {
                large.clear();
                large.extend_from_slice(line);
                std::mem::swap(line, &mut large);
            }
        }
        line.extend_from_slice(part);
    }

    /// Returns the small buffer that the large buffer has replaced.
    fn take(&self) -> Vec<u8> {
        let mut small = std::mem::take(&mut *self.lock());
        small.clear();
        small
    }

    /// Stores the buffer of a line that is no longer needed. Keeps only the largest buffer.
    pub(crate) fn put_back(&self, line: Vec<u8>) {
        let mut large = self.lock();
        if line.capacity() > large.capacity() {
            *large = line;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Some lines of one input.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The lines, one after another.
    bytes: Vec<u8>,
    ends: Vec<End>,
    position: Position,
    /// The place to which the buffer of a large line returns.
    large: LargeBuffer,
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.put_back();
    }
}

/// The end of a line.
#[derive(Debug)]
struct End {
    number: u64,
    /// The position of the end in `bytes`. `None` if the line is too long: such a line is not stored.
    position: Option<usize>,
}

impl Batch {
    /// Removes all lines, and puts back the buffer of a large line.
    pub(crate) fn clear(&mut self) {
        self.ends.clear();
        self.bytes.clear();
        self.put_back();
    }

    fn put_back(&mut self) {
        if self.bytes.capacity() > 2 * MAX_BATCH_BYTES {
            self.large.put_back(std::mem::take(&mut self.bytes));
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(crate) const fn position(&self) -> Position {
        self.position
    }

    pub(crate) const fn set_position(&mut self, position: Position) {
        self.position = position;
    }

    pub(crate) fn push(&mut self, number: u64, line: &[u8]) {
        self.bytes.extend_from_slice(line);
        let position = Some(self.bytes.len());
        self.ends.push(End { number, position });
    }

    /// Adds a line that is too long.
    pub(crate) fn push_too_long(&mut self, number: u64) {
        let position = None;
        self.ends.push(End { number, position });
    }

    /// Adds a line to an empty batch. The batch takes over the buffer of the line, so no bytes are copied. Later, the
    /// buffer returns to `large`.
    pub(crate) fn take(&mut self, number: u64, line: &mut Vec<u8>, large: &LargeBuffer) {
        self.large = large.clone();
        self.bytes = std::mem::replace(line, large.take());
        let position = Some(self.bytes.len());
        self.ends.push(End { number, position });
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let content = end.position.and_then(|position| {
                let line = self.bytes.get(start..position);
                start = position;
                line
            });
            Line {
                number: end.number,
                content: content.map_or(Content::TooLong, Content::Bytes),
            }
        })
    }
}

/// The room that is left in a batch for the next lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// The memory that the answers to the next lines may need, in bytes.
    memory: usize,
    /// The total length that the next lines may have, in bytes.
    length: usize,
}

impl Room {
    /// Returns the room for lines in an empty batch. `jobs` is the number of threads. The batches of all threads share
    /// [`MAX_EXTRA_BYTES`] of memory. With several threads, each thread counts as two batches: the batch that the
    /// thread works on, and the result that waits for earlier batches.
    pub(crate) const fn new(jobs: usize) -> Self {
        let batches = if jobs > 1 { 2 * jobs } else { 1 };
        Self {
            memory: MAX_EXTRA_BYTES / batches,
            length: MAX_BATCH_BYTES,
        }
    }

    /// Returns the room that remains after a line of the given length. `None` if the line does not fit.
    pub(crate) fn without(self, length: usize) -> Option<Self> {
        Some(Self {
            memory: self.memory.checked_sub(memory(length))?,
            length: self.length.checked_sub(length)?,
        })
    }

    /// Whether a line of the given length does not fit.
    pub(crate) fn is_too_small_for(self, length: usize) -> bool {
        self.without(length).is_none()
    }
}

/// Estimates the memory that the program needs to answer a line of the given length.
///
/// Parsing needs a multiple of the length. The outcome can be as large as the number of fetches times the length of the
/// answers. The fetches and the answers share the line, and a fetch has at least 50 bytes. The product is largest if
/// the fetches take one half of the line and the answers take the other half: `length / 100` fetches and `length / 2`
/// bytes of answers. So the outcome has at most `length * length / 200` bytes. The program stores several copies of the
/// outcome, in different forms.
const fn memory(length: usize) -> usize {
    let outcome = length.saturating_mul(length) / 200;
    length
        .saturating_mul(32)
        .saturating_add(outcome.saturating_mul(4))
}
