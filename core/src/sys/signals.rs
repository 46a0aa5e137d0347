//! Signals.

use std::mem::MaybeUninit;

use rustix::io::Errno;

use super::Result;

/// Has the system reset a signal when it delivers it next: its handler is called once, and the
/// signal after that has its default effect, whatever the program is busy with.
///
/// # Errors
/// `EINVAL` for a number that is no signal.
pub fn deliver_once(number: i32) -> Result<()> {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: no new action is given, so nothing changes; the old one is written to a place of the
    // right type, and where the call fails that place holds zeros, which are a valid value.
    #[allow(unsafe_code)]
    let (known, mut action) = unsafe {
        let known = libc::sigaction(number, std::ptr::null(), action.as_mut_ptr());
        (known, action.assume_init())
    };
    action.sa_flags |= libc::SA_RESETHAND;
    // SAFETY: the action is the one that the system has for this signal, with one flag more.
    #[allow(unsafe_code)]
    let done = known == 0
        && unsafe { libc::sigaction(number, &raw const action, std::ptr::null_mut()) } == 0;
    done.then_some(()).ok_or(Errno::INVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_signal_is_refused() {
        assert_eq!(deliver_once(-1), Err(Errno::INVAL));
        assert_eq!(deliver_once(libc::SIGWINCH), Ok(()));
    }
}
