//! The ranges that are mapped now, readable from a signal handler: no lock, no allocation.
//!
//! Each slot has a version, odd while the slot is being changed. A reader that sees one version before and after it
//! read the rest has seen a range that existed; one that does not skips the slot. That loses nothing: the range in which
//! a thread faults is not being changed, since whoever changes it knows that nobody uses it.

use super::atomics::{AtomicUsize, Ordering};

const FREE: usize = 0;
/// Taken, without a range yet or any more. No range begins here: ranges begin at a page.
const CLAIMED: usize = 1;

/// A mapped range of addresses, and what the handler needs to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first address, at a page.
    pub start: usize,
    /// Behind the last address, at a page.
    pub end: usize,
    /// The file's descriptor, open for as long as the range is here.
    pub file: usize,
    /// Where in the file the range begins.
    pub offset: usize,
}

struct Slot {
    version: AtomicUsize,
    start: AtomicUsize,
    end: AtomicUsize,
    file: AtomicUsize,
    offset: AtomicUsize,
}

impl Slot {
    #[cfg(not(loom))]
    const fn new() -> Self {
        Self {
            version: AtomicUsize::new(0),
            start: AtomicUsize::new(FREE),
            end: AtomicUsize::new(0),
            file: AtomicUsize::new(0),
            offset: AtomicUsize::new(0),
        }
    }

    #[cfg(loom)]
    fn new() -> Self {
        Self {
            version: AtomicUsize::new(0),
            start: AtomicUsize::new(FREE),
            end: AtomicUsize::new(0),
            file: AtomicUsize::new(0),
            offset: AtomicUsize::new(0),
        }
    }

    fn claim(&self) -> bool {
        self.start.load(Ordering::Relaxed) == FREE
            && self.start.compare_exchange(FREE, CLAIMED, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Of a claimed slot, by its owner.
    fn write(&self, range: Range) {
        self.version.fetch_add(1, Ordering::AcqRel);
        self.end.store(range.end, Ordering::Release);
        self.file.store(range.file, Ordering::Release);
        self.offset.store(range.offset, Ordering::Release);
        self.start.store(range.start, Ordering::Release);
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    fn clear(&self) {
        self.write(Range { start: CLAIMED, end: 0, file: 0, offset: 0 });
        self.start.store(FREE, Ordering::Release);
    }

    fn read(&self) -> Option<Range> {
        let before = self.version.load(Ordering::Acquire);
        let range = Range {
            start: self.start.load(Ordering::Acquire),
            end: self.end.load(Ordering::Acquire),
            file: self.file.load(Ordering::Acquire),
            offset: self.offset.load(Ordering::Acquire),
        };
        let after = self.version.load(Ordering::Acquire);
        (before == after && before.is_multiple_of(2) && range.start > CLAIMED).then_some(range)
    }
}

/// `N` slots. Slots are found by a search that begins where the last one ended.
pub struct RangeTable<const N: usize> {
    slots: [Slot; N],
    /// Behind the highest slot that was ever used.
    reached: AtomicUsize,
    next: AtomicUsize,
}

impl<const N: usize> RangeTable<N> {
    /// An empty table.
    #[cfg(not(loom))]
    pub const fn new() -> Self {
        Self { slots: [const { Slot::new() }; N], reached: AtomicUsize::new(0), next: AtomicUsize::new(0) }
    }

    /// An empty table.
    #[cfg(loom)]
    pub fn new() -> Self {
        Self { slots: std::array::from_fn(|_| Slot::new()), reached: AtomicUsize::new(0), next: AtomicUsize::new(0) }
    }

    /// Takes a slot, which nobody finds anything in before [`Self::fill`]. None if all are taken.
    pub fn claim(&self) -> Option<usize> {
        let first = self.next.load(Ordering::Relaxed);
        let index = (0..N).map(|step| (first + step) % N).find(|&index| self.slots[index].claim())?;
        self.next.store((index + 1) % N, Ordering::Relaxed);
        self.reached.fetch_max(index + 1, Ordering::AcqRel);
        Some(index)
    }

    /// Enters the range of a claimed slot, before anybody uses it.
    pub fn fill(&self, index: usize, range: Range) {
        self.slots[index].write(range);
    }

    /// Gives a slot back, when nobody uses its range any more and before that is unmapped.
    pub fn release(&self, index: usize) {
        self.slots[index].clear();
        // The lowest free ones are used again first, so that a handler has little to look through.
        self.next.fetch_min(index, Ordering::Relaxed);
    }

    /// The slot whose range holds `address`. Safe in a signal handler.
    pub fn find(&self, address: usize) -> Option<(usize, Range)> {
        let reached = self.reached.load(Ordering::Acquire).min(N);
        self.slots[..reached].iter().enumerate().find_map(|(index, slot)| {
            let range = slot.read()?;
            (range.start <= address && address < range.end).then_some((index, range))
        })
    }
}

impl<const N: usize> Default for RangeTable<N> {
    fn default() -> Self {
        Self::new()
    }
}
