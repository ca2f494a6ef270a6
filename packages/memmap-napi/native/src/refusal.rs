//! Why something was not done, as one negative number for JavaScript.

use crate::os;
use std::io;

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The system's error.
    System(i32),
    /// The system's error where the file was open and only its mapping failed: it can still be read and written.
    Unmappable(i32),
    /// Not a regular file.
    NotRegular,
    /// Not within the file, or not within the mapping; or no number for a place at all.
    Range,
    /// The process has as many mappings as it can.
    TooMany,
    /// A page that is taken away could not be guarded on such a drive.
    Unguardable,
    /// Views or other threads hold it.
    Busy,
    /// There is no such mapping, or not any more.
    Closed,
    /// The file has been truncated.
    Truncated,
    /// More than the address space has.
    TooLarge,
    /// The file tells no size and has content, as those in /proc.
    Unsized,
    /// No space, or a failed device, where a page was wanted.
    NoSpace,
    /// Opened for another kind of access.
    ReadOnly,
    /// Not possible on this system, or in this JavaScript engine.
    Unsupported,
}

impl Refusal {
    /// Errors of the system are small; ours begin at 10,000, those of mapping alone at 20,000.
    pub fn code(self) -> f64 {
        let code = match self {
            Self::System(errno) => errno,
            Self::Unmappable(errno) => 20_000 + errno,
            Self::NotRegular => 10_001,
            Self::Range => 10_002,
            Self::TooMany => 10_003,
            Self::Unguardable => 10_004,
            Self::Busy => 10_005,
            Self::Closed => 10_006,
            Self::Truncated => 10_007,
            Self::TooLarge => 10_008,
            Self::Unsized => 10_009,
            Self::NoSpace => 10_010,
            Self::ReadOnly => 10_011,
            Self::Unsupported => 10_012,
        };
        f64::from(-code)
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::System(os::errno_of(&error))
    }
}

/// The number, or that of the refusal.
pub fn answer(result: Result<f64, Refusal>) -> f64 {
    result.unwrap_or_else(Refusal::code)
}
