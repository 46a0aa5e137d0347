//! `Reactor`: one for each event loop, nested in it.
//!
//! Its descriptor is opened when a loop begins to drive it, and watched by that loop (`add_reader`);
//! one wake-up drains everything that is ready. What must not happen inside a call, but before the
//! next event, waits as a *tick*, the way Node's `process.nextTick` does: ticks run after each event.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use pyo3::exceptions::PyRuntimeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::call::Tick;
use super::errors::{io_error, loop_closed};
use super::handle::{Handle, Look};
use super::lock;
use crate::net::accept::{Acceptor, Reserve, Taken};
use crate::reactor::budget::Share;
use crate::reactor::checks::{Broken, Checks};
use crate::reactor::deadlines::Deadline;
use crate::reactor::readiness::Readiness;
use crate::reactor::registry::{Key, Ready};
use crate::reactor::turn::{self, Agenda};
use crate::sys::SplicePipe;

/// The room for one read. What glibc's allocator maps and unmaps at every message begins at
/// 128 KiB; a `bytes` of this size is still served from its heap.
const READ_BUFFER: usize = 256 * 1024;

/// Where that room begins: at a boundary of so many bytes. The kernel copies a large read into one
/// that does in half the time.
const ALIGNMENT: usize = 4096;

/// What a read goes into.
fn room(buffer: &mut [u8]) -> &mut [u8] {
    let begin = buffer.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
    &mut buffer[begin..begin + READ_BUFFER]
}

fn new_buffer() -> Vec<u8> {
    vec![0; READ_BUFFER + ALIGNMENT]
}

/// How many empty splice pipes are kept. One serves every pipe that does not wait for its reader.
const SPLICE_PIPES_KEPT: usize = 4;

/// What the handles of one reactor have together.
struct Common {
    /// The room for a read; taken out for the time of a turn.
    buffer: Vec<u8>,
    /// Empty splice pipes, for whoever needs one next.
    splice_pipes: Vec<SplicePipe>,
    /// What makes room for one `accept` when there are no descriptors left.
    reserve: Reserve,
}

/// Readiness, deadlines and deferred calls of one event loop.
#[pyclass(frozen, module = "netserve._core", weakref)]
pub struct Reactor {
    agenda: Mutex<Agenda<Handle, Tick>>,
    common: Mutex<Common>,
    owner: Py<PyAny>,
    began: Instant,
    turn_began: AtomicU64,
    active: AtomicUsize,
    /// Something waits for a turn.
    due: AtomicBool,
    /// The owner has been asked for a turn.
    woken: AtomicBool,
    turning: AtomicBool,
    /// A listener drives the loop itself: turns begin within the one that called it.
    nested: AtomicBool,
    /// There are ticks.
    ticking: AtomicBool,
    /// The loop is over.
    closed: AtomicBool,
    /// What is said to whoever uses a handle then.
    why_closed: Mutex<String>,
    /// In Python's development mode.
    checks: Option<Checks>,
}

