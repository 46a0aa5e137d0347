//! Options of TCP sockets. A connection that is accepted inherits those of its listening socket.

use std::os::fd::AsFd;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// How a silent peer is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    /// Seconds of silence before the first probe; 0: the whole schedule is the system's own.
    pub delay: u64,
    /// Seconds between two probes; 0: the system's own.
    pub interval: u64,
    /// How many probes without an answer make the peer dead; 0: the system's own.
    pub count: u32,
}

/// Watches the peer of a socket, or no longer.
pub fn set_keep_alive(socket: &impl AsFd, wanted: Option<KeepAlive>) -> std::io::Result<()> {
    let socket = SockRef::from(socket);
    let Some(KeepAlive { delay, interval, count }) = wanted.filter(|wanted| wanted.delay > 0)
    else {
        return socket.set_keepalive(wanted.is_some());
    };
    let mut schedule = TcpKeepalive::new().with_time(Duration::from_secs(delay));
    if interval > 0 {
        schedule = schedule.with_interval(Duration::from_secs(interval));
    }
    if count > 0 {
        schedule = schedule.with_retries(count);
    }
    socket.set_tcp_keepalive(&schedule)
}

/// Sends small writes at once, or collects them until the peer has acknowledged those before.
pub fn set_no_delay(socket: &impl AsFd, enable: bool) -> std::io::Result<()> {
    SockRef::from(socket).set_tcp_nodelay(enable)
}

/// Breaks a connection whose peer has not acknowledged what was sent for so long; zero: the
/// system's own time.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn set_user_timeout(socket: &impl AsFd, time: Duration) -> std::io::Result<()> {
    SockRef::from(socket).set_tcp_user_timeout(Some(time))
}

/// These systems have no such option.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub fn set_user_timeout(_socket: &impl AsFd, _time: Duration) -> std::io::Result<()> {
    Err(rustix::io::Errno::NOPROTOOPT.into())
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn an_accepted_connection_inherits_the_options_of_its_listener() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        set_no_delay(&listener, true)?;
        let schedule = KeepAlive { delay: 7, interval: 3, count: 5 };
        set_keep_alive(&listener, Some(schedule))?;
        #[cfg(target_os = "linux")]
        set_user_timeout(&listener, Duration::from_secs(9))?;
        let _client = TcpStream::connect(listener.local_addr()?)?;
        let (accepted, _) = listener.accept()?;
        assert!(accepted.nodelay()?);
        #[cfg(target_os = "linux")]
        assert_eq!(SockRef::from(&accepted).tcp_user_timeout()?, Some(Duration::from_secs(9)));
        let socket = SockRef::from(&accepted);
        assert!(socket.keepalive()?);
        assert_eq!(socket.tcp_keepalive_time()?, Duration::from_secs(7));
        assert_eq!(socket.tcp_keepalive_interval()?, Duration::from_secs(3));
        assert_eq!(socket.tcp_keepalive_retries()?, 5);
        Ok(())
    }

    #[test]
    fn a_schedule_of_the_systems_own_changes_no_times() -> std::io::Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let before = SockRef::from(&listener).tcp_keepalive_time()?;
        set_keep_alive(&listener, Some(KeepAlive { delay: 0, interval: 3, count: 5 }))?;
        assert!(SockRef::from(&listener).keepalive()?);
        assert_eq!(SockRef::from(&listener).tcp_keepalive_time()?, before);
        set_keep_alive(&listener, None)?;
        assert!(!SockRef::from(&listener).keepalive()?);
        Ok(())
    }
}
