//! The search, against the plain one.
#![cfg(not(loom))]

use raw_memory::search::{Found, Searched};

fn find(hay: &[u8], needle: &[u8]) -> Found {
    let searched = Searched { start: hay.as_ptr(), length: hay.len() };
    // SAFETY: the slice is alive for as long as the search.
    unsafe { searched.find(needle) }
}

fn plainly(hay: &[u8], needle: &[u8]) -> Found {
    if needle.is_empty() {
        return Found::At(0);
    }
    hay.windows(needle.len()).position(|window| window == needle).map_or(Found::Nowhere, Found::At)
}

#[test]
fn finds_what_the_plain_search_finds() {
    let hay: Vec<u8> = (0..400_u32).map(|i| (i * i % 7) as u8).collect();
    for from in (0..hay.len()).step_by(7) {
        for length in [0, 1, 2, 3, 9, 40] {
            let needle = &hay[from..(from + length).min(hay.len())];
            assert_eq!(find(&hay, needle), plainly(&hay, needle));
        }
    }
    assert_eq!(find(&hay, &[9]), Found::Nowhere);
    assert_eq!(find(&[], &[9]), Found::Nowhere);
    assert_eq!(find(&[9], &[9, 9]), Found::Nowhere);
}

#[test]
fn finds_what_lies_across_the_border_of_two_blocks() {
    const BLOCK: usize = 64 * 1024;
    for at in [BLOCK - 3, BLOCK - 1, BLOCK, 2 * BLOCK - 2] {
        let mut hay = vec![0; 3 * BLOCK];
        hay[at..at + 4].copy_from_slice(b"here");
        assert_eq!(find(&hay, b"here"), Found::At(at));
    }
}

#[test]
fn finds_a_needle_longer_than_a_block() {
    let mut hay = vec![1; 300_000];
    hay[100_000..250_000].fill(2);
    assert_eq!(find(&hay, &vec![2; 150_000]), Found::At(100_000));
    assert_eq!(find(&hay, &vec![2; 150_001]), Found::Nowhere);
}
