//! Which IP addresses are blocked, by the rules of Node's `net.BlockList`.
//!
//! Everything is counted in IPv6: an IPv4 address is its mapped one, `::ffff:a.b.c.d`. Two tables
//! of spans answer, because an IPv4 address that asks is not quite the mapped address that asks: a
//! range of IPv6 addresses that only happens to run across the mapped ones does not hold IPv4
//! addresses. Single addresses need no table: one lookup in a hash map.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::spans::{Span, Spans};

/// Where the mapped addresses lie.
const MAPPED: (u128, u128) = (0xffff_0000_0000, 0xffff_ffff_ffff);

/// A network as it was given: its host bits are kept, for `rules` and for removing it.
type Subnet = (IpAddr, u8);
type Range = (IpAddr, IpAddr);

/// Rules in the order they came, with what it takes to find one again.
struct Ordered<Rule> {
    rules: BTreeMap<u64, Rule>,
    places: HashMap<Rule, Vec<u64>>,
}

impl<Rule> Default for Ordered<Rule> {
    fn default() -> Self {
        Self { rules: BTreeMap::new(), places: HashMap::new() }
    }
}

impl<Rule: Hash + Eq + Copy> Ordered<Rule> {
    fn add(&mut self, number: u64, rule: Rule) {
        self.rules.insert(number, rule);
        self.places.entry(rule).or_default().push(number);
    }

    /// Removes the newest that equals `rule`. Whether there was one.
    fn remove(&mut self, rule: &Rule) -> bool {
        let Some(places) = self.places.get_mut(rule) else {
            return false;
        };
        if let Some(number) = places.pop() {
            self.rules.remove(&number);
        }
        if places.is_empty() {
            self.places.remove(rule);
        }
        true
    }
}

/// A list of rules, each of which blocks some addresses.
#[derive(Default)]
pub struct BlockList {
    /// By what they are mapped to: an address is in the list once, as it was last written.
    addresses: HashMap<u128, (u64, IpAddr)>,
    subnets: Ordered<Subnet>,
    ranges: Ordered<Range>,
    /// What is blocked for an IPv4 address that asks, and for an IPv6 address.
    v4: Spans,
    v6: Spans,
    /// The number of the next rule.
    next: u64,
}

impl BlockList {
    /// Blocks one address.
    pub fn add_address(&mut self, address: IpAddr) {
        let number = self.number();
        self.addresses.insert(mapped(address), (number, address));
    }

    /// Blocks the addresses of a network; `prefix` is at most 32 or 128.
    pub fn add_subnet(&mut self, network: IpAddr, prefix: u8) {
        let number = self.number();
        self.subnets.add(number, (network, prefix));
        let (v4, v6) = spans_of_subnet(network, prefix);
        self.each(v4, v6, Spans::add);
    }

    /// Blocks the addresses from `start` to `end`. It refuses (`false`) when `end` comes first.
    pub fn add_range(&mut self, start: IpAddr, end: IpAddr) -> bool {
        if comes_after(start, end) {
            return false;
        }
        let number = self.number();
        self.ranges.add(number, (start, end));
        let (v4, v6) = spans_of_range(start, end);
        self.each(v4, v6, Spans::add);
        true
    }

    /// Takes one address out, if it is a rule of its own.
    pub fn remove_address(&mut self, address: IpAddr) {
        self.addresses.remove(&mapped(address));
    }

    /// Takes the newest rule out that names this network in the same way.
    pub fn remove_subnet(&mut self, network: IpAddr, prefix: u8) {
        if self.subnets.remove(&(network, prefix)) {
            let (v4, v6) = spans_of_subnet(network, prefix);
            self.each(v4, v6, Spans::remove);
        }
    }

    /// Takes the newest rule out that names this range in the same way.
    pub fn remove_range(&mut self, start: IpAddr, end: IpAddr) {
        if self.ranges.remove(&(start, end)) {
            let (v4, v6) = spans_of_range(start, end);
            self.each(v4, v6, Spans::remove);
        }
    }

