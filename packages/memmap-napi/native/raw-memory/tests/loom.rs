//! The interleavings of a handler's look with the mapping and unmapping of other ranges:
//! `LOOM_MAX_PREEMPTIONS=2 RUSTFLAGS="--cfg loom" cargo test -p raw-memory --test loom --release`.
#![cfg(loom)]

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use loom::thread;
use raw_memory::mark::mark_and_replace;
use raw_memory::table::{Range, RangeTable};

fn range(start: usize, end: usize) -> Range {
    Range { start, end, file: start + 1, offset: start + 2 }
}

const FIRST: (usize, usize) = (0x1000, 0x2000);
const SECOND: (usize, usize) = (0x8000, 0x9000);

#[test]
fn a_reader_never_sees_parts_of_two_ranges() {
    loom::model(|| {
        let table = Arc::new(RangeTable::<1>::new());
        let writer = {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                let slot = table.claim().expect("the table is empty");
                table.fill(slot, range(FIRST.0, FIRST.1));
                table.release(slot);
                let slot = table.claim().expect("the slot was released");
                table.fill(slot, range(SECOND.0, SECOND.1));
            })
        };
        // Between the two: only a mixture of both would hold it.
        assert_eq!(table.find(0x3000), None);
        if let Some((_, found)) = table.find(0x8800) {
            assert_eq!(found, range(SECOND.0, SECOND.1));
        }
        writer.join().expect("no panic");
    });
}

#[test]
fn what_is_filled_is_found_while_others_come_and_go() {
    loom::model(|| {
        let table = Arc::new(RangeTable::<2>::new());
        let mine = table.claim().expect("the table is empty");
        table.fill(mine, range(FIRST.0, FIRST.1));
        let other = {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                if let Some(slot) = table.claim() {
                    table.fill(slot, range(SECOND.0, SECOND.1));
                    table.release(slot);
                }
            })
        };
        assert_eq!(table.find(0x1800), Some((mine, range(FIRST.0, FIRST.1))));
        other.join().expect("no panic");
    });
}

#[test]
fn no_slot_is_given_to_two() {
    loom::model(|| {
        let table = Arc::new(RangeTable::<2>::new());
        let other = {
            let table = Arc::clone(&table);
            thread::spawn(move || table.claim())
        };
        let mine = table.claim();
        let others = other.join().expect("no panic");
        assert!(mine.is_some() && others.is_some());
        assert_ne!(mine, others);
    });
}

#[test]
fn whoever_reads_what_was_put_there_finds_the_mark() {
    const GONE: usize = 7;
    loom::model(|| {
        let memory = Arc::new(AtomicUsize::new(GONE));
        let mark = Arc::new(AtomicU8::new(0));
        let handler = {
            let (memory, mark) = (Arc::clone(&memory), Arc::clone(&mark));
            thread::spawn(move || {
                mark_and_replace(&mark, 1, || {
                    memory.store(0, Ordering::Release);
                    true
                })
            })
        };
        let read = memory.load(Ordering::Acquire);
        let is_marked = mark.load(Ordering::Acquire) != 0;
        assert!(read == GONE || is_marked, "zeros were taken for what is in the file");
        assert!(handler.join().expect("no panic"));
    });
}