impl Reactor {
    /// Milliseconds since the reactor began.
    pub fn now(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    /// The time of the turn that is under way: one look at the clock serves all its events.
    pub fn turn_time(&self) -> u64 {
        if self.turning.load(Relaxed) { self.turn_began.load(Relaxed) } else { self.now() }
    }

    /// Registers a descriptor for a handle: with the kernel now, or as soon as a loop drives us.
    pub fn watch(&self, fd: RawFd, handle: Handle, writing: bool) -> PyResult<Key> {
        self.check_open()?;
        let mut agenda = lock(&self.agenda);
        let key = agenda.registry.insert(handle);
        let watched = agenda.readiness.as_ref().map(|readiness| readiness.watch(fd, key, writing));
        if let Some(Err(error)) = watched {
            agenda.registry.remove(key);
            return Err(io_error(&error, "epoll_ctl"));
        }
        Ok(key)
    }

    /// Changes what a descriptor is watched for. A failure shows at the next read or write.
    pub fn change(&self, fd: RawFd, key: Key, writing: bool) {
        if let Some(readiness) = &lock(&self.agenda).readiness {
            let _ = readiness.change(fd, key, writing);
        }
    }

    /// Lets a handle go; what waits for it is dropped. The caller must not hold a lock when the
    /// answer is dropped: it may be the last reference.
    #[must_use]
    pub fn remove(&self, key: Key, still_open: Option<RawFd>) -> Option<Handle> {
        let mut agenda = lock(&self.agenda);
        if let (Some(fd), Some(readiness)) = (still_open, &agenda.readiness) {
            let _ = readiness.forget(fd);
        }
        agenda.registry.remove(key)
    }

    /// Comes back to a handle that stopped before the kernel said "nothing more", once the others
    /// have had their share.
    pub fn again(&self, ready: Ready) {
        lock(&self.agenda).registry.again(ready);
        self.due.store(true, Relaxed);
    }

    /// A splice pipe for one turn, if there are descriptors for it.
    pub fn lend_splice_pipe(&self) -> Option<SplicePipe> {
        let kept = lock(&self.common).splice_pipes.pop();
        kept.or_else(SplicePipe::new)
    }

    /// Takes a splice pipe back that is empty.
    pub fn return_splice_pipe(&self, splice_pipe: SplicePipe) {
        let mut common = lock(&self.common);
        // A reactor whose loop is over keeps none.
        if common.splice_pipes.len() < SPLICE_PIPES_KEPT && !self.closed.load(Relaxed) {
            common.splice_pipes.push(splice_pipe);
        }
    }

    /// Has a handle looked at when the time comes.
    pub fn deadline(&self, at: u64, handle: Handle) -> Deadline {
        lock(&self.agenda).deadlines.insert(at, handle)
    }

    /// Takes a deadline back. The same care as with `remove`.
    #[must_use]
    pub fn cancel(&self, deadline: Deadline) -> Option<Handle> {
        lock(&self.agenda).deadlines.remove(deadline)
    }

    /// Counts a handle that keeps the program alive (or no longer does).
    pub fn count(&self, active: bool) {
        if active {
            self.active.fetch_add(1, Relaxed);
        } else if self.active.fetch_sub(1, Relaxed) == 1 {
            self.due.store(true, Relaxed);
        }
    }

    /// Asks the owner for a turn where something waits for one and none is under way, and for a
    /// wake-up where a deadline became the nearest.
    pub fn kick(&self, py: Python<'_>) -> PyResult<()> {
        if self.closed.load(Relaxed) {
            return Ok(());
        }
        self.check_thread()?;
        let own_turn = self.turning.load(Relaxed) && !self.nested.load(Relaxed);
        if self.due.load(Relaxed) && !own_turn && !self.woken.swap(true, Relaxed) {
            self.owner.bind(py).call_method0(intern!(py, "_wake"))?;
        }
        Ok(())
    }

    /// Asks the owner to call `expire` in time for the nearest deadline.
    pub fn schedule(&self, py: Python<'_>) -> PyResult<()> {
        let Some(next) = lock(&self.agenda).schedule() else { return Ok(()) };
        let delay = next.saturating_sub(self.now()) as f64 / 1000.0;
        self.owner.bind(py).call_method1(intern!(py, "_wake_at"), (delay,)).map(drop)
    }

    /// Does `tick` after the current event, before the next.
    pub fn push_tick(&self, tick: Tick) {
        lock(&self.agenda).ticks.push_back(tick);
        self.ticking.store(true, Relaxed);
        self.due.store(true, Relaxed);
    }

    /// Does what was deferred until now.
    pub fn run_ticks(&self, py: Python<'_>) -> PyResult<()> {
        turn::run_ticks(&mut Turning { reactor: self, py, buffer: &mut [] }).map_err(Into::into)
    }

    /// Every handle, with what is known of it here.
    fn looks(&self, py: Python<'_>) -> Vec<(Handle, Look)> {
        let agenda = lock(&self.agenda);
        let events = agenda.readiness.as_ref().map_or(-1, Readiness::fd);
        let entries = agenda.registry.entries();
        entries
            .map(|(key, handle, coming_back)| {
                (handle.clone_ref(py), Look { key, events, coming_back })
            })
            .collect()
    }

    /// Looks at everything that is registered, now and then.
    fn look(&self, py: Python<'_>, checks: &Checks) -> PyResult<()> {
        if !checks.is_due(self.handles()) {
            return Ok(());
        }
        let mut active = checks.holds();
        for (handle, look) in self.looks(py) {
            match handle.check(py, &look) {
                Ok(is_active) => active += usize::from(is_active),
                Err(broken) => self.tell_broken(py, broken)?,
            }
        }
        // A worker's listener counts without being registered.
        if self.active() < active {
            self.tell_broken(py, "fewer handles are counted than keep the program alive")?;
        }
        Ok(())
    }

    fn tell_broken(&self, py: Python<'_>, broken: Broken) -> PyResult<()> {
        self.owner.bind(py).call_method1(intern!(py, "_broken"), (broken,)).map(drop)
    }

    /// Raises where the loop is over.
    pub(super) fn check_open(&self) -> PyResult<()> {
        if self.closed.load(Relaxed) {
            return Err(loop_closed(lock(&self.why_closed).clone()));
        }
        Ok(())
    }

    /// Whether the loop is over, or runs in the process that forked this one.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    /// Lets go of everything; the open handles are the answer.
    fn forget_all(&self) -> Vec<Handle> {
        self.closed.store(true, Relaxed);
        let mut left = lock(&self.agenda).take_all();
        let handles = std::mem::take(&mut left.handles);
        drop(left);
        lock(&self.common).splice_pipes.clear();
        handles
    }

    /// Takes one connection, where there are no descriptors left by the reserve.
    pub fn accept(&self, acceptor: &Acceptor) -> Taken {
        acceptor.take(&mut lock(&self.common).reserve)
    }

    /// Takes the reserve back that an `accept` used up, unless another thread was faster.
    pub fn restock(&self) {
        lock(&self.common).reserve.restock();
    }

    /// Counts an acceptor of this loop (`more`), or counts it off.
    pub fn accepts(&self, more: bool) {
        lock(&self.common).reserve.count(more);
    }

    /// What follows a turn: a look at what it left, another one, or an idle program.
    fn settle(&self, py: Python<'_>) -> PyResult<()> {
        // Within another turn, the handle that is being told there is not as it should be.
        if let (Some(checks), false) = (&self.checks, self.turning.load(Relaxed)) {
            self.look(py, checks)?;
        }
        if self.pending() {
            self.due.store(true, Relaxed);
            return self.kick(py);
        }
        if self.active.load(Relaxed) == 0 {
            lock(&self.common).splice_pipes.clear();
            self.owner.bind(py).call_method0(intern!(py, "_became_idle"))?;
        }
        Ok(())
    }

    /// Whether something waits that no event of the kernel will announce.
    pub(super) fn pending(&self) -> bool {
        lock(&self.agenda).is_pending()
    }
}

/// A turn of a reactor's.
struct Turning<'a, 'py> {
    reactor: &'a Reactor,
    py: Python<'py>,
    /// The room for a read.
    buffer: &'a mut [u8],
}

/// What stops a turn.
struct Stop(PyErr);

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self(io_error(&error, "epoll_wait"))
    }
}

