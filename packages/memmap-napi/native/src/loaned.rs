//! Buffers that are given away, and what becomes of them when their environment ends.
//!
//! A program can move the memory of such a buffer into one of its own making (`transfer()`), and send that to another
//! thread. The engine tells of it nowhere, and finalizes the buffer when the environment ends that it was of, while the
//! other thread still reads. So what is lent when an environment ends is never unmapped.

use crate::engine;
use crate::refusal::Refusal;
use crate::region::Loan;
use napi::bindgen_prelude::Unknown;
use napi::{Env, sys};
use std::ffi::c_void;
use std::ptr;

/// An `ArrayBuffer` over memory of a region, which stays for as long as that.
///
/// # Safety
/// All `length` bytes from `start` on must be of the region that is lent.
pub unsafe fn loaned_buffer<'env>(
    env: &'env Env,
    start: *mut u8,
    length: usize,
    loan: Loan,
) -> Result<Unknown<'env>, Refusal> {
    let loan = Box::into_raw(Box::new(loan));
    // SAFETY: the memory stays until the loan ends, which is what `finalize` does.
    let made = unsafe { engine::buffer_until(env, start, length, finalize, loan.cast()) };
    if made.is_err() {
        // SAFETY: it was boxed above, and without a buffer there is no finalizer to free it.
        drop(unsafe { Box::from_raw(loan) });
    }
    made
}

unsafe extern "C" fn finalize(env: sys::napi_env, _data: *mut c_void, loan: *mut c_void) {
    // SAFETY: it is the box that `loaned_buffer` made, and the engine calls this once.
    let loan = unsafe { Box::from_raw(loan.cast::<Loan>()) };
    if !can_run(env) {
        loan.keep();
    }
}

/// Whether the environment still runs JavaScript. One that ends refuses what could do so, as a look at a property.
fn can_run(env: sys::napi_env) -> bool {
    let mut scope = ptr::null_mut();
    // SAFETY: a finalizer is given its environment while that is there.
    unsafe { sys::napi_open_handle_scope(env, &mut scope) };
    let mut global = ptr::null_mut();
    // SAFETY: as above.
    unsafe { sys::napi_get_global(env, &mut global) };
    let mut has = false;
    // SAFETY: the name ends with a zero; all else is of the environment.
    let status = unsafe { sys::napi_has_named_property(env, global, c"Object".as_ptr(), &mut has) };
    // SAFETY: it was opened above.
    unsafe { sys::napi_close_handle_scope(env, scope) };
    status == sys::Status::napi_ok
}
