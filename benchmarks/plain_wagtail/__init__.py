"""The peer of documents.py: a plain Wagtail page with the words of a document."""