impl From<Stop> for PyErr {
    fn from(stop: Stop) -> Self {
        stop.0
    }
}

impl turn::Host for Turning<'_, '_> {
    type Handle = Handle;
    type Tick = Tick;
    type Error = Stop;

    fn agenda(&self) -> MutexGuard<'_, Agenda<Handle, Tick>> {
        lock(&self.reactor.agenda)
    }

    fn has_ticks(&self) -> bool {
        self.reactor.ticking.load(Relaxed)
    }

    fn set_ticks(&self, left: bool) {
        self.reactor.ticking.store(left, Relaxed);
    }

    fn share(&self, handle: &Handle) -> Handle {
        handle.clone_ref(self.py)
    }

    fn run(&mut self, tick: Tick) -> Result<(), Stop> {
        tick.run(self.reactor.owner.bind(self.py)).map_err(Stop)
    }

    fn tell(&mut self, handle: &Handle, ready: Ready, share: &mut Share) -> Result<(), Stop> {
        handle.ready(self.py, ready.news, self.buffer, share).map_err(Stop)
    }

    fn expire(&mut self, handle: &Handle, now: u64) -> Result<(), Stop> {
        handle.expired(self.py, now).map_err(Stop)
    }
}

#[pymethods]
impl Reactor {
    /// `checks`: every call is looked at for its thread, and every turn for what it leaves.
    #[new]
    #[pyo3(signature = (owner, *, checks = false))]
    fn new(owner: Py<PyAny>, checks: bool) -> Self {
        let common =
            Common { buffer: new_buffer(), splice_pipes: Vec::new(), reserve: Reserve::default() };
        Self {
            agenda: Mutex::default(),
            common: Mutex::new(common),
            closed: AtomicBool::new(false),
            why_closed: Mutex::default(),
            owner,
            began: Instant::now(),
            turn_began: AtomicU64::new(0),
            active: AtomicUsize::new(0),
            due: AtomicBool::new(false),
            woken: AtomicBool::new(false),
            turning: AtomicBool::new(false),
            nested: AtomicBool::new(false),
            ticking: AtomicBool::new(false),
            checks: checks.then(Checks::new),
        }
    }