    /// Whether any rule blocks this address.
    pub fn blocks(&self, address: IpAddr) -> bool {
        let x = mapped(address);
        let spans = if address.is_ipv4() { &self.v4 } else { &self.v6 };
        spans.hold(x) || self.addresses.contains_key(&x)
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.addresses.len() + self.subnets.rules.len() + self.ranges.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rules as text, in Node's words: addresses, networks, ranges, of each the newest first.
    pub fn rules(&self) -> Vec<String> {
        let mut addresses: Vec<_> = self.addresses.values().collect();
        addresses.sort_unstable_by_key(|(number, _)| std::cmp::Reverse(*number));
        let addresses = addresses
            .into_iter()
            .map(|(_, address)| format!("Address: {} {}", family(*address), text(*address)));
        let subnets = self.subnets.rules.values().rev().map(|(network, prefix)| {
            format!("Subnet: {} {}/{prefix}", family(*network), text(*network))
        });
        let ranges = self.ranges.rules.values().rev().map(|(start, end)| {
            format!("Range: {} {}-{}", family(*start), text(*start), text(*end))
        });
        addresses.chain(subnets).chain(ranges).collect()
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn each(&mut self, v4: Option<Span>, v6: Option<Span>, change: fn(&mut Spans, Span)) {
        if let Some(span) = v4 {
            change(&mut self.v4, span);
        }
        if let Some(span) = v6 {
            change(&mut self.v6, span);
        }
    }
}

fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// Whether an address is one of IPv4, or the mapped form of one.
fn is_v4(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => true,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().is_some(),
    }
}

/// Two addresses can be compared when both are of one family, or the other one is mapped.
fn comes_after(start: IpAddr, end: IpAddr) -> bool {
    let comparable = start.is_ipv4() == end.is_ipv4() || (is_v4(start) && is_v4(end));
    comparable && mapped(start) > mapped(end)
}

fn spans_of_subnet(network: IpAddr, prefix: u8) -> (Option<Span>, Option<Span>) {
    let bits = if network.is_ipv4() { 96 + u32::from(prefix) } else { u32::from(prefix) };
    let hosts = u128::MAX.checked_shr(bits).unwrap_or(0);
    let start = mapped(network) & !hosts;
    let span = (start, start | hosts);
    (meet(span, MAPPED), Some(span))
}

/// An end that is of IPv4 says nothing about addresses that are not mapped, and an end that is not
/// mapped says nothing about IPv4.
fn spans_of_range(start: IpAddr, end: IpAddr) -> (Option<Span>, Option<Span>) {
    let span = (mapped(start), mapped(end));
    let v4 = if is_v4(start) && is_v4(end) { meet(span, MAPPED) } else { None };
    let bounds = if start.is_ipv4() || end.is_ipv4() { MAPPED } else { (0, u128::MAX) };
    (v4, meet(span, bounds))
}

fn meet(one: Span, other: Span) -> Option<Span> {
    let both = (one.0.max(other.0), one.1.min(other.1));
    (both.0 <= both.1).then_some(both)
}

fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "IPv4" } else { "IPv6" }
}

/// Reads an address of this version, 4 or 6. A zone (`%eth0`) is passed over, as in Node: a rule
/// knows no interfaces.
pub fn parse(text: &str, version: u8) -> Option<IpAddr> {
    match version {
        4 => text.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        6 => {
            let address = text.split_once('%').map_or(text, |(address, _)| address);
            address.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
        }
        _ => None,
    }
}

