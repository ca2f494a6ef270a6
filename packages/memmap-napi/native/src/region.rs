//! One stretch of a file in memory, from its mapping to its unmapping. Its bytes may change or vanish at any time, by
//! other threads, other processes or the file's truncation: nothing here ever makes a reference to them.

use crate::access::{Access, Advice};
use crate::guard::{self, Guarded};
use crate::os;
use crate::refusal::Refusal;
use memmap2::{MmapOptions, MmapRaw};
use raw_memory::search::{Found, Searched};
use raw_memory::table::Range;
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A mapped stretch of a file. Fields are dropped in this order: unguarded, unmapped, the file closed.
#[derive(Debug)]
pub struct Region {
    guard: Option<Guarded>,
    /// None if the stretch is empty.
    map: Option<MmapRaw>,
    file: Arc<File>,
    offset: u64,
    length: usize,
    /// Zeros are in its place, or soon will be.
    overlaid: AtomicBool,
    /// Buffers over it that JavaScript was given and has not collected.
    lent: AtomicUsize,
}

/// A buffer of JavaScript's own over a region, which stays as long as that.
#[derive(Debug)]
pub struct Loan(Arc<Region>);

impl Loan {
    /// Begins when the buffer is made.
    pub fn new(region: &Arc<Region>) -> Self {
        region.lent.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(region))
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.0.lent.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Region {
    /// Maps `length` bytes from `offset` on, wherever that lies in a page. The caller has compared both with the file's
    /// size; that the file may have been truncated since is the guard's concern.
    pub fn map(file: &Arc<File>, access: Access, offset: u64, length: usize) -> Result<Self, Refusal> {
        let file = Arc::clone(file);
        if length == 0 {
            return Ok(Self::new(None, None, file, offset, length));
        }
        guard::install()?;
        let map = raw_map(&file, access, offset, length).map_err(|error| Refusal::Unmappable(os::errno_of(&error)))?;
        let page = os::page_size();
        let start = map.as_ptr() as usize;
        let before = start & (page - 1);
        let range = Range {
            start: start - before,
            end: (start + length).next_multiple_of(page),
            file: os::descriptor(&file),
            offset: usize::try_from(offset).map_err(|_| Refusal::TooLarge)? - before,
        };
        let guard = Guarded::new(range).ok_or(Refusal::TooMany)?;
        Ok(Self::new(Some(guard), Some(map), file, offset, length))
    }

    fn new(guard: Option<Guarded>, map: Option<MmapRaw>, file: Arc<File>, offset: u64, length: usize) -> Self {
        Self { guard, map, file, offset, length, overlaid: AtomicBool::new(false), lent: AtomicUsize::new(0) }
    }

    /// Whether JavaScript may have the address of it, and a thread of the pool may be using that.
    pub fn is_lent(&self) -> bool {
        self.lent.load(Ordering::Acquire) > 0
    }

    /// How many bytes it has.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Which flag tells of its faults; an empty one has none.
    pub fn slot(&self) -> Option<usize> {
        self.guard.as_ref().map(Guarded::slot)
    }

    /// The place of a range, if that lies within.
    pub fn place(&self, offset: usize, length: usize) -> Result<*mut u8, Refusal> {
        let map = self.within(offset, length)?.ok_or(Refusal::Range)?;
        // SAFETY: `within` has compared the range with the mapping's length.
        Ok(unsafe { map.as_mut_ptr().add(offset) })
    }

    /// Err if a look at it has found nothing there.
    pub fn check(&self) -> Result<(), Refusal> {
        match self.guard.as_ref().map_or(0, Guarded::reason) {
            guard::reasons::NONE => Ok(()),
            guard::reasons::NO_SPACE => Err(Refusal::NoSpace),
            _ => Err(Refusal::Truncated),
        }
    }

    /// Writes a range back to the device. A system that has lost the pages to a truncation reports success: so the
    /// file's size is compared.
    pub fn flush(&self, offset: usize, length: usize) -> Result<(), Refusal> {
        let Some(map) = self.within(offset, length)? else {
            return Ok(());
        };
        self.check_size(offset + length)?;
        os::flush(map, &self.file, offset, length)?;
        // A close may have put zeros there meanwhile, whose flush is none: what was written is the file's all the same.
        if self.overlaid.load(Ordering::Acquire) {
            self.file.sync_data()?;
        }
        self.check_size(offset + length)
    }

    /// Reads a range in, and waits for it.
    pub fn populate(&self, offset: usize, length: usize) -> Result<(), Refusal> {
        let Some(map) = self.within(offset, length)? else {
            return Ok(());
        };
        self.check_size(offset + length)?;
        let done = os::populate(map, offset, length);
        self.check_size(offset + length)?;
        Ok(done?)
    }

    /// Tells the system what is about to be done with a range.
    pub fn advise(&self, advice: Advice, offset: usize, length: usize) -> Result<(), Refusal> {
        match self.within(offset, length)? {
            Some(map) => Ok(os::advise(map, advice, offset, length)?),
            None => Ok(()),
        }
    }

    /// Which share of a range's pages is in memory, from 0 to 1.
    pub fn residency(&self, offset: usize, length: usize) -> Result<f64, Refusal> {
        let Some(map) = self.within(offset, length)? else {
            return Ok(1.0);
        };
        let (resident, pages) = os::resident(map.as_ptr() as usize + offset, length)?;
        Ok(resident as f64 / pages as f64)
    }

    /// Where `needle` first is, from `from` on.
    pub fn search(&self, needle: &[u8], from: usize) -> Result<Option<usize>, Refusal> {
        let length = self.length.checked_sub(from).ok_or(Refusal::Range)?;
        if needle.is_empty() {
            return Ok(Some(from));
        }
        let Some(map) = self.within(from, length)? else {
            return Ok(None);
        };
        // SAFETY: `from` lies within.
        let start = unsafe { map.as_ptr().add(from) };
        let searched = Searched { start, length };
        // SAFETY: the mapping outlives this call, and the guard sees to pages that are gone.
        let found = unsafe { searched.find(needle) };
        self.check()?;
        match found {
            Found::At(offset) => Ok(Some(from + offset)),
            Found::Nowhere => Ok(None),
            Found::NoMemory => Err(Refusal::TooLarge),
        }
    }

    /// Puts zeros in its place, so that whoever still has its addresses reads and writes what belongs to nobody. The
    /// addresses stay taken until it is dropped.
    pub fn overlay(&self) {
        let Some(map) = &self.map else { return };
        self.overlaid.store(true, Ordering::Release);
        let page = os::page_size();
        let start = map.as_ptr() as usize;
        let first = start & !(page - 1);
        os::overlay(first, (start + self.length).next_multiple_of(page) - first);
    }

    /// The mapping, if the range lies within it and is not empty.
    fn within(&self, offset: usize, length: usize) -> Result<Option<&MmapRaw>, Refusal> {
        let end = offset.checked_add(length).ok_or(Refusal::Range)?;
        if end > self.length {
            return Err(Refusal::Range);
        }
        Ok(self.map.as_ref().filter(|_| length > 0))
    }

    fn check_size(&self, end: usize) -> Result<(), Refusal> {
        self.check()?;
        if self.file.metadata()?.len() >= self.offset + end as u64 {
            return Ok(());
        }
        if let Some(guard) = &self.guard {
            guard.mark_truncated();
        }
        Err(Refusal::Truncated)
    }
}

fn raw_map(file: &File, access: Access, offset: u64, length: usize) -> io::Result<MmapRaw> {
    let mut options = MmapOptions::new();
    options.offset(offset).len(length);
    match access {
        Access::ReadWrite => options.map_raw(file),
        Access::ReadOnly if !os::HAS_PRIVATE_PAGES => options.map_raw_read_only(file),
        // A page of its own costs a reader nothing before somebody writes where nobody should.
        Access::ReadOnly => private_map(options.no_reserve_swap(), file),
        Access::CopyOnWrite => private_map(&options, file),
    }
}

fn private_map(options: &MmapOptions, file: &File) -> io::Result<MmapRaw> {
    // SAFETY: it is made raw at once: no reference to its bytes is ever made.
    let map = unsafe { options.map_copy(file)? };
    Ok(map.into())
}
