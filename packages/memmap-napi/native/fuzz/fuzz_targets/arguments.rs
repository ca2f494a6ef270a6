//! `cargo +nightly fuzz run arguments` in this folder's parent. `tests/arguments.rs` tries random inputs without a fuzzer.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../calls.rs"]
mod calls;

fuzz_target!(|input: &[u8]| calls::run(input));
