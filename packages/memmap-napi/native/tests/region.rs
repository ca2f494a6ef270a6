//! Regions and their guard, as a program of another language would not notice them.
#![cfg(unix)]

use memmap_napi::access::{Access, Advice};
use memmap_napi::mapping::{Mapping, Request};
use memmap_napi::os::page_size;
use memmap_napi::refusal::Refusal;
use memmap_napi::region::Region;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Scratch(PathBuf);

impl Scratch {
    fn new(content: &[u8]) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("memmap-napi-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, content).expect("the temporary folder can be written");
        Self(path)
    }

    fn file(&self) -> File {
        File::options().read(true).write(true).open(&self.0).expect("it was just written")
    }

    fn open(&self, access: Access, offset: u64, length: Option<u64>) -> Result<(Mapping, Region), Refusal> {
        Mapping::open(&self.request(access, offset, length))
    }

    fn request(&self, access: Access, offset: u64, length: Option<u64>) -> Request {
        let path = self.0.to_str().expect("a plain name").to_owned();
        Request { path, access, offset, length, size: None }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The test that removed it itself has nothing to remove.
        let _ = fs::remove_file(&self.0);
    }
}

fn byte(region: &Region, offset: usize) -> u8 {
    let place = region.place(offset, 1).expect("within");
    // SAFETY: `place` has compared the range with the mapping.
    unsafe { place.read_volatile() }
}

fn write(region: &Region, offset: usize, byte: u8) {
    let place = region.place(offset, 1).expect("within");
    // SAFETY: as in `byte`.
    unsafe { place.write_volatile(byte) };
}

fn refused<T>(result: Result<T, Refusal>) -> Refusal {
    match result {
        Ok(_) => panic!("was not refused"),
        Err(refusal) => refusal,
    }
}

#[test]
fn maps_at_any_offset_and_refuses_what_lies_beyond_the_file() {
    let content: Vec<u8> = (0..20_000_u32).map(|i| (i % 251) as u8).collect();
    let scratch = Scratch::new(&content);
    for offset in [0, 1, 4095, 4096, 4097, 19_999] {
        let (_, region) = scratch.open(Access::ReadOnly, offset, None).expect("maps");
        assert_eq!(region.length(), 20_000 - offset as usize);
        assert_eq!(byte(&region, 0), content[offset as usize]);
    }
    assert_eq!(refused(scratch.open(Access::ReadOnly, 20_001, None)), Refusal::Range);
    assert_eq!(refused(scratch.open(Access::ReadOnly, 1, Some(20_000))), Refusal::Range);
    assert_eq!(refused(scratch.open(Access::ReadOnly, 1, Some(u64::MAX))), Refusal::Range);
}

#[test]
fn a_part_that_ends_with_the_file_is_the_longest() {
    let scratch = Scratch::new(b"0123456789");
    for (offset, length) in [(0, None), (4, Some(6)), (10, None), (10, Some(0))] {
        let (_, region) = scratch.open(Access::ReadOnly, offset, length).expect("maps");
        assert_eq!(region.length() as u64, 10 - offset);
    }
    assert_eq!(refused(scratch.open(Access::ReadOnly, 4, Some(7))), Refusal::Range);
}

#[test]
fn places_are_compared_with_the_mapping_without_overflow() {
    let (_, region) = Scratch::new(b"0123456789").open(Access::ReadOnly, 0, None).expect("maps");
    assert!(region.place(9, 1).is_ok());
    for (offset, length) in [(9, 2), (10, 1), (usize::MAX, 1), (1, usize::MAX), (usize::MAX, usize::MAX)] {
        assert_eq!(refused(region.place(offset, length)), Refusal::Range, "{offset}, {length}");
        assert_eq!(region.flush(offset, length), Err(Refusal::Range));
        assert_eq!(region.populate(offset, length), Err(Refusal::Range));
        assert_eq!(region.advise(Advice::Random, offset, length), Err(Refusal::Range));
        assert_eq!(refused(region.residency(offset, length)), Refusal::Range);
    }
    assert_eq!(refused(region.search(b"x", 11)), Refusal::Range);
    assert_eq!(region.search(b"x", 10), Ok(None));
    assert_eq!(region.search(b"", 10), Ok(Some(10)), "nothing is everywhere");
}

