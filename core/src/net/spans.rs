//! Many spans of numbers, which may overlap, and one question: does any of them hold this number?
//!
//! Some span holds `x` when the furthest end of all those that begin at or before `x` is not before
//! `x`. So the spans are kept sorted by their beginning, each with the furthest end so far
//! (`reach`). They lie in blocks: adding one shifts and recounts one block and one number for each
//! block, which is some microseconds at a hundred thousand spans, and a question is two binary
//! searches.

/// How long a block grows before it is cut in two.
const MOST: usize = 512;

/// The first and the last number of a span.
pub type Span = (u128, u128);

#[derive(Default)]
struct Block {
    spans: Vec<Span>,
    /// For each span: the furthest end in this block up to it.
    reach: Vec<u128>,
}

/// A sorted table of spans; the same span may be in it more than once.
#[derive(Default)]
pub struct Spans {
    /// None of them is empty.
    blocks: Vec<Block>,
    /// For each block: the furthest end in all the blocks before it.
    before: Vec<u128>,
}

impl Block {
    fn add(&mut self, span: Span) {
        let index = self.spans.partition_point(|other| *other < span);
        let before = index.checked_sub(1).map_or(0, |last| self.reach[last]);
        self.spans.insert(index, span);
        self.reach.insert(index, before);
        raise(&mut self.reach[index..], span.1);
    }

    fn recount(&mut self, from: usize) {
        let mut reach = if from == 0 { 0 } else { self.reach[from - 1] };
        self.reach.truncate(from);
        for (_, end) in &self.spans[from..] {
            reach = reach.max(*end);
            self.reach.push(reach);
        }
    }

    fn furthest(&self) -> u128 {
        self.reach.last().copied().unwrap_or(0)
    }
}

impl Spans {
    /// Whether any span holds `x`.
    pub fn hold(&self, x: u128) -> bool {
        let after = self.blocks.partition_point(|block| block.spans[0].0 <= x);
        let Some(at) = after.checked_sub(1) else {
            return false;
        };
        let block = &self.blocks[at];
        let count = block.spans.partition_point(|span| span.0 <= x);
        // 0 stands for "no span before it", which can't be told from a span that ends at 0: that
        // one holds only 0, and then this block begins at 0, too.
        block.reach[count - 1] >= x || self.before[at] >= x
    }

    /// Adds a span, both ends included.
    pub fn add(&mut self, span: Span) {
        let Some(last) = self.blocks.len().checked_sub(1) else {
            self.blocks.push(Block { spans: vec![span], reach: vec![span.1] });
            self.before.push(0);
            return;
        };
        let at = self.place(span).min(last);
        let block = &mut self.blocks[at];
        block.add(span);
        raise(&mut self.before[at + 1..], span.1);
        if block.spans.len() > MOST {
            let spans = block.spans.split_off(MOST / 2);
            block.reach.truncate(MOST / 2);
            let before = self.before[at].max(block.furthest());
            let mut rest = Block { spans, reach: Vec::new() };
            rest.recount(0);
            self.blocks.insert(at + 1, rest);
            self.before.insert(at + 1, before);
        }
    }

    /// Removes a span once. It does nothing where there is none like it.
    pub fn remove(&mut self, span: Span) {
        let at = self.place(span);
        let Some(block) = self.blocks.get_mut(at) else {
            return;
        };
        let Ok(index) = block.spans.binary_search(&span) else {
            return;
        };
        block.spans.remove(index);
        block.recount(index);
        if block.spans.is_empty() {
            self.blocks.remove(at);
        }
        self.recount(at);
    }

    /// The block that has, or would have, this span: the first that does not end before it.
    fn place(&self, span: Span) -> usize {
        self.blocks.partition_point(|block| block.spans.last().is_some_and(|last| *last < span))
    }

    fn recount(&mut self, from: usize) {
        self.before.truncate(from);
        for at in from..self.blocks.len() {
            let reach = match at.checked_sub(1) {
                Some(last) => self.before[last].max(self.blocks[last].furthest()),
                None => 0,
            };
            self.before.push(reach);
        }
    }
}

/// Numbers that never fall: each becomes `end` at least.
fn raise(reach: &mut [u128], end: u128) {
    for each in reach.iter_mut().take_while(|each| **each < end) {
        *each = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern, the same in every run.
    struct Dice(u64);

    impl Dice {
        fn next(&mut self, below: u128) -> u128 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            u128::from(self.0 >> 33) % below
        }
    }

    #[test]
    fn an_empty_table_holds_nothing() {
        let spans = Spans::default();
        assert!(!spans.hold(0));
        assert!(!spans.hold(u128::MAX));
    }

    #[test]
    fn both_ends_are_included() {
        let mut spans = Spans::default();
        spans.add((5, 9));
        let held: Vec<u128> = (0..12).filter(|x| spans.hold(*x)).collect();
        assert_eq!(held, [5, 6, 7, 8, 9]);
    }

    #[test]
    fn the_first_and_the_last_number_can_be_held() {
        let mut spans = Spans::default();
        spans.add((0, 0));
        spans.add((u128::MAX, u128::MAX));
        assert!(spans.hold(0) && spans.hold(u128::MAX));
        assert!(!spans.hold(1) && !spans.hold(u128::MAX - 1));
    }

    #[test]
    fn a_span_that_was_added_twice_is_removed_twice() {
        let mut spans = Spans::default();
        spans.add((3, 4));
        spans.add((3, 4));
        spans.remove((3, 4));
        assert!(spans.hold(3));
        spans.remove((3, 4));
        assert!(!spans.hold(3));
        spans.remove((3, 4));
        assert!(spans.blocks.is_empty() && spans.before.is_empty());
    }

    #[test]
    fn a_long_span_holds_what_lies_behind_many_short_ones() {
        let mut spans = Spans::default();
        spans.add((0, 1_000_000));
        for n in 0..5_000 {
            spans.add((n * 10, n * 10));
        }
        assert!(spans.hold(999_999));
        spans.remove((0, 1_000_000));
        assert!(!spans.hold(999_999) && !spans.hold(11) && spans.hold(10));
    }

    #[test]
    fn it_answers_as_a_list_that_is_searched_from_end_to_end() {
        let mut dice = Dice(7);
        let mut spans = Spans::default();
        let mut list: Vec<Span> = Vec::new();
        for _ in 0..6_000 {
            if dice.next(3) == 0 && !list.is_empty() {
                let at = usize::try_from(dice.next(list.len() as u128)).unwrap_or(0);
                spans.remove(list.swap_remove(at));
            } else {
                let start = dice.next(50_000);
                let span = (start, start + dice.next(8));
                spans.add(span);
                list.push(span);
            }
            let x = dice.next(50_010);
            let expected = list.iter().any(|(start, end)| *start <= x && x <= *end);
            assert_eq!(spans.hold(x), expected);
        }
        for x in 0..50_010 {
            let expected = list.iter().any(|(start, end)| *start <= x && x <= *end);
            assert_eq!(spans.hold(x), expected);
        }
        let blocks = &spans.blocks;
        assert!(blocks.len() > 1 && blocks.iter().all(|block| block.spans.len() <= MOST));
    }
}
