//! How a pipe moves its bytes: by copying, or through a splice pipe of the kernel's.
//!
//! A splice pipe has a price for each turn and for each piece of memory in it, a copy for each byte.
//! Measured (a proxy on loopback): up to 64 KiB at a time copying is cheaper, at 128 KiB a splice pipe
//! costs about half, at 256 KiB less than that.

/// Reads of this size or more are worth a splice pipe.
const THICK: usize = 128 * 1024;

/// This many thick reads more than thin ones, and splice pipes are used.
const ENOUGH: u8 = 4;

/// How far thick reads count: a stream that turns into messages is noticed after as many of them.
const MOST: u8 = 8;

/// What the last reads of one direction were like.
#[derive(Debug, Default)]
pub struct Flow {
    thick: u8,
    refused: bool,
}

impl Flow {
    /// Whether the next bytes should go through a splice pipe.
    pub fn is_thick(&self) -> bool {
        self.thick >= ENOUGH && !self.refused
    }

    /// So much came at once.
    pub fn moved(&mut self, count: usize) {
        if count >= THICK {
            self.thick = (self.thick + 1).min(MOST);
        } else {
            self.thick = self.thick.saturating_sub(1);
        }
    }

    /// The system does not do it with this connection.
    pub fn refuse(&mut self) {
        self.refused = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(reads: &[(usize, usize)]) -> Flow {
        let mut flow = Flow::default();
        for (size, times) in reads {
            (0..*times).for_each(|_| flow.moved(*size));
        }
        flow
    }

    #[test]
    fn messages_are_copied_however_many() {
        assert!(!after(&[(64, 1000)]).is_thick());
        assert!(!after(&[(THICK - 1, 1000)]).is_thick());
    }

    #[test]
    fn several_thick_reads_make_a_stream() {
        assert!(!after(&[(THICK, 3)]).is_thick());
        assert!(after(&[(THICK, 4)]).is_thick());
    }

    #[test]
    fn a_stream_may_have_a_thin_read_now_and_then() {
        assert!(after(&[(THICK, 8), (10, 1), (THICK, 1), (10, 1)]).is_thick());
    }

    #[test]
    fn a_stream_that_turns_into_messages_is_copied_soon() {
        assert!(!after(&[(THICK, 1000), (64, 5)]).is_thick());
    }

    #[test]
    fn what_the_system_refuses_is_copied_for_good() {
        let mut flow = after(&[(THICK, 8)]);
        flow.refuse();
        flow.moved(THICK);
        assert!(!flow.is_thick());
    }
}
