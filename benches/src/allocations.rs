//! An allocator that counts allocations.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering::Relaxed},
};

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicIsize = AtomicIsize::new(0);

/// The system allocator, with counters of the allocations and their bytes.
#[derive(Debug)]
pub struct Counting;

// SAFETY: all methods delegate to the system allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size().cast_signed());
        // SAFETY: the caller meets the requirements of the system allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, -layout.size().cast_signed());
        // SAFETY: the caller meets the requirements of the system allocator.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size.cast_signed() - layout.size().cast_signed());
        // SAFETY: the caller meets the requirements of the system allocator.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

fn count(allocations: usize, bytes: isize) {
    if IS_COUNTING.load(Relaxed) {
        ALLOCATIONS.fetch_add(allocations, Relaxed);
        BYTES.fetch_add(bytes, Relaxed);
    }
}

/// The allocations of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocated {
    /// The number of allocations.
    pub times: usize,
    /// The bytes that are still allocated when the work is done.
    pub bytes: isize,
}

/// Does the work and counts the allocations of all threads.
pub fn counting<T>(work: impl FnOnce() -> T) -> (T, Allocated) {
    ALLOCATIONS.store(0, Relaxed);
    BYTES.store(0, Relaxed);
    IS_COUNTING.store(true, Relaxed);
    let output = work();
    IS_COUNTING.store(false, Relaxed);
    let allocated = Allocated {
        times: ALLOCATIONS.load(Relaxed),
        bytes: BYTES.load(Relaxed),
    };
    (output, allocated)
}
