"""What `make bench` runs: figures, each beside something that was run in the same minute on the same machine.

A figure is a function under bench/figures, registered by `@figure("name")` and found without being listed:

    @figure("waking")
    def waking(run: Run) -> Iterator[Reading]:
        '''How soon a long poll learns of a decision.'''
        for engine in run.engines:
            with run.database(engine) as url, started("bench.placet_server", url) as server:
                took = …  # so many: run.pick(2_000, 20)
                yield Reading(name=f"waking/{engine}/p50", value=took, unit=Unit.MILLISECONDS, bound=25)

It is called once a round (`rounds=2`: in the first two, `once=True`: in the first only) and measures its
base itself: `reading.beside(base, floor=0.65)` makes a ratio of it, and limits are then the ratio's. Whoever
cannot measure raises `Unmeasured`; what readers have to know goes to `run.note("…")`. What it promises is a
line in `bench/goals.py`, its table a place in a page: `<!-- bench:waking -->`.
"""
