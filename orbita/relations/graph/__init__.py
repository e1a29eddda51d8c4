"""Records as a graph: their map, and the shortest chain between two of them."""
