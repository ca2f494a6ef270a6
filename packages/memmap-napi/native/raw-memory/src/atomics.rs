//! The standard library's atomics, or loom's where it checks every interleaving.

#[cfg(loom)]
pub use loom::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
#[cfg(not(loom))]
pub use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
