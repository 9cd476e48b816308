"""Staff pages of the bodies: the organisation and the audit trail, and the 放假安排."""

from gongkai.bodies.desk import holidays, organisation
from gongkai.bodies.desk.organisation import AUDIT, KINDS, Kind

urlpatterns = [*organisation.urlpatterns, *holidays.urlpatterns]

__all__ = ["AUDIT", "KINDS", "Kind", "urlpatterns"]
