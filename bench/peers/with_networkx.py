"""networkx.pagerank, which makes a matrix of scipy from its graph in each call. It multiplies its tolerance by
the number of nodes. Loaded from lists of an array of pairs, faster than its own reader."""

import networkx
from measured import DAMPING, measured, pairs


def load(path):
    graph = networkx.DiGraph()
    graph.add_edges_from(pairs(path).tolist())
    return graph


def rank(graph, change):
    ranks = networkx.pagerank(graph, alpha=DAMPING, max_iter=1000, tol=change / len(graph))
    return [ranks[node] for node in range(len(graph))]


measured(
    version=networkx.__version__,
    load=load,
    rank=rank,
    extent=lambda graph: (graph.number_of_nodes(), graph.number_of_edges()),
)
