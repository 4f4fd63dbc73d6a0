"""graph-tool's PageRank, power iteration in C++ by OpenMP. Loaded from an array of pairs."""

import os

import graph_tool
from graph_tool.centrality import pagerank
from measured import DAMPING, measured, pairs

graph_tool.openmp_set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


def load(path):
    graph = graph_tool.Graph(directed=True)
    graph.add_edge_list(pairs(path))
    return graph


measured(
    version=graph_tool.__version__.split(" ")[0],
    load=load,
    rank=lambda graph, change: pagerank(graph, damping=DAMPING, epsilon=change, max_iter=1000).a,
    extent=lambda graph: (graph.num_vertices(), graph.num_edges()),
)
