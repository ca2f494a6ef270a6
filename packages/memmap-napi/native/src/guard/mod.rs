//! What happens when a mapped file is truncated: its pages are gone, and a look at one of them is SIGBUS, which ends the
//! process. The guard's handler puts zeros in the place of what is gone, from the page that was looked at to the end of
//! the mapping, marks the mapping, and lets the program go on. Whoever reads looks at the mark afterwards, and throws.
//!
//! One handler a process, installed with the first mapping. What is not ours goes on to whoever had the signal before.

#[cfg(unix)]
mod signal;

use raw_memory::table::{Range, RangeTable};
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

/// How many mappings a process can have: Linux allows 65,530 by default.
pub const SLOTS: usize = 65_536;

/// What [`reason`] and the flags say of a mapping that has been looked at in vain.
pub mod reasons {
    /// Nothing happened.
    pub const NONE: u8 = 0;
    /// The file ends before what was looked at.
    pub const TRUNCATED: u8 = 1;
    /// The file goes on there: no space for the page of a hole, or the device failed.
    pub const NO_SPACE: u8 = 2;
}

static TABLE: RangeTable<SLOTS> = RangeTable::new();
static FLAGS: [AtomicU8; SLOTS] = [const { AtomicU8::new(0) }; SLOTS];
/// How often the handler was found replaced, and put back.
static REINSTALLED: AtomicU32 = AtomicU32::new(0);

/// A guarded range; the guard ends when it is dropped, which has to be before the range is unmapped.
#[derive(Debug)]
pub struct Guarded {
    slot: usize,
}

impl Guarded {
    /// Guards a range that is mapped. None if there are [`SLOTS`] already.
    pub fn new(range: Range) -> Option<Self> {
        let slot = TABLE.claim()?;
        FLAGS[slot].store(reasons::NONE, Ordering::Release);
        TABLE.fill(slot, range);
        Some(Self { slot })
    }

    /// Which flag is this range's.
    pub fn slot(&self) -> usize {
        self.slot
    }

    /// One of [`reasons`].
    pub fn reason(&self) -> u8 {
        FLAGS[self.slot].load(Ordering::Acquire)
    }

    /// Marks the range as truncated, as a system call found out.
    pub fn mark_truncated(&self) {
        FLAGS[self.slot].store(reasons::TRUNCATED, Ordering::Release);
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        TABLE.release(self.slot);
    }
}

/// All flags, one byte a slot, for as long as the process lives.
pub fn flags() -> *mut u8 {
    FLAGS.as_ptr().cast_mut().cast()
}

/// Sees to it that the handler is in place. Cheap: one system call where it is.
pub fn install() -> std::io::Result<()> {
    #[cfg(unix)]
    return signal::install();
    #[cfg(not(unix))]
    Ok(())
}

/// How often the handler was found replaced, and put back.
pub fn reinstalled() -> u32 {
    REINSTALLED.load(Ordering::Relaxed)
}
