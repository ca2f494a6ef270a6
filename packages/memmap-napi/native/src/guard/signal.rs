//! The handler of SIGBUS. Nothing in it locks, allocates or unwinds.

use super::{FLAGS, REINSTALLED, TABLE, reasons};
use crate::os;
use raw_memory::mark::mark_and_replace;
use raw_memory::table::Range;
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// What had the signal before us. Replaced, never freed: a handler may be reading it.
static PREVIOUS: AtomicPtr<libc::sigaction> = AtomicPtr::new(ptr::null_mut());
static INSTALLING: Mutex<()> = Mutex::new(());
/// The address whose fault is being handed on, if any: two handlers may each hold the other for their predecessor.
static HANDING_ON: AtomicUsize = AtomicUsize::new(0);

type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

pub fn install() -> io::Result<()> {
    let _one_at_a_time = INSTALLING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let current = current()?;
    if current.sa_sigaction == ours() {
        return Ok(());
    }
    if !PREVIOUS.load(Ordering::Acquire).is_null() {
        REINSTALLED.fetch_add(1, Ordering::Relaxed);
    }
    PREVIOUS.store(Box::into_raw(Box::new(current)), Ordering::Release);
    // SAFETY: all zeros is a valid sigaction, whose mask is empty.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = ours();
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER | libc::SA_RESTART;
    // SAFETY: the action is complete, and its function keeps to what a handler may do.
    match unsafe { libc::sigaction(libc::SIGBUS, &action, ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn current() -> io::Result<libc::sigaction> {
    let mut current = MaybeUninit::uninit();
    // SAFETY: with a null action it only writes the current one.
    if unsafe { libc::sigaction(libc::SIGBUS, ptr::null(), current.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call succeeded, so it has been written.
    Ok(unsafe { current.assume_init() })
}

fn ours() -> libc::sighandler_t {
    on_fault as Handler as libc::sighandler_t
}

extern "C" fn on_fault(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the place of this thread's errno is always valid.
    let errno = unsafe { errno() };
    // SAFETY: as above.
    let saved = unsafe { *errno };
    if !mend(info, context) {
        hand_on(signal, info, context);
    }
    // SAFETY: as above.
    unsafe { *errno = saved };
}

/// Whether the fault was in a range of ours, and is mended.
fn mend(info: *mut libc::siginfo_t, context: *mut libc::c_void) -> bool {
    // SAFETY: the kernel gives a valid one to a handler with SA_SIGINFO.
    let code = unsafe { (*info).si_code };
    if !is_missing_page(code) {
        return false;
    }
    let address = address_of(info);
    let Some((slot, range)) = TABLE.find(address) else {
        return false;
    };
    let page = address & !(os::page_size() - 1);
    let reason = if may_be_write(context) { reason_of(range, page) } else { reasons::TRUNCATED };
    mark_and_replace(&FLAGS[slot], reason, || os::overlay(page, range.end - page))
}

fn address_of(info: *mut libc::siginfo_t) -> usize {
    // SAFETY: the kernel gives a valid one to a handler with SA_SIGINFO.
    let info = unsafe { &*info };
    // SAFETY: every form of the union has room for an address; of a signal that was sent it is any number.
    unsafe { info.si_addr() as usize }
}

/// A page that is mapped and cannot be had. A failed memory module (`BUS_MCEERR`) is none, nor a sent signal.
fn is_missing_page(code: libc::c_int) -> bool {
    if cfg!(any(target_os = "linux", target_os = "android")) {
        code == libc::BUS_ADRERR
    } else {
        // Other systems differ in what they call it.
        code > 0
    }
}

/// Whether the instruction was writing, where the processor tells: only that can be for want of space.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn may_be_write(context: *mut libc::c_void) -> bool {
    const WRITE: i64 = 2;
    // SAFETY: the kernel gives a valid one to a handler with SA_SIGINFO.
    let context = unsafe { &*context.cast::<libc::ucontext_t>() };
    context.uc_mcontext.gregs[libc::REG_ERR as usize] & WRITE != 0
}

/// Whether the instruction was writing, where the processor tells.
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn may_be_write(_context: *mut libc::c_void) -> bool {
    true
}

fn reason_of(range: Range, page: usize) -> u8 {
    let wanted = range.offset + (page - range.start);
    match os::size_of(range.file) {
        Some(size) if size > wanted as u64 => reasons::NO_SPACE,
        _ => reasons::TRUNCATED,
    }
}

/// What whoever had the signal before would have done.
fn hand_on(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let address = address_of(info) | 1;
    if HANDING_ON.load(Ordering::Acquire) == address {
        return reset(signal);
    }
    let previous = PREVIOUS.load(Ordering::Acquire);
    if previous.is_null() {
        return reset(signal);
    }
    // SAFETY: what is stored there is never freed.
    let previous = unsafe { &*previous };
    match previous.sa_sigaction {
        libc::SIG_IGN if is_sent(info) => {}
        // A fault that is ignored would come again for ever; the system ends the process, and so does this.
        libc::SIG_DFL | libc::SIG_IGN => reset(signal),
        function => {
            HANDING_ON.store(address, Ordering::Release);
            call(function, previous.sa_flags, signal, info, context);
            HANDING_ON.store(0, Ordering::Release);
        }
    }
}

fn call(
    function: libc::sighandler_t,
    flags: libc::c_int,
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    if flags & libc::SA_SIGINFO != 0 {
        // SAFETY: it was installed as a handler of this form, and is called with the kernel's own arguments.
        let handler: Handler = unsafe { std::mem::transmute(function) };
        handler(signal, info, context);
    } else {
        // SAFETY: as above.
        let handler: extern "C" fn(libc::c_int) = unsafe { std::mem::transmute(function) };
        handler(signal);
    }
}

/// Sent by a process, not caused by an instruction.
fn is_sent(info: *mut libc::siginfo_t) -> bool {
    // SAFETY: the kernel gives a valid one to a handler with SA_SIGINFO.
    unsafe { (*info).si_code <= 0 }
}

/// The system's own action from now on: the instruction faults again, and the process ends as it would have.
fn reset(signal: libc::c_int) {
    // SAFETY: SIG_DFL is a valid disposition.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
    // A sent signal does not come again by itself. After the handler, which does not block it, it would; at once is as good.
    // SAFETY: raise may be called in a handler.
    unsafe { libc::raise(signal) };
}

#[cfg(target_os = "linux")]
unsafe fn errno() -> *mut libc::c_int {
    // SAFETY: it has no preconditions.
    unsafe { libc::__errno_location() }
}

#[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
unsafe fn errno() -> *mut libc::c_int {
    // SAFETY: it has no preconditions.
    unsafe { libc::__errno() }
}

#[cfg(any(target_os = "macos", target_os = "ios", target_os = "freebsd"))]
unsafe fn errno() -> *mut libc::c_int {
    // SAFETY: it has no preconditions.
    unsafe { libc::__error() }
}
