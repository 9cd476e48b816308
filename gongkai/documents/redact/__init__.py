"""Taking passages out of a PDF or DOCX so that nothing of them is left (条例 Art 37).

Doors: ``pdf.redact_pdf`` and ``docx.redact_docx`` (take out), ``verify`` (an independent look at
the result), ``layout`` and ``docx.paragraphs`` (what a person sees and selects),
``worker.isolated`` (all of it in a process with limits, for files of strangers).
"""
