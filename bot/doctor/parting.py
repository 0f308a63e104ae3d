"""Sentences that say what is the matter and what to do in one, taken apart."""

from __future__ import annotations


def parted(sentence: str) -> tuple[str, str]:
    """What is the matter, and what to do, which such sentences put behind their last semicolon."""
    matter, separator, remedy = sentence.rpartition("; ")
    if not separator:
        return sentence, ""
    return f"{matter}.", f"{remedy[:1].upper()}{remedy[1:]}"
