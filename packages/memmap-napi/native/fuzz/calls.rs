//! Whatever numbers JavaScript passes. Each input is a list of calls on mappings of one file; a call that is not refused must
//! lie within the mapping.

use memmap_napi::access::{Access, Advice};
use memmap_napi::mapping::Request;
use memmap_napi::shares;
use std::path::PathBuf;
use std::sync::OnceLock;

const SIZE: usize = 3 * 4096 + 17;
/// More would only cost the fuzzer time.
const MAX_SIZE: u64 = 1 << 20;

fn path() -> &'static PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| std::env::temp_dir().join(format!("memmap-napi-fuzz-{}", std::process::id())))
}

/// The next number of the input: small ones and huge ones alike.
fn number(data: &mut &[u8]) -> u64 {
    let Some((&head, rest)) = data.split_first() else {
        return 0;
    };
    let width = usize::from(head & 7).min(rest.len());
    let (bytes, rest) = rest.split_at(width);
    *data = rest;
    let value = bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte));
    if head & 8 == 0 { value } else { !value }
}

/// Runs the calls of one input. Panics where one that lies outside was not refused.
pub fn run(input: &[u8]) {
    let mut data = input;
    std::fs::write(path(), [7; SIZE]).expect("the temporary folder can be written");
    let request = Request {
        path: path().to_str().expect("a plain name").to_owned(),
        access: Access::from_number((number(&mut data) % 3) as u32).expect("one of three"),
        offset: number(&mut data),
        length: Some(number(&mut data)).filter(|length| length % 3 != 0),
        size: None,
    };
    let Ok(opened) = shares::open(1, &request) else {
        return;
    };
    assert!(request.offset as usize + opened.size <= SIZE);
    while !data.is_empty() {
        let (act, offset, length) = (number(&mut data), number(&mut data) as usize, number(&mut data) as usize);
        let Ok(region) = shares::region(opened.number) else {
            break;
        };
        let size = region.length();
        let is_within = offset.checked_add(length).is_some_and(|end| end <= size);
        let done = match act % 8 {
            0 => region.place(offset, length).map(drop),
            1 => region.flush(offset, length),
            2 => region.populate(offset, length),
            3 => region.residency(offset, length).map(drop),
            4 => region.advise(Advice::from_number((act / 8 % 4) as u32).expect("one of four"), offset, length),
            5 => region.search(&[7, 7, 0], offset).map(drop),
            6 => shares::resize(opened.number, (length as u64).min(MAX_SIZE), act / 8 % 16 == 1).map(drop),
            _ => shares::lend(act).map(drop),
        };
        if done.is_ok() && act % 8 < 5 {
            assert!(is_within, "{offset} and {length} are not within {size}");
        }
    }
    shares::close(opened.number, true, false).expect("it is open");
}