/// Writes an address as Node does, which is as the C library does: what looks like an IPv4 address
/// in six zero groups is written as one.
pub fn text(address: IpAddr) -> String {
    if let IpAddr::V6(v6) = address {
        let bits = v6.to_bits();
        if bits >> 32 == 0 && bits >> 16 != 0 {
            return format!("::{}", Ipv4Addr::from_bits((bits & 0xffff_ffff) as u32));
        }
    }
    address.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        let version = if text.contains(':') { 6 } else { 4 };
        parse(text, version).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }

    fn held(list: &BlockList, addresses: &[&'static str]) -> Vec<&'static str> {
        addresses.iter().copied().filter(|address| list.blocks(ip(address))).collect()
    }

    #[test]
    fn an_address_is_blocked_in_both_ways_to_write_it() {
        let mut list = BlockList::default();
        list.add_address(ip("1.2.3.4"));
        list.add_address(ip("::ffff:5.6.7.8"));
        let asked = ["1.2.3.4", "::ffff:1.2.3.4", "5.6.7.8", "::ffff:5.6.7.8", "::1.2.3.4"];
        assert_eq!(held(&list, &asked), asked[..4]);
    }

    #[test]
    fn an_address_is_in_the_list_once() {
        let mut list = BlockList::default();
        list.add_address(ip("::ffff:1.2.3.4"));
        list.add_address(ip("1.2.3.4"));
        assert_eq!(list.rules(), ["Address: IPv4 1.2.3.4"]);
        list.remove_address(ip("::ffff:1.2.3.4"));
        assert!(list.is_empty() && !list.blocks(ip("1.2.3.4")));
    }

    #[test]
    fn a_network_holds_its_first_and_its_last_address() {
        let mut list = BlockList::default();
        list.add_subnet(ip("192.168.5.77"), 20);
        let asked = ["192.167.255.255", "192.168.0.0", "192.168.15.255", "192.168.16.0"];
        assert_eq!(held(&list, &asked), asked[1..3]);
    }

    #[test]
    fn the_shortest_and_the_longest_prefix() {
        let mut list = BlockList::default();
        list.add_subnet(ip("1.1.1.1"), 32);
        list.add_subnet(ip("2001:db8::1"), 128);
        assert_eq!(held(&list, &["1.1.1.1", "1.1.1.0", "2001:db8::1", "2001:db8::"]).len(), 2);
        list.add_subnet(ip("0.0.0.0"), 0);
        assert_eq!(held(&list, &["9.9.9.9", "::ffff:9.9.9.9", "::1"]).len(), 2);
        list.add_subnet(ip("::"), 0);
        assert!(list.blocks(ip("::1")) && list.blocks(ip("ffff::")));
    }

    #[test]
    fn a_range_of_ipv6_holds_ipv4_only_if_both_ends_are_mapped() {
        let mut list = BlockList::default();
        list.add_range(ip("::1"), ip("ffff::"));
        assert_eq!(held(&list, &["1.2.3.4", "::ffff:1.2.3.4"]), ["::ffff:1.2.3.4"]);
        list.add_range(ip("::ffff:1.2.3.0"), ip("::ffff:1.2.3.9"));
        assert!(list.blocks(ip("1.2.3.4")) && !list.blocks(ip("1.2.3.10")));
    }

    #[test]
    fn a_range_that_ends_before_it_begins_is_refused() {
        let mut list = BlockList::default();
        assert!(!list.add_range(ip("1.1.1.2"), ip("1.1.1.1")));
        assert!(!list.add_range(ip("1.1.1.2"), ip("::ffff:1.1.1.1")));
        assert!(list.add_range(ip("1.1.1.1"), ip("1.1.1.1")));
        // These can't be compared; nothing lies between them.
        assert!(list.add_range(ip("10.0.0.9"), ip("::1")));
        assert!(!list.blocks(ip("10.0.0.9")) && !list.blocks(ip("::1")));
    }

    #[test]
    fn a_rule_that_was_added_twice_is_there_twice() {
        let mut list = BlockList::default();
        list.add_subnet(ip("10.0.0.0"), 8);
        list.add_subnet(ip("11.0.0.0"), 8);
        list.add_subnet(ip("10.0.0.0"), 8);
        list.remove_subnet(ip("10.0.0.0"), 8);
        assert_eq!(list.rules(), ["Subnet: IPv4 11.0.0.0/8", "Subnet: IPv4 10.0.0.0/8"]);
        assert!(list.blocks(ip("10.1.1.1")));
        list.remove_subnet(ip("10.0.0.0"), 8);
        assert!(!list.blocks(ip("10.1.1.1")) && list.blocks(ip("11.1.1.1")));
    }

    #[test]
    fn a_rule_is_removed_as_it_was_written() {
        let mut list = BlockList::default();
        list.add_subnet(ip("1.2.3.7"), 24);
        list.add_range(ip("1.2.3.4"), ip("1.2.3.5"));
        list.remove_subnet(ip("1.2.3.0"), 24);
        list.remove_range(ip("::ffff:1.2.3.4"), ip("::ffff:1.2.3.5"));
        assert_eq!(list.len(), 2);
    }

    #[test]
    fn addresses_are_written_as_node_writes_them() {
        let written = [
            ("::1:2", "::0.1.0.2"),
            ("::ffff:1:2", "::ffff:0.1.0.2"),
            ("::ffff", "::ffff"),
            ("::1:2:3", "::1:2:3"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
            ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
            ("FE80::ABCD%lo", "fe80::abcd"),
        ];
        for (given, expected) in written {
            assert_eq!(text(ip(given)), expected);
        }
    }
}
