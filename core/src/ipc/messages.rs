//! The few messages that the core itself answers, because a cluster sends them for every
//! connection. Whatever else comes, and these in any unusual spelling, Python understands.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::Deserialize;
use serde_json::json;

/// Numbers for a cluster's messages: one row for each process.
static NEXT_SEQ: AtomicU64 = AtomicU64::new(0);

/// The next number for a cluster's message.
pub fn next_seq() -> u64 {
    NEXT_SEQ.fetch_add(1, Relaxed)
}

/// A handle has arrived.
pub const ACK: &str = r#"{"cmd":"NODE_HANDLE_ACK"}"#;

/// A message about a handle came without one.
pub const NACK: &str = r#"{"cmd":"NODE_HANDLE_NACK"}"#;

/// What all these messages begin with; none is longer than `LONGEST`.
const BEGINNING: &[u8] = br#"{"cmd":"NODE_"#;
const LONGEST: usize = 4096;

/// What a message says to the core.
#[derive(Debug, PartialEq, Eq)]
pub enum Known<'a> {
    /// The handle that was sent has arrived, or has not.
    Answer(bool),
    /// A worker's answer to a connection that was dealt to it.
    Accepted {
        /// The number of what was dealt.
        ack: u64,
        /// Whether it takes the connection.
        accepted: bool,
        /// How many it has, where it says so.
        open: Option<usize>,
    },
    /// A worker says how many connections it has.
    Open {
        /// What both processes call the listening address.
        key: Cow<'a, str>,
        /// How many connections the worker has.
        open: usize,
    },
    /// The primary deals a connection; its descriptor comes along.
    Connection {
        /// What both processes call the listening address.
        key: Cow<'a, str>,
        /// The number to answer with.
        seq: u64,
    },
    /// Not for the core.
    Other,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    cmd: Cow<'a, str>,
    #[serde(borrow, rename = "type", default)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    msg: Option<Inner<'a>>,
    #[serde(borrow, default)]
    act: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    key: Option<Cow<'a, str>>,
    #[serde(default)]
    ack: Option<u64>,
    #[serde(default)]
    accepted: Option<bool>,
    #[serde(default)]
    open: Option<usize>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    #[serde(borrow)]
    cmd: Cow<'a, str>,
    #[serde(borrow)]
    act: Cow<'a, str>,
    #[serde(borrow)]
    key: Cow<'a, str>,
    seq: u64,
}

/// Understands a line of JSON.
pub fn recognise(line: &[u8]) -> Known<'_> {
    if !line.starts_with(BEGINNING) || line.len() > LONGEST {
        return Known::Other;
    }
    match serde_json::from_slice(line) {
        Ok(message) => sort(message),
        Err(_) => Known::Other,
    }
}

fn sort(message: Message<'_>) -> Known<'_> {
    match message {
        Message { cmd, .. } if cmd == "NODE_HANDLE_ACK" => Known::Answer(true),
        Message { cmd, .. } if cmd == "NODE_HANDLE_NACK" => Known::Answer(false),
        Message { cmd, ack: Some(ack), accepted: Some(accepted), open, .. }
            if cmd == "NODE_CLUSTER" =>
        {
            Known::Accepted { ack, accepted, open }
        }
        Message { cmd, act: Some(act), key: Some(key), open: Some(open), .. }
            if cmd == "NODE_CLUSTER" && act == "open" =>
        {
            Known::Open { key, open }
        }
        Message { cmd, kind: Some(kind), msg: Some(inner), .. }
            if cmd == "NODE_HANDLE"
                && kind == "net.Native"
                && inner.cmd == "NODE_CLUSTER"
                && inner.act == "newconn" =>
        {
            Known::Connection { key: inner.key, seq: inner.seq }
        }
        _ => Known::Other,
    }
}

/// Deals a connection to a worker.
pub fn connection(key: &str, seq: u64) -> String {
    let key = json!(key);
    format!(
        r#"{{"cmd":"NODE_HANDLE","type":"net.Native","msg":{{"cmd":"NODE_CLUSTER","act":"newconn","key":{key},"seq":{seq}}}}}"#
    )
}

/// A worker's answer to that. `open`: how many it has, where the primary wants to know.
pub fn accepted(ack: u64, accepted: bool, open: Option<usize>, seq: u64) -> String {
    let open = open.map(|open| format!(r#""open":{open},"#)).unwrap_or_default();
    format!(r#"{{"cmd":"NODE_CLUSTER","ack":{ack},"accepted":{accepted},{open}"seq":{seq}}}"#)
}

/// A worker says how many connections it has.
pub fn open(key: &str, open: usize, seq: u64) -> String {
    let key = json!(key);
    format!(r#"{{"cmd":"NODE_CLUSTER","act":"open","key":{key},"open":{open},"seq":{seq}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_say_is_what_we_understand() {
        assert_eq!(recognise(ACK.as_bytes()), Known::Answer(true));
        assert_eq!(recognise(NACK.as_bytes()), Known::Answer(false));
        let line = connection("::\u{e9}\":0", 7);
        let known = Known::Connection { key: "::\u{e9}\":0".into(), seq: 7 };
        assert_eq!(recognise(line.as_bytes()), known);
        let line = accepted(0, false, Some(3), 9);
        let known = Known::Accepted { ack: 0, accepted: false, open: Some(3) };
        assert_eq!(recognise(line.as_bytes()), known);
        let line = open("k", 4, 9);
        assert_eq!(recognise(line.as_bytes()), Known::Open { key: "k".into(), open: 4 });
    }

    #[test]
    fn what_a_user_sends_is_not_for_the_core() {
        for line in [
            r#"{"cmd":"NODE_HANDLE","type":"net.Socket","msg":{"a":1}}"#,
            r#"{"cmd":"NODE_HANDLE","type":"net.Native","msg":"text"}"#,
            r#"{"cmd":"NODE_CLUSTER","ack":1,"errno":null,"key":"k","seq":2}"#,
            r#"{"cmd":"NODE_CLUSTER","ack":-1,"accepted":true}"#,
            r#"{"cmd":"NODE_"#,
            r#"{"cmd":"NODE_HANDLE_ACK"} trailing"#,
            "null",
            "",
        ] {
            assert_eq!(recognise(line.as_bytes()), Known::Other, "{line}");
        }
    }
}
