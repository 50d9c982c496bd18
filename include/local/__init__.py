"""The local side: an embedded stack, a generated population, importers, and the command line."""
