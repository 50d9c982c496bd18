"""The command line, one small module per group of commands; include/local/cli.py puts them together."""
