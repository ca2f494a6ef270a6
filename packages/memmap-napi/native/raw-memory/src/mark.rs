//! In which order memory that is gone is marked and replaced.

use super::atomics::{AtomicU8, Ordering};

/// Marks, and only then puts something in the place of what is gone: a thread that has read what was put there, and looks at
/// the mark afterwards, finds it. The first reason stays. Where it fails, the mark is as it was.
///
/// Safe in a signal handler if `replace` is.
pub fn mark_and_replace(mark: &AtomicU8, reason: u8, replace: impl FnOnce() -> bool) -> bool {
    let is_first = mark.compare_exchange(0, reason, Ordering::AcqRel, Ordering::Acquire).is_ok();
    let is_replaced = replace();
    if !is_replaced && is_first {
        mark.store(0, Ordering::Release);
    }
    is_replaced
}
