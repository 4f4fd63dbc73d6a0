"""Power iteration over a sparse matrix of scipy, as one writes it by hand. The matrix is made in loading."""

import numpy
import scipy
from measured import DAMPING, measured, pairs
from scipy.sparse import csr_matrix


def load(path):
    source, target = pairs(path).T
    order = int(max(source.max(), target.max())) + 1
    degree = numpy.bincount(source, minlength=order)
    matrix = csr_matrix((DAMPING / degree[source], (target, source)), shape=(order, order))
    return matrix, degree == 0


def rank(graph, change):
    matrix, dangling = graph
    order = len(dangling)
    shares = numpy.full(order, 1 / order)
    while True:
        before = shares
        shares = matrix @ before
        shares += (1 - DAMPING + DAMPING * before[dangling].sum()) / order
        if numpy.abs(shares - before).sum() < change:
            return shares


measured(
    version=scipy.__version__,
    load=load,
    rank=rank,
    extent=lambda graph: (graph[0].shape[0], graph[0].nnz),
)
