//! An allocator that counts while it is asked to.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering::Relaxed},
};

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicIsize = AtomicIsize::new(0);

/// The system's allocator, and how often it is asked for how much.
#[derive(Debug)]
pub struct Counting;

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size().cast_signed());
        // SAFETY: the caller promises what the system's allocator wants.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, -layout.size().cast_signed());
        // SAFETY: the caller promises what the system's allocator wants.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size.cast_signed() - layout.size().cast_signed());
        // SAFETY: the caller promises what the system's allocator wants.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

fn count(allocations: usize, bytes: isize) {
    if IS_COUNTING.load(Relaxed) {
        ALLOCATIONS.fetch_add(allocations, Relaxed);
        BYTES.fetch_add(bytes, Relaxed);
    }
}

/// What some work allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocated {
    /// How often.
    pub times: usize,
    /// How many bytes of it its output still has.
    pub bytes: isize,
}

/// Does the work, and counts; all threads count.
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
