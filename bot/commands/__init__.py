"""The commands of ``okienko``, one a module: ``add(parsers)`` declares it, ``run(arguments, settings)`` does it.

Exit codes: 0 done, 1 the thing checked is not right, 2 wrong use or configuration. Only these modules print.
"""

DONE, NOT_RIGHT, WRONG_USE = 0, 1, 2
