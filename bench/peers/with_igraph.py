"""igraph's PageRank by PRPACK, which builds its own graph in each call and stops at a tolerance of its own
(1e-10, not to be set). Loaded by igraph's own reader in C."""

import igraph
from measured import DAMPING, measured

measured(
    version=igraph.__version__,
    load=lambda path: igraph.Graph.Read_Edgelist(path, directed=True),
    rank=lambda graph, _: graph.pagerank(damping=DAMPING, implementation="prpack"),
    extent=lambda graph: (graph.vcount(), graph.ecount()),
)
