//! The fuzz target's calls, with random inputs: `MEMMAP_NAPI_FUZZ=1000000 cargo test --test arguments` for many. A run is
//! the seed's alone, so that what fails once fails again: `MEMMAP_NAPI_SEED`, which is told.
#![cfg(unix)]

#[path = "../fuzz/calls.rs"]
mod calls;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

#[test]
fn random_calls_are_refused_or_lie_within() {
    let (runs, seed) = (setting("MEMMAP_NAPI_FUZZ", 2_000), setting("MEMMAP_NAPI_SEED", 0x5eed));
    println!("MEMMAP_NAPI_SEED={seed}");
    let mut random = Random(seed.max(1));
    let before = memmap_napi::shares::count();
    for _ in 0..runs {
        let length = random.next() % 96;
        // Half of the heads ask for one byte: places that lie within, beside those that hardly can.
        let input: Vec<u8> = (0..length)
            .map(|_| if random.next().is_multiple_of(2) { (random.next() % 3) as u8 } else { random.next() as u8 })
            .collect();
        calls::run(&input);
    }
    assert_eq!(memmap_napi::shares::count(), before);
}
