//! What JavaScript calls. Numbers are checked here; what cannot be done is answered with a negative number. None of it
//! is for programs: the package `@leasehold/mmap` is, and keeps what comes from here to itself.

use crate::access::{Access, Advice};
use crate::mapping::{Mapping, Request};
use crate::refusal::{Refusal, answer};
use crate::region::{Loan, Region};
use crate::shares::{self, Opened};
use crate::{engine, guard};
use napi::bindgen_prelude::{AsyncTask, Unknown};
use napi::{Env, Result, Task};
use napi_derive::napi;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The largest integer that a JavaScript number holds without a gap.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

fn whole(number: f64) -> std::result::Result<u64, Refusal> {
    if (0.0..=MAX_SAFE).contains(&number) && number.fract() == 0.0 { Ok(number as u64) } else { Err(Refusal::Range) }
}

fn place(number: f64) -> std::result::Result<usize, Refusal> {
    usize::try_from(whole(number)?).map_err(|_| Refusal::TooLarge)
}

/// A negative number means "not given".
fn optional(number: f64) -> std::result::Result<Option<u64>, Refusal> {
    if number < 0.0 { Ok(None) } else { whole(number).map(Some) }
}

fn environment(env: &Env) -> usize {
    env.raw() as usize
}

/// Has what belongs to the calling thread end with it.
#[napi(catch_unwind)]
pub fn begin(env: &Env) -> Result<()> {
    env.add_env_cleanup_hook(environment(env), shares::close_environment)?;
    Ok(())
}

/// All flags of faults, one byte for each slot. Null where the engine allows no memory but its own.
#[napi(catch_unwind)]
pub fn flags(env: &Env) -> Result<Option<Unknown<'_>>> {
    // SAFETY: the flags are static.
    let buffer = unsafe { engine::external_buffer(env, guard::flags(), guard::SLOTS, None) };
    Ok(buffer.ok())
}

fn request(path: String, access: u32, [offset, length, size]: [f64; 3]) -> std::result::Result<Request, Refusal> {
    Ok(Request {
        path,
        access: Access::from_number(access).ok_or(Refusal::Range)?,
        offset: whole(offset)?,
        length: optional(length)?,
        size: optional(size)?,
    })
}

/// Number, size, slot (-1: none) and access.
fn told(opened: Opened) -> [f64; 4] {
    [
        opened.number as f64,
        opened.size as f64,
        opened.slot.map_or(-1.0, |slot| slot as f64),
        f64::from(opened.access.number()),
    ]
}

fn tell(env: &Env, opened: std::result::Result<Opened, Refusal>, out: &Unknown) -> f64 {
    answer(opened.and_then(|opened| {
        engine::fill(env, out, told(opened)).inspect_err(|_| {
            // Nobody learns its number.
            let _ = shares::close(opened.number, true, false);
        })?;
        Ok(opened.number as f64)
    }))
}

/// Opens and maps. Negative: why not.
#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn open(env: &Env, path: String, access: u32, offset: f64, length: f64, size: f64, out: Unknown<'_>) -> f64 {
    let opened =
        request(path, access, [offset, length, size]).and_then(|request| shares::open(environment(env), &request));
    tell(env, opened, &out)
}

type Refusable<T> = std::result::Result<T, Refusal>;

/// What runs on a thread of the pool, where nobody would catch a panic.
fn caught<T>(work: impl FnOnce() -> Refusable<T>) -> Refusable<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Refusal::Unsupported))
}

/// Opens and maps on a thread of the pool.
pub struct OpenTask(Refusable<Request>);

impl Task for OpenTask {
    type Output = Refusable<(Mapping, Region)>;
    type JsValue = Vec<f64>;

    fn compute(&mut self) -> Result<Self::Output> {
        let request = self.0.clone();
        Ok(caught(|| Mapping::open(&request?)))
    }

    fn resolve(&mut self, env: Env, opened: Self::Output) -> Result<Self::JsValue> {
        let opened = caught(|| shares::add(environment(&env), opened?));
        Ok(opened.map_or_else(|refusal| vec![refusal.code()], |opened| told(opened).to_vec()))
    }
}

/// As [`open`], without keeping the caller waiting: number, size, slot and access, or the one negative number.
#[napi(catch_unwind, ts_return_type = "Promise<number[]>")]
pub fn open_later(path: String, access: u32, offset: f64, length: f64, size: f64) -> AsyncTask<OpenTask> {
    AsyncTask::new(OpenTask(request(path, access, [offset, length, size])))
}

/// Ends the calling thread's share; the last share of a mapping unmaps it and closes the file. Refused while views are
/// out, unless it is `forced`.
#[napi(catch_unwind)]
pub fn close(number: f64, forced: bool, escaped: bool) -> f64 {
    answer(whole(number).and_then(|number| shares::close(number, forced, escaped)).map(|()| 0.0))
}

/// A buffer over a part of a mapping, to be detached before that is closed or resized, and never to be given away.
#[napi(catch_unwind)]
pub fn window<'env>(env: &'env Env, number: f64, offset: f64, length: f64) -> Result<Option<Unknown<'env>>> {
    let buffer = || {
        let region = shares::region(whole(number)?)?;
        let length = place(length)?;
        let start = region.place(place(offset)?, length)?;
        // SAFETY: `place` has compared the range with the mapping, and the caller detaches the buffer before its end.
        unsafe { engine::external_buffer(env, start, length, None) }
    };
    Ok(buffer().ok())
}

