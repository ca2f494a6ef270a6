//! What of the JavaScript engine has to be called directly.

use crate::refusal::Refusal;
use napi::bindgen_prelude::Unknown;
use napi::{Env, JsValue, sys};
use std::ffi::c_void;
use std::ptr;

/// An `ArrayBuffer` over memory that is not the engine's.
///
/// # Safety
/// All `length` bytes from `start` on must stay readable and writable until the buffer is detached or nobody can reach it.
pub unsafe fn external_buffer<'env>(env: &'env Env, start: *mut u8, length: usize) -> Result<Unknown<'env>, Refusal> {
    // SAFETY: the caller vouches for the memory; what does nothing may be called at any time.
    unsafe { buffer_until(env, start, length, nothing_to_do, ptr::null_mut()) }
}

unsafe extern "C" fn nothing_to_do(_env: sys::napi_env, _data: *mut c_void, _hint: *mut c_void) {}

/// As [`external_buffer`]; `finalize` is called with `hint` when the engine is done with it, and not if there is none.
///
/// # Safety
/// As of [`external_buffer`], until `finalize` is called, which must be able to take `hint`.
pub unsafe fn buffer_until<'env>(
    env: &'env Env,
    start: *mut u8,
    length: usize,
    finalize: unsafe extern "C" fn(sys::napi_env, *mut c_void, *mut c_void),
    hint: *mut c_void,
) -> Result<Unknown<'env>, Refusal> {
    let mut value = ptr::null_mut();
    // SAFETY: the environment is the calling one, and the caller vouches for the rest.
    let status = unsafe {
        sys::napi_create_external_arraybuffer(env.raw(), start.cast(), length, Some(finalize), hint, &mut value)
    };
    if status != sys::Status::napi_ok {
        return Err(Refusal::Unsupported);
    }
    // SAFETY: the call has succeeded, so the value is one of this environment.
    Ok(unsafe { Unknown::from_raw_unchecked(env.raw(), value) })
}

/// Takes the memory away from a buffer. False if somebody has done so before.
pub fn detach(env: &Env, buffer: &Unknown) -> bool {
    let is_detached = is_detached(env.raw(), buffer.raw());
    // SAFETY: both are of the calling environment.
    let status = unsafe { sys::napi_detach_arraybuffer(env.raw(), buffer.raw()) };
    !is_detached && status == sys::Status::napi_ok
}

/// Whether somebody has taken the memory away from a buffer of the environment.
pub fn is_detached(env: sys::napi_env, buffer: sys::napi_value) -> bool {
    let mut is_detached = false;
    // SAFETY: both are of the calling environment; what is no buffer is answered with another status.
    unsafe { sys::napi_is_detached_arraybuffer(env, buffer, &mut is_detached) };
    is_detached
}

/// A copy of what a typed array holds.
pub fn bytes_of(env: &Env, array: &Unknown) -> Result<Vec<u8>, Refusal> {
    let (kind, start, length) = typed_array(env, array).ok_or(Refusal::Range)?;
    if kind != sys::TypedarrayType::uint8_array {
        return Err(Refusal::Range);
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| Refusal::TooLarge)?;
    if length > 0 {
        // SAFETY: the engine says that so many bytes are there; the vector has room for them.
        unsafe { ptr::copy_nonoverlapping(start.cast::<u8>(), bytes.as_mut_ptr(), length) };
    }
    // SAFETY: so many bytes have just been written.
    unsafe { bytes.set_len(length) };
    Ok(bytes)
}

/// Writes numbers to a `Float64Array` that has room for them.
pub fn fill<const N: usize>(env: &Env, array: &Unknown, numbers: [f64; N]) -> Result<(), Refusal> {
    let (kind, start, length) = typed_array(env, array).ok_or(Refusal::Range)?;
    if kind != sys::TypedarrayType::float64_array || length < N {
        return Err(Refusal::Range);
    }
    // SAFETY: the engine says that at least so many numbers have their places there.
    unsafe { ptr::copy_nonoverlapping(numbers.as_ptr(), start.cast::<f64>(), N) };
    Ok(())
}

fn typed_array(env: &Env, array: &Unknown) -> Option<(sys::napi_typedarray_type, *mut c_void, usize)> {
    let (mut kind, mut length, mut start) = (0, 0, ptr::null_mut());
    // SAFETY: both are of the calling environment; what is no typed array is answered with another status.
    let status = unsafe {
        sys::napi_get_typedarray_info(
            env.raw(),
            array.raw(),
            &mut kind,
            &mut length,
            &mut start,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    (status == sys::Status::napi_ok).then_some((kind, start, length))
}
