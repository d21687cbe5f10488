"""``python -m lastro.cli``: the command line without its script, as the scheduler calls it."""

from lastro.cli.main import main

main()
