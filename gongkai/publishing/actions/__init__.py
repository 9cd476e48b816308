"""Every deed on documents: one function each, keyword ``by=``, atomic, audited.

``by`` None is the system itself (the demonstration data, a scheduled run). A deed that cannot be
done raises ``Refused`` with a Chinese sentence, one without the right role ``PermissionDenied``.
"""
