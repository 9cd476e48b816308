"""年报流转: the way of a report from its draft to the archive, roll-up, bundle, open ledger.

Doors: actions (send, pass_on, send_back, submit, accept …), queries (whose turn, countdown),
rollup (a government's report as the sum of its bodies), bundle (one ZIP), ledger (open rows).
May import: reporting.compile and what it may import; law, annual_report.
"""
