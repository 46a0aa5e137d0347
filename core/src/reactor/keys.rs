//! Names for open handles.
//!
//! A key is a slot and a generation, never the descriptor's number: the kernel gives numbers out
//! again at once, so an event that waits for a handle closed meanwhile must not find the newcomer.

use slab::Slab;

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

/// Handles by key.
pub struct Keys<T> {
    slots: Slab<(u32, T)>,
    generation: u32,
}

impl<T> Default for Keys<T> {
    fn default() -> Self {
        Self { slots: Slab::new(), generation: 0 }
    }
}

impl<T> Keys<T> {
    /// Gives a handle a key that no earlier handle had.
    pub fn insert(&mut self, handle: T) -> Key {
        self.generation = self.generation.wrapping_add(1);
        let slot = self.slots.insert((self.generation, handle));
        Key::new(slot, self.generation)
    }

    /// The handle of a key, if it is still the one that the key was made for.
    pub fn get(&self, key: Key) -> Option<&T> {
        match self.slots.get(key.slot()) {
            Some((generation, handle)) if *generation == key.generation() => Some(handle),
            _ => None,
        }
    }

    /// Takes a handle out.
    pub fn remove(&mut self, key: Key) -> Option<T> {
        self.get(key)?;
        let (_, handle) = self.slots.try_remove(key.slot())?;
        if self.slots.is_empty() {
            self.slots = Slab::new();
        }
        Some(handle)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Takes all handles out.
    pub fn take_all(&mut self) -> Vec<T> {
        self.slots.drain().map(|(_, handle)| handle).collect()
    }

    /// All handles with their keys.
    pub fn entries(&self) -> impl Iterator<Item = (Key, &T)> {
        let slots = self.slots.iter();
        slots.map(|(slot, (generation, handle))| (Key::new(slot, *generation), handle))
    }

    /// All handles.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().map(|(_, (_, handle))| handle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_finds_the_handle_that_took_its_slot() {
        let mut keys = Keys::default();
        let first = keys.insert("first");
        assert_eq!(keys.remove(first), Some("first"));
        let second = keys.insert("second");
        assert_eq!(keys.get(first), None);
        assert_eq!(keys.remove(first), None);
        assert_eq!(keys.get(second), Some(&"second"));
    }
}
