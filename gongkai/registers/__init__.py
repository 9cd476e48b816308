"""台账: enforcement and service, money, new media, and the work of the disclosure office.

Doors: models and books (what is kept), bodies.ledger (every deed and page of a register).
May import: bodies, base, documents, law.
"""
