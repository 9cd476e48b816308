"""Counting applications: tables 三 and 四 for any period, measures of the work, and proofs.

Doors: ``tables`` (every cell and the cases behind it), ``measures`` (times, rates, reasons),
``proofs`` (C01–C05, C20–C22 on what was counted).
"""
