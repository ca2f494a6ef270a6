//! Systems that nobody has looked at: every file is refused, and so is read instead of mapped.

use crate::access::Advice;
use memmap2::MmapRaw;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Nothing is mapped.
pub const HAS_PRIVATE_PAGES: bool = false;

fn unsupported<T>() -> io::Result<T> {
    Err(io::Error::from(ErrorKind::Unsupported))
}

/// For arithmetic only.
pub fn page_size() -> usize {
    4096
}

/// Nothing is known to wait.
pub fn without_waiting(_options: &mut OpenOptions) {}

/// An input or output error, whatever it was.
pub fn errno_of(_error: &io::Error) -> i32 {
    5
}

/// None.
pub fn descriptor(_file: &File) -> usize {
    0
}

/// Not known.
pub fn size_of(_descriptor: usize) -> Option<u64> {
    None
}

/// Every path.
pub fn is_unguardable(_path: &Path) -> bool {
    true
}

/// Only Linux has such files.
pub fn has_huge_pages(_file: &File, _metadata: &Metadata) -> bool {
    false
}

/// Not known.
pub fn has_unsized_content(_file: &File) -> bool {
    false
}

/// Not done.
pub fn overlay(_start: usize, _length: usize) -> bool {
    false
}

/// Unsupported.
pub fn flush(_map: &MmapRaw, _file: &File, _offset: usize, _length: usize) -> io::Result<()> {
    unsupported()
}

/// Unsupported.
pub fn advise(_map: &MmapRaw, _advice: Advice, _offset: usize, _length: usize) -> io::Result<()> {
    unsupported()
}

/// Unsupported.
pub fn populate(_map: &MmapRaw, _offset: usize, _length: usize) -> io::Result<()> {
    unsupported()
}

/// Unsupported.
pub fn resident(_start: usize, _length: usize) -> io::Result<(usize, usize)> {
    unsupported()
}
