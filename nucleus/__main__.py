"""`python -m nucleus` is the same as `nucleus`."""

from nucleus.cli import main

main()
