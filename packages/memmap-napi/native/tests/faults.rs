//! Faults where there is more than one thread, or no room for one more mapping. One test at a time: the second one leaves
//! no room for anything.
#![cfg(target_os = "linux")]

use memmap_napi::access::Access;
use memmap_napi::mapping::{Mapping, Request};
use memmap_napi::os::page_size;
use memmap_napi::refusal::Refusal;
use memmap_napi::region::Region;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn opened(name: &str, pages: usize) -> (PathBuf, Region) {
    let path = std::env::temp_dir().join(format!("memmap-napi-faults-{}-{name}", std::process::id()));
    fs::write(&path, vec![7; pages * page_size()]).expect("the temporary folder can be written");
    let request = Request {
        path: path.to_str().expect("a plain name").to_owned(),
        access: Access::ReadOnly,
        offset: 0,
        length: None,
        size: None,
    };
    let (_, region) = Mapping::open(&request).expect("maps");
    (path, region)
}

fn cut(path: &PathBuf, length: usize) {
    let file = File::options().write(true).open(path).expect("it was just written");
    file.set_len(length as u64).expect("it can be cut");
}

fn byte(region: &Region, offset: usize) -> u8 {
    let place = region.place(offset, 1).expect("within");
    // SAFETY: `place` has compared the range with the mapping.
    unsafe { place.read_volatile() }
}

#[test]
fn no_thread_reads_a_zero_before_the_mark_is_there() {
    let _alone = ONE_AT_A_TIME.lock();
    let path = std::env::temp_dir().join(format!("memmap-napi-faults-{}-race", std::process::id()));
    let lies = AtomicUsize::new(0);
    for _ in 0..1_000 {
        let (_, region) = opened("race", 2);
        let last = 2 * page_size() - 1;
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..400 {
                        if byte(&region, last) == 0 && region.check().is_ok() {
                            lies.fetch_add(1, Ordering::Relaxed);
                        }
                        if region.check().is_err() {
                            break;
                        }
                    }
                });
            }
            cut(&path, 1);
        });
    }
    fs::remove_file(path).expect("it is there");
    assert_eq!(lies.load(Ordering::Relaxed), 0);
}

#[test]
fn a_fault_is_mended_where_the_process_can_have_no_more_mappings() {
    let _alone = ONE_AT_A_TIME.lock();
    let (path, region) = opened("full", 8);
    cut(&path, 3 * page_size());
    let mut fillers = Vec::with_capacity(1 << 17);
    for i in 0..fillers.capacity() {
        // Alternating, so that the system makes none one with its neighbour.
        let access = if i % 2 == 0 { libc::PROT_NONE } else { libc::PROT_READ };
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: the system chooses a free place.
        let at = unsafe { libc::mmap(std::ptr::null_mut(), page_size(), access, flags, -1, 0) };
        if at == libc::MAP_FAILED {
            break;
        }
        fillers.push(at);
    }
    let is_full = fillers.len() < fillers.capacity();
    let read = byte(&region, 5 * page_size());
    for at in fillers {
        // SAFETY: it was mapped above, and nobody has its address.
        unsafe { libc::munmap(at, page_size()) };
    }
    fs::remove_file(path).expect("it is there");
    assert_eq!((read, region.check()), (0, Err(Refusal::Truncated)));
    assert!(is_full, "the limit was never reached");
}
