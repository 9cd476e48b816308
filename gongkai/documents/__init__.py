"""Documents in and out, for every room: no Django, no domain.

Doors: ``fonts`` (faces for PDF), ``blocks`` with ``docx`` and ``pdf`` (letters and lists in the
layout of GB/T 9704, the page itself in ``official``), ``tables`` (CSV, workbooks), ``safety``
(opening a stranger's file), ``redact`` (taking passages out).
May import: ``law`` and document libraries only.
"""
