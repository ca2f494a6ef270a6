//! Who may close what, and when.
#![cfg(unix)]

use memmap_napi::access::Access;
use memmap_napi::mapping::Request;
use memmap_napi::refusal::Refusal;
use memmap_napi::region::Loan;
use memmap_napi::shares;
use std::fs;
use std::sync::Arc;

/// A number of the test's own, as each test is its own environment.
fn open(environment: usize) -> u64 {
    let path = std::env::temp_dir().join(format!("memmap-napi-shares-{}-{environment}", std::process::id()));
    fs::write(&path, vec![b'x'; 10_000]).expect("the temporary folder can be written");
    let request = Request {
        path: path.to_str().expect("a plain name").to_owned(),
        access: Access::ReadWrite,
        offset: 0,
        length: None,
        size: None,
    };
    let opened = shares::open(environment, &request).expect("maps");
    fs::remove_file(&path).expect("removes");
    opened.number
}

fn refused<T>(result: Result<T, Refusal>) -> Refusal {
    match result {
        Ok(_) => panic!("was not refused"),
        Err(refusal) => refusal,
    }
}

#[test]
fn a_closed_number_is_nobodys() {
    let number = open(1);
    assert!(shares::region(number).is_ok());
    assert_eq!(shares::close(number, false, false), Ok(()));
    assert_eq!(shares::close(number, false, false), Err(Refusal::Closed));
    assert_eq!(refused(shares::region(number)), Refusal::Closed);
    assert_eq!(refused(shares::lend(number)), Refusal::Closed);
    assert_eq!(refused(shares::resize(number, 1, false)), Refusal::Closed);
    assert_eq!(refused(shares::token(number)), Refusal::Closed);
    assert_eq!(refused(shares::region(u64::MAX)), Refusal::Closed);
}

#[test]
fn a_mapping_with_views_is_busy() {
    let number = open(2);
    let region = shares::lend(number).expect("lends");
    assert_eq!(shares::close(number, false, false), Err(Refusal::Busy));
    assert_eq!(refused(shares::resize(number, 5, false)), Refusal::Busy);
    shares::take_back(number);
    let _loan = Loan::new(&region);
    // Somebody may still have its address: it reads as zeros, and is not another mapping's.
    let place = region.place(5, 1).expect("within");
    assert_eq!(shares::close(number, false, false), Ok(()));
    // SAFETY: the region is held, so that its addresses stay.
    assert_eq!(unsafe { place.read_volatile() }, 0);
}

#[test]
fn work_under_way_keeps_what_it_works_on() {
    let number = open(8);
    let region = shares::region(number).expect("open");
    shares::close(number, false, false).expect("closes");
    let place = region.place(5, 1).expect("within");
    // SAFETY: the region is held.
    assert_eq!(unsafe { place.read_volatile() }, b'x');
    assert_eq!(region.flush(0, 10_000), Ok(()));
}

#[test]
fn a_forced_close_takes_its_views_back() {
    let number = open(9);
    let region = shares::lend(number).expect("lends");
    let _loan = Loan::new(&region);
    shares::close(number, true, false).expect("closes");
    let place = region.place(5, 1).expect("within");
    // SAFETY: the region is held.
    assert_eq!(unsafe { place.read_volatile() }, 0);
}

#[test]
fn a_share_of_another_thread_outlives_the_first() {
    let number = open(3);
    let token = shares::token(number).expect("open");
    let other = shares::attach(33, token).expect("attaches");
    assert_eq!(other.size, 10_000);
    assert_eq!(refused(shares::resize(number, 5, false)), Refusal::Busy);
    shares::close(number, false, false).expect("closes");
    let region = shares::region(other.number).expect("is still there");
    let place = region.place(9_999, 1).expect("within");
    // SAFETY: the region is held.
    assert_eq!(unsafe { place.read_volatile() }, b'x');
    drop(region);
    shares::close(other.number, false, false).expect("closes");
    assert_eq!(refused(shares::attach(33, token)), Refusal::Closed);
    assert_eq!(refused(shares::attach(33, token ^ 1)), Refusal::Closed);
}

#[test]
fn an_environment_that_ends_takes_its_shares_along() {
    let (first, second, others) = (open(4), open(4), open(5));
    let region = shares::lend(first).expect("lends");
    let before = Arc::strong_count(&region);
    shares::close_environment(4);
    assert_eq!(refused(shares::region(first)), Refusal::Closed);
    assert_eq!(refused(shares::region(second)), Refusal::Closed);
    assert!(shares::region(others).is_ok());
    assert_eq!(Arc::strong_count(&region), before - 1);
    shares::close(others, false, false).expect("closes");
}

#[test]
fn memory_that_escaped_stays_for_ever_and_holds_nothing() {
    let number = open(6);
    let place = shares::region(number).and_then(|region| region.place(0, 1)).expect("within");
    shares::close(number, false, true).expect("closes");
    // SAFETY: the region was forgotten, so that its addresses stay.
    assert_eq!(unsafe { place.read_volatile() }, 0);
}

#[test]
fn resizing_gives_a_new_region_of_the_size() {
    let number = open(7);
    let resized = shares::resize(number, 20_000, false).expect("grows");
    assert_eq!((resized.number, resized.size), (number, 20_000));
    let region = shares::region(number).expect("open");
    assert_eq!(region.length(), 20_000);
    assert!(region.place(19_999, 1).is_ok());
    drop(region);
    assert_eq!(shares::resize(number, 0, false).expect("shrinks").slot, None);
    shares::close(number, false, false).expect("closes");
}

#[test]
fn memory_that_escaped_from_one_thread_stays_another_threads() {
    let number = open(10);
    let other = shares::attach(34, shares::token(number).expect("open")).expect("attaches");
    let place = shares::region(number).and_then(|region| region.place(5, 1)).expect("within");
    shares::close(number, false, true).expect("closes");
    // SAFETY: the region is still shared.
    assert_eq!(unsafe { place.read_volatile() }, b'x');
    shares::close(other.number, false, false).expect("closes");
    // SAFETY: the region was forgotten, so that its addresses stay.
    unsafe { place.read_volatile() };
}

#[test]
fn memory_that_escaped_before_a_resize_stays_for_ever() {
    let number = open(11);
    let place = shares::region(number).and_then(|region| region.place(0, 1)).expect("within");
    shares::resize(number, 20_000, true).expect("grows");
    // SAFETY: the region was forgotten, so that its addresses stay.
    assert_eq!(unsafe { place.read_volatile() }, 0);
    shares::close(number, false, false).expect("closes");
}

#[test]
fn zeros_put_in_place_of_what_is_flushed_do_not_end_its_flush() {
    let number = open(12);
    let region = shares::lend(number).expect("lends");
    let _loan = Loan::new(&region);
    let place = region.place(0, 1).expect("within");
    // SAFETY: the region is held.
    unsafe { place.write_volatile(b'y') };
    shares::close(number, true, false).expect("closes");
    assert_eq!(region.flush(0, 10_000), Ok(()));
}
