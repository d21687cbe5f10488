"""A simulated CVM open-data server: market, wire formats, dirt, restatements and HTTP.

For demonstrations, load tests and trials without internet. Everything it produces says that it is
simulated: the comment of every zip, a header of every response, and the name of every fund, firm
and person.
"""

CLASSES, MONTHS = 2000, 13
"""Size of the market that a trial brings in unless told: twelve-month figures need the 13th."""
