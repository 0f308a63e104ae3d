"""Verified Teams traffic in, cards within limits out."""
