"""The doors, one after the other: every named bad and hostile input, and what is answered to it."""