    /// Opens the kernel's interest list, with what was registered until now: a loop drives us from
    /// now on. Until then there is nothing that a forked child would share.
    fn open(&self, py: Python<'_>) -> PyResult<RawFd> {
        self.check_open()?;
        let readiness = Readiness::new().map_err(|error| io_error(&error, "epoll_create"))?;
        for (handle, look) in self.looks(py) {
            if let Some((fd, writing)) = handle.watched(py) {
                let watched = readiness.watch(fd, look.key, writing);
                watched.map_err(|error| io_error(&error, "epoll_ctl"))?;
            }
        }
        let fd = readiness.fd();
        lock(&self.agenda).readiness = Some(readiness);
        Ok(fd)
    }

    /// The descriptor that is readable while events wait; -1 where there is none.
    pub(super) fn fileno(&self) -> RawFd {
        lock(&self.agenda).readiness.as_ref().map_or(-1, Readiness::fd)
    }

    /// How many ref'd handles are active.
    #[getter]
    pub(super) fn active(&self) -> usize {
        self.active.load(Relaxed)
    }

    /// How many handles are registered.
    #[getter]
    fn handles(&self) -> usize {
        lock(&self.agenda).registry.len()
    }

    /// Whether ticks or unfinished events wait for a turn.
    #[getter]
    fn busy(&self) -> bool {
        self.pending()
    }

    /// Keeps the program alive until `release()`.
    fn hold(&self) {
        if let Some(checks) = &self.checks {
            checks.held(true);
        }
        self.count(true);
    }

    /// Takes one `hold()` back.
    fn release(&self, py: Python<'_>) -> PyResult<()> {
        if let Some(checks) = &self.checks {
            checks.held(false);
        }
        self.count(false);
        self.kick(py)
    }

    /// Raises where checks are on and this is not the reactor's thread.
    fn check_thread(&self) -> PyResult<()> {
        match &self.checks {
            Some(checks) if !checks.is_home() => Err(PyRuntimeError::new_err(
                "a server or socket was used in a thread that is not its event loop's: go there by \
                 loop.call_soon_threadsafe(), or move it by netserve.transfer()",
            )),
            _ => Ok(()),
        }
    }

    /// Raises where the loop is over (`ERR_LOOP_CLOSED`), and, where checks are on, in a thread that
    /// is not the reactor's.
    pub(super) fn check_use(&self) -> PyResult<()> {
        self.check_open()?;
        self.check_thread()
    }

    /// Makes this thread the reactor's: who closes it may be in any.
    fn come_home(&self) {
        if let Some(checks) = &self.checks {
            checks.come_home();
        }
    }

    /// Something is awaited. Where that is so in the middle of a turn, a listener may drive the loop
    /// itself: then turns begin within this one, or what is awaited would never come.
    fn awaited(&self, py: Python<'_>) -> PyResult<()> {
        if self.turning.load(Relaxed) {
            self.nested.store(true, Relaxed);
            self.due.store(true, Relaxed);
            return self.kick(py);
        }
        Ok(())
    }

