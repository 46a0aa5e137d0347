//! A channel's bytes: reading, writing, closing.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::atomic::Ordering::Relaxed;

use pyo3::intern;
use pyo3::prelude::*;

use super::{Channel, State};
use crate::border::handle::{Look, Registered};
use crate::border::lock;
use crate::ipc::dealer::Word;
use crate::ipc::frames::Frames;
use crate::ipc::inbox::Arrived;
use crate::ipc::send_queue::Outgoing;
use crate::net::connection::Sent;
use crate::reactor::budget::Share;
use crate::reactor::checks::{Broken, unlocked};
use crate::reactor::registry::News;

/// How many messages wait for each other while others are being handed out: fewer system calls,
/// and still the other side begins before we have finished.
const TOGETHER: usize = 32;

/// The room for a read of `drain_all`, and how often it looks: more than the kernel holds, in case
/// that another process has a copy of the other end and goes on.
const DRAIN_BUFFER: usize = 64 * 1024;
const DRAIN_BUDGET: usize = 4096;

impl Registered for Channel {
    fn ready(
        slf: &Bound<'_, Self>,
        news: News,
        buffer: &mut [u8],
        share: &mut Share,
    ) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            state.inbox.said(news.readable, news.hung_up);
        }
        if news.writable {
            Self::flush(slf)?;
        }
        while Self::step(slf, buffer, share)? {
            if share.is_used() {
                let reactor = slf.get().reactor.get();
                lock(&slf.get().state).registration.again(reactor, News::READABLE);
                return Ok(());
            }
        }
        Ok(())
    }

    /// A channel has no deadlines.
    fn expired(_slf: &Bound<'_, Self>, _now: u64) -> PyResult<()> {
        Ok(())
    }

    fn close_for_good(slf: &Bound<'_, Self>) -> PyResult<()> {
        drop(Self::take_socket(slf));
        Ok(())
    }

    fn watched(slf: &Bound<'_, Self>) -> Option<(RawFd, bool)> {
        let state = lock(&slf.get().state);
        state.socket.as_ref().map(|socket| (socket.as_raw_fd(), state.armed))
    }

    fn check(slf: &Bound<'_, Self>, look: &Look) -> Result<bool, Broken> {
        let state = unlocked(&slf.get().state)?;
        if !state.registration.is(look.key) {
            return Err("a channel is registered by a key that is not its own");
        }
        let rests = state.stuffed || slf.get().is_paused(&state);
        if state.inbox.is_unsaid() && !rests && !look.coming_back {
            return Err("a channel has messages to hand out and will not come back for them");
        }
        Ok(state.registration.is_active())
    }
}

impl Channel {
    /// Hands out everything that has come, however long that takes: the other side is gone, and
    /// what it said comes before the news of that.
    pub(super) fn drain_all(slf: &Bound<'_, Self>) -> PyResult<()> {
        lock(&slf.get().state).inbox.said(true, false);
        let mut buffer = vec![0; DRAIN_BUFFER];
        for _ in 0..DRAIN_BUDGET {
            if !Self::step(slf, &mut buffer, &mut Share::begin())? {
                break;
            }
        }
        slf.get().reactor.get().kick(slf.py())
    }

    /// Reads once, unless there are messages left, and hands them out. Whether there may be more.
    fn step(slf: &Bound<'_, Self>, buffer: &mut [u8], share: &mut Share) -> PyResult<bool> {
        let this = slf.get();
        let arrived = {
            let mut guard = lock(&this.state);
            let state = &mut *guard;
            // From a process that doesn't read our answers nothing more is read.
            state.stuffed = state.queue.is_stuffed();
            match &state.socket {
                Some(socket)
                    if state.inbox.has_more() && !state.stuffed && !this.is_paused(state) =>
                {
                    state.inbox.look(socket, buffer)
                }
                _ => Arrived::Nothing,
            }
        };
        let mut frames = match arrived {
            Arrived::Nothing => return Ok(false),
            Arrived::Interrupted => return Ok(true),
            Arrived::End => return Self::closed(slf).map(|()| false),
            Arrived::Messages(frames, count) => {
                share.moved(count);
                frames
            }
        };
        let handed_out = Self::hand_out(slf, &mut frames, share);
        let more = {
            let mut state = lock(&this.state);
            state.corked = false;
            state.inbox.put_back(frames, matches!(handed_out, Ok(true)));
            state.socket.is_some() && state.inbox.has_more()
        };
        Self::flush(slf)?;
        handed_out.map(|_| more)
    }

