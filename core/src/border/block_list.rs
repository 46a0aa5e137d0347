//! `BlockList`: rules about addresses. Listeners of both kinds look at it before anything else.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::lock;
use crate::net::block_list;

/// The rules, shared by all that look at them: one that is added holds for the next connection.
/// Its lock is the innermost: nothing is called while it is held.
pub type Rules = Arc<Mutex<block_list::BlockList>>;

/// Rules about addresses. Each address is a text with its version, 4 or 6.
#[pyclass(frozen, module = "netserve._core")]
pub struct BlockList {
    rules: Rules,
}

impl BlockList {
    /// The rules themselves.
    pub fn rules(&self) -> Rules {
        Arc::clone(&self.rules)
    }
}

/// Whether the rules block a TCP peer. One whose address the kernel has forgotten is blocked: it is
/// gone, and what it may have sent can't be held against the rules.
pub fn blocks(rules: &Rules, peer: Option<IpAddr>) -> bool {
    peer.is_none_or(|peer| lock(rules).blocks(peer))
}

/// An address in any text at all: one that is not even Unicode (a lone surrogate) is none.
fn any(text: &Bound<'_, PyString>, version: u8) -> Option<IpAddr> {
    block_list::parse(text.to_str().ok()?, version)
}

fn ip(text: &str, version: u8) -> PyResult<IpAddr> {
    block_list::parse(text, version).ok_or_else(|| {
        PyValueError::new_err(format!("not an address of version {version}: {text:?}"))
    })
}

#[pymethods]
impl BlockList {
    #[new]
    fn new() -> Self {
        Self { rules: Rules::default() }
    }

    /// How Node writes an address; `None` for what is none of this version.
    #[staticmethod]
    fn canonical(address: &Bound<'_, PyString>, version: u8) -> Option<String> {
        any(address, version).map(block_list::text)
    }

    fn add_address(&self, address: &str, version: u8) -> PyResult<()> {
        lock(&self.rules).add_address(ip(address, version)?);
        Ok(())
    }

    /// `prefix` must fit the version.
    fn add_subnet(&self, network: &str, version: u8, prefix: u8) -> PyResult<()> {
        lock(&self.rules).add_subnet(ip(network, version)?, prefix);
        Ok(())
    }

    /// Whether it was added: not if `end` comes before `start`.
    fn add_range(&self, start: (&str, u8), end: (&str, u8)) -> PyResult<bool> {
        Ok(lock(&self.rules).add_range(ip(start.0, start.1)?, ip(end.0, end.1)?))
    }

    fn remove_address(&self, address: &str, version: u8) -> PyResult<()> {
        lock(&self.rules).remove_address(ip(address, version)?);
        Ok(())
    }

    fn remove_subnet(&self, network: &str, version: u8, prefix: u8) -> PyResult<()> {
        lock(&self.rules).remove_subnet(ip(network, version)?, prefix);
        Ok(())
    }

    fn remove_range(&self, start: (&str, u8), end: (&str, u8)) -> PyResult<()> {
        lock(&self.rules).remove_range(ip(start.0, start.1)?, ip(end.0, end.1)?);
        Ok(())
    }

    /// Whether a rule blocks it. What is no address of this version is not blocked.
    fn check(&self, address: &Bound<'_, PyString>, version: u8) -> bool {
        any(address, version).is_some_and(|address| lock(&self.rules).blocks(address))
    }

    fn clear(&self) {
        *lock(&self.rules) = block_list::BlockList::default();
    }

    /// The rules as text.
    fn texts(&self) -> Vec<String> {
        lock(&self.rules).rules()
    }

    fn __len__(&self) -> usize {
        lock(&self.rules).len()
    }
}
