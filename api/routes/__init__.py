"""One module per resource: from the request to the answer."""
