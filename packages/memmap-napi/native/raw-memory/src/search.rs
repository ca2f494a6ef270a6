//! The search for bytes in memory that may change meanwhile.

use memchr::memmem::Finder;
use std::ptr;

/// What is copied at once: little enough to stay in the processor's cache.
const BLOCK: usize = 64 * 1024;

/// Memory that can be read, whose bytes may change at any time.
pub struct Searched {
    /// The first byte.
    pub start: *const u8,
    /// How many there are.
    pub length: usize,
}

/// How a search ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// The first occurrence begins here.
    At(usize),
    /// There is none.
    Nowhere,
    /// The needle is too long for what memory there is.
    NoMemory,
}

impl Searched {
    /// Finds the first occurrence of `needle`. The search reads a private copy, a block at a time: no reference to memory
    /// that changes is made.
    ///
    /// # Safety
    /// All `length` bytes from `start` on must be readable, at most with a fault that is mended.
    pub unsafe fn find(&self, needle: &[u8]) -> Found {
        if needle.is_empty() {
            return Found::At(0);
        }
        let step = BLOCK.max(needle.len());
        let overlap = needle.len() - 1;
        let mut block = Vec::new();
        if block.try_reserve_exact((step + overlap).min(self.length)).is_err() {
            return Found::NoMemory;
        }
        let finder = Finder::new(needle);
        let mut at = 0;
        while self.length - at >= needle.len() {
            let taken = (step + overlap).min(self.length - at);
            // SAFETY: `at` lies within.
            let source = unsafe { self.start.add(at) };
            // SAFETY: the caller vouches for the source; the block has room for as much.
            unsafe { ptr::copy_nonoverlapping(source, block.as_mut_ptr(), taken) };
            // SAFETY: so many bytes have just been written.
            unsafe { block.set_len(taken) };
            if let Some(found) = finder.find(&block) {
                return Found::At(at + found);
            }
            at += (taken - overlap).max(1);
        }
        Found::Nowhere
    }
}
