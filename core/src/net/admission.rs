//! Who is let in: the limit and the block list, before a Python object exists.

/// Connections that count, and how many there may be.
#[derive(Debug, Default)]
pub struct Admission {
    /// Connections that count towards the limit.
    pub live: usize,
    /// How many there may be; `None`: no limit.
    pub limit: Option<usize>,
}

/// What is done with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted {
    /// It is let in, and counts.
    In,
    /// There are as many as there may be.
    Above,
    /// The block list names its peer.
    Blocked,
}

impl Admitted {
    /// What a connection that is not let in is dropped for.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::In => None,
            Self::Above => Some("limit"),
            Self::Blocked => Some("blocked"),
        }
    }
}

impl Admission {
    /// Decides about one connection. The limit comes first, as in Node: whoever is above it is not
    /// looked up.
    pub fn decide(&mut self, is_blocked: impl FnOnce() -> bool) -> Admitted {
        if self.limit.is_some_and(|limit| self.live >= limit) {
            Admitted::Above
        } else if is_blocked() {
            Admitted::Blocked
        } else {
            self.live += 1;
            Admitted::In
        }
    }
}

/// Whether a worker's listener takes what the primary deals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Not any more.
    Closed,
    /// Not now: what comes is answered for when it goes on.
    Paused,
    /// Yes.
    Open,
}

/// What a worker does with a connection that the primary dealt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It is ours.
    Take,
    /// It is ours, and closed at once, for this reason.
    Drop(&'static str),
    /// The primary may give it to another worker.
    Refuse,
    /// It is answered for later.
    Hold,
}

impl Gate {
    /// Decides about one connection. `drop_above`: what is above the limit is not for another
    /// worker.
    pub fn decide(
        self,
        admission: &mut Admission,
        drop_above: bool,
        is_blocked: impl FnOnce() -> bool,
    ) -> Offer {
        match self {
            Self::Closed => Offer::Refuse,
            Self::Paused => Offer::Hold,
            Self::Open => match admission.decide(is_blocked) {
                Admitted::Above if !drop_above => Offer::Refuse,
                admitted => admitted.reason().map_or(Offer::Take, Offer::Drop),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_asked_before_the_block_list() {
        let mut admission = Admission { live: 1, limit: Some(1) };
        assert_eq!(admission.decide(|| panic!("looked up")), Admitted::Above);
        admission.limit = Some(2);
        assert_eq!(admission.decide(|| true), Admitted::Blocked);
        assert_eq!(admission.live, 1);
        assert_eq!(admission.decide(|| false), Admitted::In);
        assert_eq!(admission.decide(|| false), Admitted::Above);
        assert_eq!(admission.live, 2);
    }

    #[test]
    fn a_limit_of_none_lets_everybody_in_and_of_zero_nobody() {
        let mut open = Admission::default();
        assert!((0..100).all(|_| open.decide(|| false) == Admitted::In));
        let mut shut = Admission { live: 0, limit: Some(0) };
        assert_eq!(shut.decide(|| false), Admitted::Above);
    }

    #[test]
    fn a_worker_above_its_limit_refuses_unless_it_drops() {
        let full = || Admission { live: 3, limit: Some(3) };
        assert_eq!(Gate::Open.decide(&mut full(), false, || false), Offer::Refuse);
        assert_eq!(Gate::Open.decide(&mut full(), true, || false), Offer::Drop("limit"));
    }

    #[test]
    fn a_worker_that_is_paused_or_closed_counts_nothing() {
        let mut admission = Admission::default();
        assert_eq!(Gate::Paused.decide(&mut admission, true, || true), Offer::Hold);
        assert_eq!(Gate::Closed.decide(&mut admission, true, || true), Offer::Refuse);
        assert_eq!(Gate::Open.decide(&mut admission, false, || true), Offer::Drop("blocked"));
        assert_eq!(admission.live, 0);
        assert_eq!(Gate::Open.decide(&mut admission, false, || false), Offer::Take);
        assert_eq!(admission.live, 1);
    }
}
