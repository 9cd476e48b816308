"""法定规则: the statutory rules as dated, cited data and pure functions.

Doors: parameters.rule, calendar, deadlines (the clock), fees, decisions, remedies, counting,
letters, taxonomy, formats; shipped (how rooms read their data files). Data: parameters/,
taxonomy/, report_formats/.
May import: the standard library, a YAML reader, `holidays` (and click in cli.py).
Nothing here asks for today: the caller passes the day (cli.py takes it as a default).
"""
