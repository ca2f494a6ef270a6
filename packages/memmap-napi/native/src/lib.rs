//! The native half of `@leasehold/mmap`: memory mappings of files that other programs may truncate, grow, rename and
//! delete meanwhile, and of which JavaScript may ask anything.
//!
//! What can go wrong with memory is kept in few places: [`guard`] turns a look at a page that is gone into a mark,
//! [`region`] never makes a reference to bytes that may change, [`shares`] refuses numbers that name nothing, and
//! `engine` and `loaned` alone hand memory to the JavaScript engine.

pub mod access;
mod engine;
mod exports;
pub mod guard;
mod loaned;
pub mod mapping;
pub mod os;
pub mod refusal;
pub mod region;
pub mod shares;
