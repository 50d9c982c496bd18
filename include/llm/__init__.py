"""Texts written by a model: paid once, under a cap, and true.

`models` typed values · `prices` what a call costs · `ladder` what follows from an outcome · `pacing` how
many calls at once · `client` the only use of the SDK · `booking` what comes before every call · `ledger` and
`budget` all access to the schema `llm` · `messages` and `batches` the two ways to ask · `accounts` what was
spent, for people · `experiments` who gets which prompt · `grounding` whether a text is true.
"""
