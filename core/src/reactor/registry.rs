//! Who is registered, and what each of them is still to be told.
//!
//! A key is a slot and a generation, never the descriptor's number: the kernel gives numbers out
//! again at once, so an event that waits for a handle closed meanwhile must not find the newcomer.
//!
//! What waits to be told has at most one entry for each key, whoever brings it: the kernel, or a
//! handle that stopped before its socket was empty. What the kernel announces stands in front; a
//! handle that had its share of the turn comes back behind that, and behind what the kernel
//! announces until then. So of those that come back each has one share before any has two, and a
//! client that asks little waits for one of them.

use std::collections::VecDeque;

use slab::Slab;

/// So many handles that were registered last are newcomers.
const NEWCOMERS: u32 = 256;

/// The name of a registered handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub u64);

impl Key {
    fn new(slot: usize, generation: u32) -> Self {
        Self((u64::from(generation) << 32) | slot as u64)
    }

    fn slot(self) -> usize {
        (self.0 & 0xffff_ffff) as usize
    }

    fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

/// What there is to tell a handle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// There is something to read, or an end, or an error to find by reading.
    pub readable: bool,
    /// There is room to write, or an error to find by writing.
    pub writable: bool,
    /// The peer's end is behind the data, or an urgent byte within it, before which a read stops.
    pub hung_up: bool,
}

impl News {
    /// There is something to read.
    pub const READABLE: Self = Self { readable: true, writable: false, hung_up: false };

    /// There is room to write.
    pub const WRITABLE: Self = Self { readable: false, writable: true, hung_up: false };

    fn and(self, other: Self) -> Self {
        Self {
            readable: self.readable | other.readable,
            writable: self.writable | other.writable,
            hung_up: self.hung_up | other.hung_up,
        }
    }
}

/// An event: what there is to tell, by the handle's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The handle's name.
    pub key: Key,
    /// What there is to tell it.
    pub news: News,
}

struct Slot<T> {
    generation: u32,
    /// What waits to be told: it has an entry in one of the queues.
    news: Option<News>,
    handle: T,
}

/// Handles by key, and the events that wait for them.
pub struct Registry<T> {
    slots: Slab<Slot<T>>,
    generation: u32,
    /// Announced by the kernel, next first.
    announced: VecDeque<Key>,
    /// Those that come back in this round, next first.
    returning: VecDeque<Key>,
    /// Those that come back in the next round.
    later: VecDeque<Key>,
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self {
            slots: Slab::new(),
            generation: 0,
            announced: VecDeque::new(),
            returning: VecDeque::new(),
            later: VecDeque::new(),
        }
    }
}

impl<T> Registry<T> {
    /// Gives a handle a key that no earlier handle had.
    pub fn insert(&mut self, handle: T) -> Key {
        self.generation = self.generation.wrapping_add(1);
        let slot = Slot { generation: self.generation, news: None, handle };
        Key::new(self.slots.insert(slot), self.generation)
    }

    fn slot(&mut self, key: Key) -> Option<&mut Slot<T>> {
        self.slots.get_mut(key.slot()).filter(|slot| slot.generation == key.generation())
    }

    /// Takes a handle out; what waits for it is dropped.
    pub fn remove(&mut self, key: Key) -> Option<T> {
        self.slot(key)?;
        let slot = self.slots.try_remove(key.slot())?;
        if self.slots.is_empty() {
            self.slots = Slab::new();
        }
        Some(slot.handle)
    }

    /// How many handles there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are no handles.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Forgets what waits to be told; the handles stay.
    pub fn forget_news(&mut self) {
        (self.announced, self.returning, self.later) = Default::default();
        for (_, slot) in &mut self.slots {
            slot.news = None;
        }
    }

    /// Takes all handles out.
    pub fn take_all(&mut self) -> Vec<T> {
        (self.announced, self.returning, self.later) = Default::default();
        self.slots.drain().map(|slot| slot.handle).collect()
    }

    /// All handles with their keys, and whether something waits for each.
    pub fn entries(&self) -> impl Iterator<Item = (Key, &T, bool)> {
        self.slots.iter().map(|(index, slot)| {
            (Key::new(index, slot.generation), &slot.handle, slot.news.is_some())
        })
    }

