"""台账: the one pattern of every register that a body keeps.

A room adds a register with a model (``models.Entry`` or ``models.PublishedEntry``) and one
``book.Book``, registered in its AppConfig.ready(). What follows from the book: list with search
and filters, form, import from XLSX and CSV with a preview, export, counts by year and month, the
trail, and, where the law wants one, the public page with its clock.
"""
