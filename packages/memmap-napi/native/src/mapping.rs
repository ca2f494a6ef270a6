//! A file that was opened to be mapped: what all threads that share the mapping have in common.

use crate::access::Access;
use crate::os;
use crate::refusal::Refusal;
use crate::region::Region;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::Arc;

/// What is to be mapped.
#[derive(Clone, Debug)]
pub struct Request {
    /// The file's path.
    pub path: String,
    /// What may be done.
    pub access: Access,
    /// Where in the file it begins.
    pub offset: u64,
    /// None: to the end of the file.
    pub length: Option<u64>,
    /// The file is created if it is missing, and made at least this long.
    pub size: Option<u64>,
}

/// An open file, and where in it the mapping begins.
#[derive(Debug)]
pub struct Mapping {
    /// Random, not to be guessed: by this another thread names it.
    pub token: u64,
    /// What may be done.
    pub access: Access,
    offset: u64,
    file: Arc<File>,
}

impl Mapping {
    /// Opens and maps.
    pub fn open(request: &Request) -> Result<(Self, Region), Refusal> {
        let Request { access, offset, .. } = *request;
        let path = Path::new(&request.path);
        if os::is_unguardable(path) {
            return Err(Refusal::Unguardable);
        }
        let file = os::open(path, access, request.size.is_some())?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(Refusal::NotRegular);
        }
        if os::has_huge_pages(&file, &metadata) {
            return Err(Refusal::Unguardable);
        }
        let mut present = metadata.len();
        if let Some(size) = request.size.filter(|&size| size > present) {
            file.set_len(size)?;
            present = size;
        }
        if present == 0 && access != Access::ReadWrite && os::has_unsized_content(&file) {
            return Err(Refusal::Unsized);
        }
        let length = length_within(present, offset, request.length)?;
        let file = Arc::new(file);
        let region = Region::map(&file, access, offset, length)?;
        let token = RandomState::new().hash_one(0_u8);
        Ok((Self { token, access, offset, file }, region))
    }

    /// Gives the file a new end, `size` bytes behind the beginning of the mapping.
    pub fn set_size(&self, size: u64) -> Result<(), Refusal> {
        let end = self.offset.checked_add(size).ok_or(Refusal::TooLarge)?;
        Ok(self.file.set_len(end)?)
    }

    /// Maps the file anew, `length` bytes of it.
    pub fn remap(&self, length: u64) -> Result<Region, Refusal> {
        let present = self.file.metadata()?.len();
        let length = length_within(present, self.offset, Some(length))?;
        Region::map(&self.file, self.access, self.offset, length)
    }
}

/// The length in bytes of a mapping, which must lie within the file.
fn length_within(present: u64, offset: u64, length: Option<u64>) -> Result<usize, Refusal> {
    let rest = present.checked_sub(offset).ok_or(Refusal::Range)?;
    let length = length.unwrap_or(rest);
    if length > rest {
        return Err(Refusal::Range);
    }
    let length = usize::try_from(length).map_err(|_| Refusal::TooLarge)?;
    // Pointer arithmetic ends there.
    if length > isize::MAX as usize { Err(Refusal::TooLarge) } else { Ok(length) }
}