#[test]
fn an_empty_file_maps_and_has_nothing() {
    let (_, region) = Scratch::new(b"").open(Access::ReadOnly, 0, None).expect("maps");
    assert_eq!(region.length(), 0);
    assert_eq!(region.slot(), None);
    assert_eq!(refused(region.place(0, 1)), Refusal::Range);
    assert_eq!(region.flush(0, 0), Ok(()));
    region.overlay();
}

#[test]
fn a_look_at_a_truncated_file_reads_zeros_and_leaves_a_mark() {
    let scratch = Scratch::new(&vec![7; 64 * page_size()]);
    let (_, region) = scratch.open(Access::ReadOnly, 0, None).expect("maps");
    assert_eq!(byte(&region, 10 * page_size()), 7);
    scratch.file().set_len(page_size() as u64).expect("truncates");
    assert_eq!(region.check(), Ok(()));
    assert_eq!(byte(&region, 10 * page_size() + 5), 0);
    assert_eq!(region.check(), Err(Refusal::Truncated));
    assert_eq!(byte(&region, 0), 7, "what the file still has is still there");
    assert_eq!(byte(&region, 63 * page_size()), 0);
    assert_eq!(region.flush(0, 1), Err(Refusal::Truncated));
    assert_eq!(region.populate(0, 1), Err(Refusal::Truncated));
    assert_eq!(region.search(b"x", 0), Err(Refusal::Truncated));
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_read_is_never_for_want_of_space() {
    let scratch = Scratch::new(&vec![7; 8 * page_size()]);
    for _ in 0..200 {
        let (_, region) = scratch.open(Access::ReadOnly, 0, None).expect("maps");
        let file = scratch.file();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..20 {
                    file.set_len(0).expect("truncates");
                    file.set_len(8 * page_size() as u64).expect("grows");
                }
            });
            for _ in 0..20 {
                byte(&region, 7 * page_size());
            }
        });
        assert_ne!(region.check(), Err(Refusal::NoSpace));
    }
}

#[test]
fn two_mappings_of_a_truncated_file_are_marked_each_by_its_own_look() {
    let scratch = Scratch::new(&vec![7; 8 * page_size()]);
    let (_, seen) = scratch.open(Access::ReadOnly, 0, None).expect("maps");
    let (_, unseen) = scratch.open(Access::ReadWrite, 0, None).expect("maps");
    scratch.file().set_len(0).expect("truncates");
    assert_eq!(byte(&seen, 0), 0);
    assert_eq!(seen.check(), Err(Refusal::Truncated));
    assert_eq!(unseen.check(), Ok(()));
    assert_eq!(unseen.flush(0, 1), Err(Refusal::Truncated), "the size is compared");
    assert_eq!(unseen.check(), Err(Refusal::Truncated));
}

#[test]
fn a_stray_write_to_a_read_only_mapping_stays_out_of_the_file() {
    let scratch = Scratch::new(b"content");
    let (_, region) = scratch.open(Access::ReadOnly, 0, None).expect("maps");
    write(&region, 0, b'C');
    assert_eq!(fs::read(&scratch.0).expect("reads"), b"content");
}

#[test]
fn copy_on_write_keeps_its_writes_and_read_write_shares_them() {
    let scratch = Scratch::new(b"content");
    let (_, own) = scratch.open(Access::CopyOnWrite, 0, None).expect("maps");
    let (_, shared) = scratch.open(Access::ReadWrite, 0, None).expect("maps");
    write(&own, 0, b'1');
    assert_eq!(byte(&shared, 0), b'c');
    write(&shared, 1, b'2');
    assert_eq!(shared.flush(0, 7), Ok(()));
    assert_eq!(fs::read(&scratch.0).expect("reads"), b"c2ntent");
    assert_eq!(byte(&own, 0), b'1');
}

