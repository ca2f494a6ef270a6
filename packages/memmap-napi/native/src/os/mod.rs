//! What each system does in its own way, behind one interface. The crate memmap2 has the rest.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::*;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::*;

#[cfg(not(any(unix, windows)))]
mod stub;
#[cfg(not(any(unix, windows)))]
pub use stub::*;

use crate::access::Access;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file without ever waiting for somebody to open its other end.
pub fn open(path: &Path, access: Access, creates: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(access == Access::ReadWrite).create(creates);
    without_waiting(&mut options);
    options.open(path)
}
