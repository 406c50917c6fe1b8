"""The ledgers: columns of agents, payments and moves, identities. The only room that owns arrays."""
