"""One carrier for each kind of job: what it says to the outside, and what has to be true before."""
