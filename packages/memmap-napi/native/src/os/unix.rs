//! POSIX, with what Linux and macOS have beyond it.

use crate::access::Advice;
use memmap2::MmapRaw;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether views of a read-only mapping may be given out: a stray write stays in the process's own copy of the page.
pub const HAS_PRIVATE_PAGES: bool = true;

static PAGE_SIZE: AtomicUsize = AtomicUsize::new(0);

/// The size of a page. Safe in a signal handler once it was called outside of one.
pub fn page_size() -> usize {
    match PAGE_SIZE.load(Ordering::Relaxed) {
        0 => {
            // SAFETY: it has no preconditions.
            let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
            let size = usize::try_from(size).unwrap_or(4096);
            PAGE_SIZE.store(size, Ordering::Relaxed);
            size
        }
        size => size,
    }
}

/// A FIFO or a terminal is opened at once, to be refused.
pub fn without_waiting(options: &mut OpenOptions) {
    options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
}

/// The system's number of the error.
pub fn errno_of(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(libc::EIO)
}

/// What the guard knows the file by.
pub fn descriptor(file: &File) -> usize {
    file.as_raw_fd() as usize
}

/// The size of an open file. Safe in a signal handler.
pub fn size_of(descriptor: usize) -> Option<u64> {
    let mut stat = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: it writes the one struct whose place it is given.
    if unsafe { libc::fstat(descriptor as libc::c_int, stat.as_mut_ptr()) } != 0 {
        return None;
    }
    // SAFETY: the call succeeded, so it has been written.
    let stat = unsafe { stat.assume_init() };
    u64::try_from(stat.st_size).ok()
}

/// Whether a drive behind a network can take pages away in a way that cannot be guarded.
pub fn is_unguardable(_path: &std::path::Path) -> bool {
    false
}

/// Whether the file's pages are larger than the system's: the guard could not put its own in the place of a part of one.
#[cfg(target_os = "linux")]
pub fn has_huge_pages(file: &File, metadata: &Metadata) -> bool {
    if metadata.blksize() <= page_size() as u64 {
        return false;
    }
    let mut stat = MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: it writes the one struct whose place it is given.
    if unsafe { libc::fstatfs(file.as_raw_fd(), stat.as_mut_ptr()) } != 0 {
        return true;
    }
    // SAFETY: the call succeeded, so it has been written.
    let stat = unsafe { stat.assume_init() };
    stat.f_type as u64 & 0xffff_ffff == libc::HUGETLBFS_MAGIC as u64
}

/// Only Linux has such files.
#[cfg(not(target_os = "linux"))]
pub fn has_huge_pages(_file: &File, metadata: &Metadata) -> bool {
    let _ = metadata.blksize();
    false
}

/// Whether the file has content though its size is told to be 0, as those in /proc; one that cannot be read is no empty
/// file either.
pub fn has_unsized_content(file: &File) -> bool {
    !matches!(file.read_at(&mut [0], 0), Ok(0))
}

/// Puts zeros in the place of whole pages that belong to a mapping. Safe in a signal handler.
pub fn overlay(start: usize, length: usize) -> bool {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED | libc::MAP_NORESERVE;
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: the pages are a mapping's of ours, which is reached through raw pointers only and by nobody who relies on
    // what they hold.
    let at = unsafe { libc::mmap(start as *mut libc::c_void, length, access, flags, -1, 0) };
    at as usize == start
}

/// Writes a range back to the device, and waits for it.
pub fn flush(map: &MmapRaw, file: &File, offset: usize, length: usize) -> io::Result<()> {
    map.flush_range(offset, length)?;
    drain_device(file)
}

#[cfg(target_os = "macos")]
fn drain_device(file: &File) -> io::Result<()> {
    // SAFETY: the descriptor is open.
    if unsafe { libc::fcntl(file.as_raw_fd(), libc::F_FULLFSYNC) } == 0 {
        return Ok(());
    }
    // Not every file system can.
    file.sync_all()
}

#[cfg(not(target_os = "macos"))]
fn drain_device(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Says what the program is about to do. None of these changes what is read.
pub fn advise(map: &MmapRaw, advice: Advice, offset: usize, length: usize) -> io::Result<()> {
    let advice = match advice {
        Advice::Normal => memmap2::Advice::Normal,
        Advice::Random => memmap2::Advice::Random,
        Advice::Sequential => memmap2::Advice::Sequential,
        Advice::WillNeed => memmap2::Advice::WillNeed,
    };
    map.advise_range(advice, offset, length)
}

/// Has the pages of a range read in, and waits for it.
pub fn populate(map: &MmapRaw, offset: usize, length: usize) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    match map.advise_range(memmap2::Advice::PopulateRead, offset, length) {
        // Before Linux 5.14.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {}
        done => return done,
    }
    map.advise_range(memmap2::Advice::WillNeed, offset, length)?;
    for at in (offset..offset + length).step_by(page_size()) {
        // SAFETY: within the mapping; that its page may be gone, the guard sees to.
        let place = unsafe { map.as_ptr().add(at) };
        // SAFETY: as above.
        unsafe { place.read_volatile() };
    }
    Ok(())
}

/// How many of the pages that `start` and `length` touch are in memory, and how many there are.
pub fn resident(start: usize, length: usize) -> io::Result<(usize, usize)> {
    let page = page_size();
    let first = start & !(page - 1);
    let pages = (start + length).div_ceil(page) - first / page;
    let mut in_memory = 0;
    // A piece at a time: a vector for a whole mapping may be large.
    let mut vector = [0_u8; 4096];
    for begin in (0..pages).step_by(vector.len()) {
        let count = vector.len().min(pages - begin);
        let at = (first + begin * page) as *mut libc::c_void;
        // SAFETY: the pages are mapped, and the vector has a byte for each.
        if unsafe { libc::mincore(at, count * page, vector.as_mut_ptr().cast()) } != 0 {
            return Err(io::Error::last_os_error());
        }
        in_memory += vector[..count].iter().filter(|&&page| page & 1 == 1).count();
    }
    Ok((in_memory, pages))
}
