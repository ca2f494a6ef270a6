//! The table of ranges, one thread at a time.
#![cfg(not(loom))]

use raw_memory::table::{Range, RangeTable};

fn range(start: usize, end: usize) -> Range {
    Range { start, end, file: 3, offset: 0 }
}

#[test]
fn a_range_is_found_from_its_first_address_to_its_last() {
    let table = RangeTable::<4>::new();
    let slot = table.claim().expect("a free slot");
    assert_eq!(table.find(0x1000), None, "claimed, and not filled yet");
    table.fill(slot, range(0x1000, 0x3000));
    assert_eq!(table.find(0xfff), None);
    assert_eq!(table.find(0x1000), Some((slot, range(0x1000, 0x3000))));
    assert_eq!(table.find(0x2fff), Some((slot, range(0x1000, 0x3000))));
    assert_eq!(table.find(0x3000), None);
}

#[test]
fn a_full_table_refuses_until_a_slot_is_released() {
    let table = RangeTable::<2>::new();
    let slots = [table.claim(), table.claim()];
    assert_eq!(table.claim(), None);
    table.release(slots[0].expect("a free slot"));
    assert_eq!(table.claim(), slots[0]);
}

#[test]
fn a_released_range_is_not_found() {
    let table = RangeTable::<2>::default();
    let slot = table.claim().expect("a free slot");
    table.fill(slot, range(0x1000, 0x2000));
    table.release(slot);
    assert_eq!(table.find(0x1000), None);
    assert_eq!(table.find(0), None);
    assert_eq!(table.find(1), None);
}
