"""The shelf of verbs: a file binds COMMAND. The contract is the page of ``lastro.cli``."""
