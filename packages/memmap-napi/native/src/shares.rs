//! Who holds what. JavaScript names a mapping by a number, which is looked up here: a number that was made up, or whose
//! mapping has been closed, is refused. Each thread that maps, or shares a mapping of another, has a number of its own.

use crate::mapping::{Mapping, Request};
use crate::refusal::Refusal;
use crate::region::Region;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

static SHARES: LazyLock<Mutex<Shares>> = LazyLock::new(Default::default);

/// A mapping and its region, while at least one thread shares it.
#[derive(Debug)]
struct Held {
    mapping: Mapping,
    region: Arc<Region>,
    shares: usize,
}

#[derive(Debug)]
struct Share {
    token: u64,
    /// The JavaScript environment that it belongs to.
    environment: usize,
    /// Views that were given out and not given back.
    views: usize,
}

#[derive(Debug, Default)]
struct Shares {
    last: u64,
    by_number: HashMap<u64, Share>,
    by_token: HashMap<u64, Held>,
}

/// What JavaScript is told of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Opened {
    /// Its number.
    pub number: u64,
    /// In bytes.
    pub size: usize,
    /// Which flag tells of its faults.
    pub slot: Option<usize>,
    /// What may be done.
    pub access: crate::access::Access,
}

impl Shares {
    fn share(&self, number: u64) -> Result<&Share, Refusal> {
        self.by_number.get(&number).ok_or(Refusal::Closed)
    }

    fn held(&mut self, number: u64) -> Result<&mut Held, Refusal> {
        let token = self.share(number)?.token;
        self.by_token.get_mut(&token).ok_or(Refusal::Closed)
    }

    fn add(&mut self, environment: usize, token: u64) -> Result<Opened, Refusal> {
        let held = self.by_token.get_mut(&token).ok_or(Refusal::Closed)?;
        held.shares += 1;
        self.last += 1;
        let number = self.last;
        self.by_number.insert(number, Share { token, environment, views: 0 });
        Ok(Opened { number, size: held.region.length(), slot: held.region.slot(), access: held.mapping.access })
    }

    /// Gives back what is to be dropped once nobody is locked out.
    fn remove(&mut self, number: u64) -> Option<Held> {
        let Share { token, .. } = self.by_number.remove(&number)?;
        let held = self.by_token.get_mut(&token)?;
        held.shares -= 1;
        if held.shares > 0 { None } else { self.by_token.remove(&token) }
    }
}

fn shares() -> MutexGuard<'static, Shares> {
    SHARES.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// What JavaScript was given of a region may be in use by a thread of the pool: its addresses then stay, with zeros. What
/// our own tasks use stays as it is until they are done.
fn let_go(region: &Arc<Region>, escaped: bool) {
    if region.is_lent() || escaped {
        region.overlay();
    }
}

/// Somebody got hold of memory that nobody was to be given, and may have it for ever.
fn keep_addresses(region: Arc<Region>) {
    std::mem::forget(region);
}

/// Enters what was opened.
pub fn add(environment: usize, (mapping, region): (Mapping, Region)) -> Result<Opened, Refusal> {
    let token = mapping.token;
    let held = Held { mapping, region: Arc::new(region), shares: 0 };
    let mut shares = shares();
    shares.by_token.insert(token, held);
    shares.add(environment, token)
}

/// Opens, maps and enters.
pub fn open(environment: usize, request: &Request) -> Result<Opened, Refusal> {
    add(environment, Mapping::open(request)?)
}

/// Shares the mapping of another thread, while that has not been closed by all.
pub fn attach(environment: usize, token: u64) -> Result<Opened, Refusal> {
    shares().add(environment, token)
}

/// What names the mapping to another thread.
pub fn token(number: u64) -> Result<u64, Refusal> {
    Ok(shares().share(number)?.token)
}

/// What is mapped. It stays mapped for as long as this is held.
pub fn region(number: u64) -> Result<Arc<Region>, Refusal> {
    Ok(Arc::clone(&shares().held(number)?.region))
}

/// Counts a view that is given out.
pub fn lend(number: u64) -> Result<Arc<Region>, Refusal> {
    let mut shares = shares();
    let region = Arc::clone(&shares.held(number)?.region);
    shares.by_number.get_mut(&number).ok_or(Refusal::Closed)?.views += 1;
    Ok(region)
}

/// A view has been given back.
pub fn take_back(number: u64) {
    if let Some(share) = shares().by_number.get_mut(&number) {
        share.views = share.views.saturating_sub(1);
    }
}

/// Ends a share; the last one of a mapping unmaps it. Busy while views of it are out, unless it is
/// `forced`: they then read as zeros. `escaped`: somebody got hold of
/// memory that nobody was to be given, and the addresses stay taken for ever.
pub fn close(number: u64, forced: bool, escaped: bool) -> Result<(), Refusal> {
    let mut locked = shares();
    if locked.share(number)?.views > 0 && !forced {
        return Err(Refusal::Busy);
    }
    let region = Arc::clone(&locked.held(number)?.region);
    let ended = locked.remove(number);
    drop(locked);
    if escaped {
        keep_addresses(Arc::clone(&region));
    }
    drop(region);
    if let Some(held) = &ended {
        let_go(&held.region, escaped);
    }
    Ok(())
}

/// Gives a mapping that nobody else holds, nor has a view of, another size, and the file with it. `escaped`: as for
/// [`close`], of what was mapped before.
pub fn resize(number: u64, size: u64, escaped: bool) -> Result<Opened, Refusal> {
    let mut locked = shares();
    let views = locked.share(number)?.views;
    let held = locked.held(number)?;
    if held.shares > 1 || views > 0 {
        return Err(Refusal::Busy);
    }
    held.region.check()?;
    if cfg!(windows) {
        // A mapped file cannot be cut there.
        held.region = Arc::new(held.mapping.remap(0)?);
    }
    held.mapping.set_size(size)?;
    let region = Arc::new(held.mapping.remap(size)?);
    let previous = std::mem::replace(&mut held.region, Arc::clone(&region));
    let access = held.mapping.access;
    drop(locked);
    if escaped {
        keep_addresses(Arc::clone(&previous));
    }
    let_go(&previous, escaped);
    Ok(Opened { number, size: region.length(), slot: region.slot(), access })
}

/// Ends all shares of an environment that ends, views or not: its JavaScript runs no more.
pub fn close_environment(environment: usize) {
    let mut locked = shares();
    let numbers: Vec<u64> = locked
        .by_number
        .iter()
        .filter(|(_, share)| share.environment == environment)
        .map(|(&number, _)| number)
        .collect();
    let ended: Vec<Held> = numbers.iter().filter_map(|&number| locked.remove(number)).collect();
    drop(locked);
    for held in &ended {
        let_go(&held.region, false);
    }
}

/// How many shares there are in the process.
pub fn count() -> usize {
    shares().by_number.len()
}