/// A buffer over a part of a mapping, to be given away: its addresses stay until it is collected. Counted until
/// [`unlease`].
#[napi(catch_unwind)]
pub fn lease<'env>(env: &'env Env, number: f64, offset: f64, length: f64) -> Result<Option<Unknown<'env>>> {
    let buffer = || {
        let (number, offset, length) = (whole(number)?, place(offset)?, place(length)?);
        let region = shares::lend(number)?;
        let lent = region.place(offset, length).and_then(|start| {
            // SAFETY: `place` has compared the range with the mapping, which the buffer holds.
            unsafe { engine::external_buffer(env, start, length, Some(Loan::new(&region))) }
        });
        if lent.is_err() {
            shares::take_back(number);
        }
        lent
    };
    Ok(buffer().ok())
}

/// A view has been given back.
#[napi(catch_unwind)]
pub fn unlease(number: f64) {
    if let Ok(number) = whole(number) {
        shares::take_back(number);
    }
}

/// Takes the memory away from a buffer. False if somebody has done so before.
#[napi(catch_unwind)]
pub fn detach(env: &Env, buffer: Unknown<'_>) -> bool {
    engine::detach(env, &buffer)
}

/// What names the mapping to another thread: 16 hexadecimal digits; empty for none.
#[napi(catch_unwind)]
pub fn token(number: f64) -> String {
    whole(number).and_then(shares::token).map_or_else(|_| String::new(), |token| format!("{token:016x}"))
}

/// Shares the mapping of another thread.
#[napi(catch_unwind)]
pub fn attach(env: &Env, token: String, out: Unknown<'_>) -> f64 {
    // The one spelling that is given out.
    let opened = u64::from_str_radix(&token, 16)
        .ok()
        .filter(|number| format!("{number:016x}") == token)
        .ok_or(Refusal::Closed)
        .and_then(|token| shares::attach(environment(env), token));
    tell(env, opened, &out)
}

/// Gives a mapping another size, and the file with it.
#[napi(catch_unwind)]
pub fn resize(env: &Env, number: f64, size: f64, escaped: bool, out: Unknown<'_>) -> f64 {
    let resized = || {
        let resized = shares::resize(whole(number)?, whole(size)?, escaped)?;
        engine::fill(env, &out, told(resized))?;
        Ok(resized.number as f64)
    };
    answer(resized())
}

/// Where the bytes first are; -1 if nowhere; else why it cannot be told.
#[napi(catch_unwind)]
pub fn index_of(env: &Env, number: f64, needle: Unknown<'_>, from: f64) -> f64 {
    let found = || {
        let region = shares::region(whole(number)?)?;
        let needle = engine::bytes_of(env, &needle)?;
        region.search(&needle, place(from)?)
    };
    answer(found().map(|found| found.map_or(-1.0, |at| at as f64)))
}

/// Tells the system what is about to be done.
#[napi(catch_unwind)]
pub fn advise(number: f64, advice: u32, offset: f64, length: f64) -> f64 {
    let advised = || {
        let advice = Advice::from_number(advice).ok_or(Refusal::Range)?;
        shares::region(whole(number)?)?.advise(advice, place(offset)?, place(length)?)
    };
    answer(advised().map(|()| 0.0))
}

/// The share of the pages in memory, from 0 to 1.
#[napi(catch_unwind)]
pub fn residency(number: f64, offset: f64, length: f64) -> f64 {
    let told = || shares::region(whole(number)?)?.residency(place(offset)?, place(length)?);
    answer(told())
}

/// Work on a range, on a thread of the pool. The mapping stays until it is done.
pub struct RangeTask {
    range: Refusable<(Arc<Region>, usize, usize)>,
    work: fn(&Region, usize, usize) -> Refusable<()>,
}

impl RangeTask {
    fn new([number, offset, length]: [f64; 3], work: fn(&Region, usize, usize) -> Refusable<()>) -> AsyncTask<Self> {
        let range = || Ok((shares::region(whole(number)?)?, place(offset)?, place(length)?));
        AsyncTask::new(Self { range: range(), work })
    }
}

impl Task for RangeTask {
    type Output = f64;
    type JsValue = f64;

    fn compute(&mut self) -> Result<Self::Output> {
        // Taken, so that the region is let go of when the work is done, not when the task is collected.
        let range = std::mem::replace(&mut self.range, Err(Refusal::Closed));
        let work = self.work;
        let done = caught(|| range.and_then(|(region, offset, length)| work(&region, offset, length)));
        Ok(answer(done.map(|()| 0.0)))
    }

    fn resolve(&mut self, _env: Env, output: Self::Output) -> Result<Self::JsValue> {
        Ok(output)
    }
}

/// Writes a range back to the device.
#[napi(catch_unwind, ts_return_type = "Promise<number>")]
pub fn flush(number: f64, offset: f64, length: f64) -> AsyncTask<RangeTask> {
    RangeTask::new([number, offset, length], Region::flush)
}

/// Reads a range in.
#[napi(catch_unwind, ts_return_type = "Promise<number>")]
pub fn populate(number: f64, offset: f64, length: f64) -> AsyncTask<RangeTask> {
    RangeTask::new([number, offset, length], Region::populate)
}

/// Sees to it that the guard's handler has the signal; 0, or why it could not.
#[napi(catch_unwind)]
pub fn reinstall_guard() -> f64 {
    answer(guard::install().map(|()| 0.0).map_err(Refusal::from))
}

/// How often the guard's handler was found replaced, and put back.
#[napi(catch_unwind)]
pub fn guard_reinstallations() -> u32 {
    guard::reinstalled()
}

/// How many shares there are in the process, of all threads.
#[napi(catch_unwind)]
pub fn share_count() -> u32 {
    u32::try_from(shares::count()).unwrap_or(u32::MAX)
}
