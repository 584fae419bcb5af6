"""`python -m pipelines.cli`: the command line where the program itself is not on the path."""

from pipelines.cli.commands import main

main()
