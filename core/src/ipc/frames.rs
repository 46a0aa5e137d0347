//! Cuts a stream of bytes into messages.

/// How messages are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Each ends with a newline.
    Lines,
    /// Each has its length in front: four bytes, the highest first.
    Lengths,
}

/// A message is longer than allowed.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

const PREFIX: usize = 4;

/// Bytes that came, and the messages in them.
pub struct Frames {
    framing: Framing,
    limit: usize,
    bytes: Vec<u8>,
    /// Where the next message begins, and how far its end was looked for in vain.
    start: usize,
    searched: usize,
}

impl Frames {
    /// `limit`: the longest message, in bytes.
    pub fn new(framing: Framing, limit: usize) -> Self {
        Self { framing, limit, bytes: Vec::new(), start: 0, searched: 0 }
    }

    /// Adds what was read.
    pub fn feed(&mut self, data: &[u8]) {
        self.bytes.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.bytes.extend_from_slice(data);
    }

    /// Whether there is nothing, not even a part of a message.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The next whole message, without what sets it apart, and whether nothing is behind it.
    pub fn cut(&mut self) -> Result<Option<(&[u8], bool)>, TooLong> {
        let found = match self.framing {
            Framing::Lines => self.line(),
            Framing::Lengths => self.counted(),
        }?;
        if found.is_none() && self.start == self.bytes.len() {
            // An idle channel should not keep the room that a burst took.
            (self.bytes, self.start, self.searched) = (Vec::new(), 0, 0);
        }
        let is_last = self.start == self.bytes.len();
        Ok(found.map(|(from, to)| (&self.bytes[from..to], is_last)))
    }

    fn line(&mut self) -> Result<Option<(usize, usize)>, TooLong> {
        let from = self.start;
        match self.bytes[self.searched..].iter().position(|byte| *byte == b'\n') {
            Some(at) if self.searched + at - from <= self.limit => {
                let to = self.searched + at;
                self.start = to + 1;
                self.searched = self.start;
                Ok(Some((from, to)))
            }
            None if self.bytes.len() - from <= self.limit => {
                self.searched = self.bytes.len();
                Ok(None)
            }
            _ => Err(TooLong),
        }
    }

    fn counted(&mut self) -> Result<Option<(usize, usize)>, TooLong> {
        let waiting = &self.bytes[self.start..];
        let Some(prefix) = waiting.first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*prefix) as usize;
        if length > self.limit {
            return Err(TooLong);
        }
        if waiting.len() < PREFIX + length {
            return Ok(None);
        }
        let from = self.start + PREFIX;
        self.start = from + length;
        self.searched = self.start;
        Ok(Some((from, self.start)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(frames: &mut Frames) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        while let Ok(Some((frame, _))) = frames.cut() {
            found.push(frame.to_vec());
        }
        found
    }

    #[test]
    fn lines_come_whole_wherever_they_were_split() {
        for split in 1..9 {
            let mut frames = Frames::new(Framing::Lines, 100);
            let mut found = Vec::new();
            for part in b"1\n\"two\"\n3\n".chunks(split) {
                frames.feed(part);
                found.extend(all(&mut frames));
            }
            assert_eq!(found, [b"1".to_vec(), b"\"two\"".to_vec(), b"3".to_vec()]);
        }
    }

    #[test]
    fn counted_messages_come_whole_wherever_they_were_split() {
        for split in 1..12 {
            let mut frames = Frames::new(Framing::Lengths, 100);
            let mut found = Vec::new();
            for part in b"\0\0\0\x02hi\0\0\0\0\0\0\0\x01!".chunks(split) {
                frames.feed(part);
                found.extend(all(&mut frames));
            }
            assert_eq!(found, [b"hi".to_vec(), b"".to_vec(), b"!".to_vec()]);
        }
    }

    #[test]
    fn what_is_too_long_is_refused_before_it_is_whole() {
        let mut frames = Frames::new(Framing::Lines, 8);
        frames.feed(b"12345678\n123456789");
        assert_eq!(frames.cut(), Ok(Some((&b"12345678"[..], false))));
        assert_eq!(frames.cut(), Err(TooLong));
        let mut frames = Frames::new(Framing::Lengths, 8);
        frames.feed(b"\xff\0\0\0");
        assert_eq!(frames.cut(), Err(TooLong));
    }
}
