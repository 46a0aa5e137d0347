"""netserve and its peers on the same work, in one run: `python -m benchmarks`.

A benchmark, not a test: it asserts nothing. From top to bottom, each file imports only upwards:

    works       what is asked of a server
    peers       the servers, and how each is started
    processes   building the C programs; starting, driving and ending what runs
    machine     what it ran on
    rounds      the measuring itself, every server in every round
    figures     medians and ratios out of the raw measurements
    goals       what netserve promised, and whether the figures keep it
    document, chart    RESULTS.md and results.svg, rendered from results.json
    compare     a fresh run against the committed one
"""
