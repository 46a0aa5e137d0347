//! Addresses for Python: `(address, port, family)` for TCP, a string for a path, `None` without.

use std::net::SocketAddr;
use std::os::fd::AsFd;

use pyo3::prelude::*;
use socket2::{SockAddr, SockRef};

use crate::sys;

/// Which of a socket's two names.
#[derive(Clone, Copy)]
pub enum End {
    /// Ours.
    Local,
    /// The peer's.
    Remote,
}

/// A name that was read from the kernel, before Python objects are made of it.
pub type Name = Option<SockAddr>;

/// Reads a name of the socket's from the kernel.
pub fn name(socket: &impl AsFd, end: End) -> Name {
    let socket = SockRef::from(socket);
    match end {
        End::Local => socket.local_addr().ok(),
        End::Remote => socket.peer_addr().ok(),
    }
}

/// The address of a TCP peer, while the kernel knows it.
pub fn peer(socket: &impl AsFd) -> Option<SocketAddr> {
    name(socket, End::Remote)?.as_socket()
}

/// Makes a Python object of a name.
pub fn to_python<'py>(py: Python<'py>, name: &Name) -> PyResult<Bound<'py, PyAny>> {
    let Some(name) = name else {
        return Ok(py.None().into_bound(py));
    };
    if let Some(address) = name.as_socket() {
        let family = if address.is_ipv4() { 4 } else { 6 };
        let parts = (host(&address), address.port(), family);
        return Ok(parts.into_pyobject(py)?.into_any());
    }
    if let Some(path) = name.as_pathname() {
        return Ok(path.as_os_str().into_pyobject(py)?.into_any());
    }
    match name.as_abstract_namespace() {
        Some(bytes) => {
            use std::os::unix::ffi::OsStrExt;
            let mut path = vec![0];
            path.extend_from_slice(bytes);
            Ok(std::ffi::OsStr::from_bytes(&path).into_pyobject(py)?.into_any())
        }
        None => Ok(py.None().into_bound(py)),
    }
}

fn host(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V6(v6) if v6.scope_id() != 0 && v6.ip().is_unicast_link_local() => {
            // As Node writes it: by the interface's name. One that is gone has a number only.
            let zone = v6.scope_id();
            let name = sys::interface_name(zone).unwrap_or_else(|| zone.to_string());
            format!("{}%{name}", v6.ip())
        }
        other => other.ip().to_string(),
    }
}