    /// All handles.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().map(|(_, slot)| &slot.handle)
    }

    /// The news that wait for a handle, with these. Whether none waited before: it needs an entry.
    fn add(&mut self, ready: Ready) -> bool {
        let Some(slot) = self.slot(ready.key) else {
            return false;
        };
        let waits = slot.news;
        slot.news = Some(waits.unwrap_or_default().and(ready.news));
        waits.is_none()
    }

    /// The kernel announced something: it is told in this round, before whoever comes back.
    pub fn announce(&mut self, ready: Ready) {
        if self.add(ready) {
            self.announced.push_back(ready.key);
        }
    }

    /// A handle has more to do than its share allowed: it is told in the next round.
    pub fn again(&mut self, ready: Ready) {
        if self.add(ready) {
            self.later.push_back(ready.key);
        }
    }

    /// What was taken out was not done with: it is told before everything else.
    pub fn put_back(&mut self, ready: Ready) {
        if self.add(ready) {
            self.announced.push_front(ready.key);
        }
    }

    /// Begins a round: handles that come back are in it.
    pub fn begin_round(&mut self) {
        self.returning.append(&mut self.later);
    }

    /// Whether the next event is that of a handle that comes back.
    pub fn is_next_returning(&self) -> bool {
        self.announced.is_empty() && !self.returning.is_empty()
    }

    /// Whether it was registered before the newcomers.
    pub fn is_settled(&self, key: Key) -> bool {
        self.generation.wrapping_sub(key.generation()) >= NEWCOMERS
    }

    /// Takes the next event of this round out.
    pub fn take_next(&mut self) -> Option<(Ready, &T)> {
        loop {
            let key = self.announced.pop_front().or_else(|| self.returning.pop_front())?;
            let Some(slot) = self.slots.get_mut(key.slot()) else { continue };
            if slot.generation != key.generation() {
                continue;
            }
            if let Some(news) = slot.news.take() {
                // The borrow checker can't see that the loop ends here.
                let handle = &self.slots[key.slot()].handle;
                return Some((Ready { key, news }, handle));
            }
        }
    }

    /// Whether something waits to be told.
    pub fn has_news(&self) -> bool {
        !(self.announced.is_empty() && self.returning.is_empty() && self.later.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readable(key: Key) -> Ready {
        Ready { key, news: News::READABLE }
    }

    fn told(registry: &mut Registry<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| registry.take_next().map(|(_, handle)| *handle)).collect()
    }

    #[test]
    fn a_key_never_finds_the_handle_that_took_its_slot() {
        let mut registry = Registry::default();
        let first = registry.insert("first");
        registry.announce(readable(first));
        assert_eq!(registry.remove(first), Some("first"));
        let second = registry.insert("second");
        assert_eq!(registry.remove(first), None);
        assert_eq!(registry.take_next(), None);
        registry.announce(readable(second));
        registry.announce(readable(first));
        assert_eq!(told(&mut registry), ["second"]);
    }

    #[test]
    fn an_event_of_the_kernel_and_a_coming_back_are_one_entry() {
        let mut registry = Registry::default();
        let key = registry.insert("busy");
        registry.again(readable(key));
        registry.announce(Ready { key, news: News::WRITABLE });
        registry.again(readable(key));
        registry.begin_round();
        let both = News { readable: true, writable: true, hung_up: false };
        assert_eq!(registry.take_next(), Some((Ready { key, news: both }, &"busy")));
        assert!(!registry.has_news());
    }

    #[test]
    fn who_comes_back_stands_behind_what_the_kernel_announced_meanwhile() {
        let mut registry = Registry::default();
        let busy = registry.insert("busy");
        let small = registry.insert("small");
        registry.announce(readable(busy));
        assert_eq!(told(&mut registry), ["busy"]);
        registry.again(readable(busy));
        assert_eq!(registry.take_next(), None);
        registry.announce(readable(small));
        registry.announce(readable(busy));
        registry.begin_round();
        assert_eq!(told(&mut registry), ["small", "busy"]);
    }

    #[test]
    fn what_the_kernel_announces_in_a_round_is_told_before_the_next_that_comes_back() {
        let mut registry = Registry::default();
        let keys = ["a", "b", "small"].map(|name| registry.insert(name));
        registry.again(readable(keys[0]));
        registry.again(readable(keys[1]));
        registry.begin_round();
        assert_eq!(registry.take_next().map(|(_, handle)| *handle), Some("a"));
        assert!(registry.is_next_returning());
        registry.again(readable(keys[0]));
        registry.announce(readable(keys[2]));
        assert!(!registry.is_next_returning());
        assert_eq!(told(&mut registry), ["small", "b"]);
        registry.begin_round();
        assert_eq!(told(&mut registry), ["a"]);
    }

    #[test]
    fn a_handle_is_settled_once_many_others_have_come() {
        let mut registry = Registry::default();
        let key = registry.insert("first");
        for _ in 0..NEWCOMERS {
            assert!(!registry.is_settled(key));
            registry.insert("next");
        }
        assert!(registry.is_settled(key));
    }

    #[test]
    fn nobody_has_two_shares_before_everybody_had_one() {
        let mut registry = Registry::default();
        let keys = ["a", "b", "c"].map(|name| registry.insert(name));
        keys.iter().for_each(|key| registry.announce(readable(*key)));
        let mut order = Vec::new();
        for _ in 0..3 {
            registry.begin_round();
            while let Some((ready, handle)) = registry.take_next() {
                order.push(*handle);
                // Each has more to do, and the kernel's edge says so as well.
                registry.again(ready);
                registry.announce(ready);
            }
        }
        assert_eq!(order, ["a", "b", "c", "a", "b", "c", "a", "b", "c"]);
    }

    #[test]
    fn a_round_that_was_cut_short_goes_on_before_new_events() {
        let mut registry = Registry::default();
        let keys = ["a", "b", "c"].map(|name| registry.insert(name));
        registry.announce(readable(keys[0]));
        registry.announce(readable(keys[1]));
        let first = registry.take_next().map(|(ready, _)| ready);
        registry.announce(readable(keys[2]));
        first.into_iter().for_each(|ready| registry.put_back(ready));
        registry.begin_round();
        assert_eq!(told(&mut registry), ["a", "b", "c"]);
    }
}
