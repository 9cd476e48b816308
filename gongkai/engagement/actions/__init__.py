"""Every deed of this room: one function each, keyword ``by=``, atomic, audited."""
