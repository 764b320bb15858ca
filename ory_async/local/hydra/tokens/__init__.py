"""Tokens: what they are traded for, what they say, and what they are good for."""
