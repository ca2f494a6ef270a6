//! What of the mappings needs no system, and can so be run where the machine is not a real one: under loom, which tries
//! every interleaving of the table's readers and writers, and under miri.

mod atomics;
pub mod mark;
pub mod search;
pub mod table;
