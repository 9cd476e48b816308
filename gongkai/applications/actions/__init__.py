"""Every deed on applications: one function each, keyword ``by=``, atomic, audited.

``by`` None is the applicant himself or a scheduled run. A deed that cannot be done raises
``Refused`` with a Chinese sentence and the article it rests on, ``Overtaken`` when somebody was
faster, ``PermissionDenied`` without the right role. Each module holds the deeds of one stage:
``intake``, ``handling``, ``consulting``, ``deciding``, ``papers``, ``delivery``, ``fees``,
``closing``, ``applicant`` (what the applicant does on the tracking page).
"""
