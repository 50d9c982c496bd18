"""The pages that a person reads: HTML made on the server from what the read API serves, and nothing else.

Each page reads through the same functions as the endpoint of its data, in the name of the token that the
session cookie carries. What is kept is shown at once; what has to be read first shows a skeleton until then.
"""
