//! Windows. A mapped file cannot be truncated or deleted there; what remains is a drive that goes away.

use crate::access::Advice;
use memmap2::MmapRaw;
use std::ffi::c_ulong;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::AsRawHandle;
use std::path::{Component, Path, Prefix};

/// Read-only pages cannot be written here, so there are no views of them.
pub const HAS_PRIVATE_PAGES: bool = false;

const DRIVE_FIXED: c_ulong = 3;
const DRIVE_RAMDISK: c_ulong = 6;

#[link(name = "kernel32")]
unsafe extern "system" {
    fn GetDriveTypeW(root: *const u16) -> c_ulong;
}

/// What views are aligned to is memmap2's concern; pages are for arithmetic only.
pub fn page_size() -> usize {
    4096
}

/// There is no file here whose opening waits for another process.
pub fn without_waiting(_options: &mut OpenOptions) {}

/// The POSIX number of the error, as Node's `os.constants.errno` has them.
pub fn errno_of(error: &io::Error) -> i32 {
    match error.kind() {
        ErrorKind::NotFound => 2,
        ErrorKind::PermissionDenied => 13,
        ErrorKind::OutOfMemory => 12,
        ErrorKind::AlreadyExists => 17,
        ErrorKind::InvalidInput => 22,
        ErrorKind::StorageFull => 28,
        ErrorKind::ResourceBusy => 16,
        _ => 5,
    }
}

/// What the guard knows the file by; it has no use for it here.
pub fn descriptor(file: &File) -> usize {
    file.as_raw_handle() as usize
}

/// Only signal handlers ask.
pub fn size_of(_descriptor: usize) -> Option<u64> {
    None
}

/// A page of a drive that has gone raises an exception that no handler of ours sees: such files are read, not mapped.
pub fn is_unguardable(path: &Path) -> bool {
    let Ok(full) = std::fs::canonicalize(path) else {
        return true;
    };
    let Some(Component::Prefix(prefix)) = full.components().next() else {
        return true;
    };
    let (Prefix::Disk(letter) | Prefix::VerbatimDisk(letter)) = prefix.kind() else {
        return true;
    };
    let root: Vec<u16> = std::ffi::OsStr::new(&format!("{}:\\", letter as char)).encode_wide().chain([0]).collect();
    // SAFETY: the string ends with a 0.
    let kind = unsafe { GetDriveTypeW(root.as_ptr()) };
    kind != DRIVE_FIXED && kind != DRIVE_RAMDISK
}

/// Only Linux has such files.
pub fn has_huge_pages(_file: &File, _metadata: &Metadata) -> bool {
    false
}

/// There are none such.
pub fn has_unsized_content(_file: &File) -> bool {
    false
}

/// Cannot be done: the pages stay mapped instead.
pub fn overlay(_start: usize, _length: usize) -> bool {
    false
}

/// Writes a range back to the device, and waits for it.
pub fn flush(map: &MmapRaw, _file: &File, offset: usize, length: usize) -> io::Result<()> {
    map.flush_range(offset, length)
}

/// There is no such advice here.
pub fn advise(_map: &MmapRaw, _advice: Advice, _offset: usize, _length: usize) -> io::Result<()> {
    Ok(())
}

/// Has the pages of a range read in, and waits for it.
pub fn populate(map: &MmapRaw, offset: usize, length: usize) -> io::Result<()> {
    for at in (offset..offset + length).step_by(page_size()) {
        // SAFETY: within the mapping.
        let place = unsafe { map.as_ptr().add(at) };
        // SAFETY: as above.
        unsafe { place.read_volatile() };
    }
    Ok(())
}

/// Not told here.
pub fn resident(_start: usize, _length: usize) -> io::Result<(usize, usize)> {
    Err(io::Error::from(ErrorKind::Unsupported))
}
