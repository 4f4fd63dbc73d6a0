"""What the Python peers share: one run in a process of its own, `NAME.py GRAPH SHARES CHANGE`.

GRAPH is text, one "source target" a line, numbered from 0 with no number left out. The run loads it into the
peer's graph, ranks it twice (the second call is the warm one), writes the shares as 64-bit floats and prints
one line of JSON: milliseconds, and bytes at the peak of the process before the second call.
CHANGE is the L1 change of the shares in one pass at which a peer that takes it stops.
"""

import json
import sys
import time

import numpy

DAMPING = 0.85


def pairs(path):
    """All pairs as an array of two columns: numpy's reader in C, as fast as pandas'."""
    return numpy.loadtxt(path, dtype=numpy.int64)


def measured(version, load, rank, extent):
    """`load(path)` makes the peer's graph, `rank(graph, change)` a share of each node, `extent(graph)` counts."""
    path, out, change = sys.argv[1], sys.argv[2], float(sys.argv[3])
    graph, loading = timed(lambda: load(path))
    shares, call = timed(lambda: rank(graph, change))
    memory = peak()
    _, again = timed(lambda: rank(graph, change))
    order, size = extent(graph)
    numpy.asarray(shares, dtype=numpy.float64).tofile(out)
    run = {"version": version, "load": loading, "call": call, "again": again, "peak": memory}
    print(json.dumps({**run, "order": int(order), "size": int(size)}))


def timed(work):
    started = time.perf_counter()
    result = work()
    return result, 1000 * (time.perf_counter() - started)


def peak():
    """Not getrusage: its peak begins with that of the process that started this one."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return 1024 * int(line.split()[1])
