"""Descriptors: what one stands for, and how one is bound."""