#[test]
fn an_overlaid_region_reads_zeros_and_harms_no_file() {
    let scratch = Scratch::new(b"content");
    let (_, region) = scratch.open(Access::ReadWrite, 3, None).expect("maps");
    region.overlay();
    assert_eq!(byte(&region, 0), 0);
    write(&region, 0, b'!');
    assert_eq!(fs::read(&scratch.0).expect("reads"), b"content");
}

#[test]
fn sizes_are_set_and_mapped_anew() {
    let scratch = Scratch::new(b"0123456789");
    let (mapping, _first) = scratch.open(Access::ReadWrite, 4, None).expect("maps");
    mapping.set_size(10_000).expect("grows");
    let grown = mapping.remap(10_000).expect("maps");
    assert_eq!(fs::metadata(&scratch.0).expect("exists").len(), 10_004);
    write(&grown, 9_999, 5);
    let mut last = [0];
    scratch.file().read_at(&mut last, 10_003).expect("reads");
    assert_eq!(last, [5]);
    mapping.set_size(1).expect("shrinks");
    assert_eq!(mapping.remap(1).expect("maps").length(), 1);
    assert_eq!(refused(mapping.remap(2)), Refusal::Range);
    assert_eq!(refused(mapping.set_size(u64::MAX)), Refusal::TooLarge);
}

#[test]
fn the_size_asked_for_creates_and_extends_and_never_cuts() {
    let scratch = Scratch::new(b"0123456789");
    let mut request = scratch.request(Access::ReadWrite, 0, None);
    request.size = Some(4);
    assert_eq!(Mapping::open(&request).expect("maps").1.length(), 10);
    fs::remove_file(&scratch.0).expect("removes");
    assert_eq!(refused(Mapping::open(&scratch.request(Access::ReadWrite, 0, None))), Refusal::System(libc::ENOENT));
    request.size = Some(5000);
    assert_eq!(Mapping::open(&request).expect("maps").1.length(), 5000);
}

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let open = |path: &str| {
        let path = path.to_owned();
        Mapping::open(&Request { path, access: Access::ReadOnly, offset: 0, length: None, size: None })
    };
    assert_eq!(refused(open("/")), Refusal::NotRegular);
    assert_eq!(refused(open("/dev/null")), Refusal::NotRegular);
    let fifo = Scratch::new(b"");
    fs::remove_file(&fifo.0).expect("removes");
    let name = std::ffi::CString::new(fifo.0.to_str().expect("a plain name")).expect("no 0 in it");
    // SAFETY: the name ends with a 0.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    assert_eq!(refused(open(fifo.0.to_str().expect("a plain name"))), Refusal::NotRegular);
    if cfg!(target_os = "linux") {
        assert_eq!(refused(open("/proc/self/status")), Refusal::Unsized);
    }
}

#[test]
fn a_file_whose_mapping_alone_fails_is_told_apart() {
    let scratch = Scratch::new(b"x");
    let unreadable = OpenOptions::new().write(true).open(&scratch.0).expect("exists");
    let refusal = refused(Region::map(&Arc::new(unreadable), Access::ReadOnly, 0, 1));
    assert_eq!(refusal, Refusal::Unmappable(libc::EACCES));
}

#[test]
fn pages_that_were_read_in_are_in_memory() {
    let scratch = Scratch::new(&vec![1; 32 * page_size()]);
    let (_, region) = scratch.open(Access::ReadOnly, 1, None).expect("maps");
    region.populate(0, region.length()).expect("reads in");
    assert_eq!(region.residency(0, region.length()), Ok(1.0));
    for advice in 0..4 {
        let advice = Advice::from_number(advice).expect("known");
        assert_eq!(region.advise(advice, 3, 5000), Ok(()));
    }
    assert_eq!(Advice::from_number(4), None);
}