    /// Every whole message, to whom it concerns, as far as the share goes. Whether that was all.
    fn hand_out(slf: &Bound<'_, Self>, frames: &mut Frames, share: &mut Share) -> PyResult<bool> {
        while !frames.is_empty() {
            let Ok(frame) = frames.cut() else {
                slf.get().owner.tell(slf.py(), intern!(slf.py(), "_on_too_long"), ())?;
                return Ok(true);
            };
            let Some((frame, is_last)) = frame else { return Ok(true) };
            {
                let mut state = lock(&slf.get().state);
                if state.socket.is_none() {
                    return Ok(true);
                }
                // What is said to the last of them leaves at once.
                state.corked = !is_last;
                state.length = frame.len();
            }
            Self::message(slf, frame)?;
            if !share.goes_on() && !is_last {
                return Ok(false);
            }
            if slf.get().paused.load(Relaxed) && slf.get().is_paused(&lock(&slf.get().state)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether nothing is read by request. The rest of a channel that has ended is: no more comes
    /// of that than the system holds, and whoever waits for the end hears of it.
    fn is_paused(&self, state: &State) -> bool {
        self.paused.load(Relaxed) && !state.inbox.has_hung_up()
    }

    /// Queues a message and sends what may leave.
    pub fn enqueue(slf: &Bound<'_, Self>, outgoing: Outgoing) -> PyResult<()> {
        slf.get().reactor.get().check_open()?;
        {
            let mut state = lock(&slf.get().state);
            if state.socket.is_none() {
                return Ok(());
            }
            state.queue.push(outgoing);
            if state.corked && state.queue.leaving() < TOGETHER {
                return Ok(());
            }
        }
        Self::flush(slf)
    }

    /// Sends what may leave, and what follows from that.
    pub fn flush(slf: &Bound<'_, Self>) -> PyResult<()> {
        let this = slf.get();
        let reactor = this.reactor.get();
        if reactor.is_closed() {
            return Ok(());
        }
        let (told, done, starting) = {
            let mut guard = lock(&this.state);
            let state = &mut *guard;
            let Some(socket) = &state.socket else {
                return Ok(());
            };
            let before = state.queue.written;
            let sent = state.queue.flush(socket);
            match sent {
                Sent::All if state.stuffed => {
                    state.stuffed = false;
                    state.registration.again(reactor, News::READABLE);
                }
                Sent::Queued if !state.armed => {
                    if let Some(key) = state.registration.key() {
                        state.armed = true;
                        reactor.change(socket.as_raw_fd(), key, true);
                    }
                }
                Sent::Unfinished => state.registration.again(reactor, News::WRITABLE),
                // The other side is gone: what it said before that is still to be read.
                Sent::Failed(_) => {
                    let news = News { hung_up: true, ..News::READABLE };
                    state.registration.again(reactor, news);
                }
                Sent::All | Sent::Queued | Sent::Corked => {}
            }
            state.recount(reactor);
            let told = state.tell && state.queue.written != before;
            let done = state.queue.is_done();
            (told, done && state.closing && !state.corked, done && !state.starting.is_empty())
        };
        if starting {
            Self::start_all(slf)?;
        }
        if told {
            this.owner.tell(slf.py(), intern!(slf.py(), "_on_written"), ())?;
        }
        if done {
            Self::closed(slf)?;
        }
        reactor.kick(slf.py())
    }

    /// Takes the socket out, and lets everything go that belongs to an open channel.
    pub(super) fn take_socket(slf: &Bound<'_, Self>) -> Option<OwnedFd> {
        let this = slf.get();
        let reactor = this.reactor.get();
        let (socket, dropped) = {
            let mut state = lock(&this.state);
            let socket = state.socket.take();
            state.recount(reactor);
            let open = socket.as_ref().map(AsRawFd::as_raw_fd);
            let handle = state.registration.leave(reactor, open);
            let queue = std::mem::take(&mut state.queue);
            state.queue.written = queue.written;
            let rest = (state.inbox.close(), std::mem::take(&mut state.starting));
            let takers = std::mem::take(&mut state.takers);
            let dealers = std::mem::take(&mut state.dealers);
            (socket, (handle, queue, rest, takers, dealers))
        };
        drop(dropped);
        socket
    }

    pub(super) fn closed(slf: &Bound<'_, Self>) -> PyResult<()> {
        let dealers = Self::dealers(slf);
        if Self::take_socket(slf).is_none() {
            return Ok(());
        }
        Self::tell(slf.py(), dealers, &Word::Gone)?;
        let result = slf.get().owner.tell(slf.py(), intern!(slf.py(), "_on_closed"), ());
        slf.get().owner.let_go();
        result?;
        slf.get().reactor.get().kick(slf.py())
    }
}
