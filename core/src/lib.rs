//! The compiled core of netserve: it moves bytes and counts them; Python decides.
//!
//! `sys` talks to the system, `net` knows connections, `ipc` what processes say to each other,
//! `reactor` knows readiness and time, and only `border` knows Python. Each uses what stands before
//! it in that list.

pub mod border;
pub mod ipc;
pub mod net;
pub mod reactor;
pub mod sys;

use pyo3::prelude::*;

/// The names that Python sees.
#[pymodule]
#[pyo3(name = "_core")]
fn core(names: &Bound<'_, PyModule>) -> PyResult<()> {
    names.add_class::<border::reactor::Reactor>()?;
    names.add_class::<border::accepted::Accepted>()?;
    names.add_class::<border::listener::Listener>()?;
    names.add_class::<border::stream::Stream>()?;
    names.add_class::<border::ipc::channel::Channel>()?;
    names.add_class::<border::ipc::distributor::Distributor>()?;
    names.add_class::<border::ipc::worker_listener::WorkerListener>()?;
    names.add_class::<border::block_list::BlockList>()?;
    names.add_function(wrap_pyfunction!(border::signals::deliver_once, names)?)?;
    let io = border::stream::io::module(names.py())?;
    // Importing a submodule by its name looks here first.
    names.py().import("sys")?.getattr("modules")?.set_item(io.name()?, &io)?;
    names.add("io", io)
}
