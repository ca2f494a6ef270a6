//! The words that JavaScript says as small integers.

/// What may be done with a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading. A stray write through a view stays in the process's own copy of the page.
    ReadOnly,
    /// Reading and writing, seen by all who map the file.
    ReadWrite,
    /// Reading and writing a copy of one's own.
    CopyOnWrite,
}

impl Access {
    /// As JavaScript numbers them.
    pub fn from_number(number: u32) -> Option<Self> {
        [Self::ReadOnly, Self::ReadWrite, Self::CopyOnWrite].get(number as usize).copied()
    }

    /// The inverse of [`Self::from_number`].
    pub fn number(self) -> u32 {
        self as u32
    }
}

/// What a program is about to do with a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Nothing special.
    Normal,
    /// Look here and there.
    Random,
    /// Go through it once.
    Sequential,
    /// Need it soon.
    WillNeed,
}

impl Advice {
    /// As JavaScript numbers them.
    pub fn from_number(number: u32) -> Option<Self> {
        [Self::Normal, Self::Random, Self::Sequential, Self::WillNeed].get(number as usize).copied()
    }
}