    /// Calls `function(*arguments)` after the current event, before the next.
    #[pyo3(signature = (function, *arguments))]
    fn defer(&self, py: Python<'_>, function: Py<PyAny>, arguments: Py<PyTuple>) -> PyResult<()> {
        self.check_use()?;
        self.push_tick(Tick { function, arguments });
        self.kick(py)
    }

    /// Calls `function(*arguments)` after all events of this round and what they deferred.
    #[pyo3(signature = (function, *arguments))]
    fn defer_closing(
        &self,
        py: Python<'_>,
        function: Py<PyAny>,
        arguments: Py<PyTuple>,
    ) -> PyResult<()> {
        lock(&self.agenda).closing.push_back(Tick { function, arguments });
        self.due.store(true, Relaxed);
        self.kick(py)
    }

    /// Has a turn: tells what is ready, calling listeners; never waits. `asked`: it is the turn that
    /// `_wake` asked for.
    ///
    /// While such a turn is to come, the loop's word that our descriptor is readable begins none:
    /// the loop would have two turns at a time on its list, then three, and its other users none.
    #[pyo3(signature = (asked = false))]
    fn poll(&self, py: Python<'_>, asked: bool) -> PyResult<()> {
        if asked {
            self.woken.store(false, Relaxed);
        }
        if self.woken.load(Relaxed) || self.closed.load(Relaxed) {
            return Ok(());
        }
        let outer = self.turning.swap(true, Relaxed);
        self.nested.store(outer, Relaxed);
        self.turn_began.store(self.now(), Relaxed);
        self.due.store(false, Relaxed);
        let mut buffer = match outer {
            false => std::mem::take(&mut lock(&self.common).buffer),
            true => new_buffer(),
        };
        let result = turn::run(&mut Turning { reactor: self, py, buffer: room(&mut buffer) });
        if !outer {
            lock(&self.common).buffer = buffer;
        }
        self.turning.store(outer, Relaxed);
        self.nested.store(outer, Relaxed);
        // What left the turn stops the program: it comes before whatever else fails.
        result.map_err(PyErr::from).and(self.settle(py))
    }

    /// Looks at the handles whose deadline has come.
    fn expire(&self, py: Python<'_>) -> PyResult<()> {
        lock(&self.agenda).scheduled = None;
        let mut turning = Turning { reactor: self, py, buffer: &mut [] };
        let result = turn::expire(&mut turning, self.now());
        result.map_err(PyErr::from).and(self.schedule(py).and_then(|()| self.kick(py)))
    }

    /// Closes the kernel's interest list and every handle: their loop is over. Whoever uses one from
    /// now on is told `why`.
    fn close(&self, py: Python<'_>, why: String) -> PyResult<()> {
        *lock(&self.why_closed) = why;
        let handles = self.forget_all();
        let closed = handles.iter().map(|handle| handle.close(py));
        // All of them are closed, whatever one of them raises.
        closed.fold(Ok(()), PyResult::and)
    }

    /// Leaves everything to the process that forked this one: its list is not touched, and whoever
    /// uses a handle here is told `why`. The handles stay, each with its own copy of a descriptor.
    fn leave(&self, why: String) {
        *lock(&self.why_closed) = why;
        self.closed.store(true, Relaxed);
        let mut left = lock(&self.agenda).leave();
        if let Some(readiness) = left.readiness.take() {
            readiness.leave();
        }
        drop(left);
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.owner)?;
        let Ok(agenda) = self.agenda.try_lock() else { return Ok(()) };
        for handle in agenda.registry.iter().chain(agenda.deadlines.iter()) {
            handle.visit(&visit)?;
        }
        for tick in agenda.ticks.iter().chain(&agenda.closing) {
            visit.call(&tick.function)?;
            visit.call(&tick.arguments)?;
        }
        Ok(())
    }

    fn __clear__(&self) {
        drop(self.forget_all());
    }
}
