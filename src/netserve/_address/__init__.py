"""Addresses: of both ends, as values, in rules, and of names."""
