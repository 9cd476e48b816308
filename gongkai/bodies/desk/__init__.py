"""Staff pages of the bodies: the organisation and the audit trail, 外出代行, 放假安排, 台账."""

from gongkai.bodies.desk import acting, holidays, organisation
from gongkai.bodies.desk.organisation import AUDIT, KINDS, SECTIONS, Kind
from gongkai.bodies.ledger import desk as ledger

urlpatterns = [
    *acting.urlpatterns,
    *organisation.urlpatterns,
    *holidays.urlpatterns,
    *ledger.urlpatterns,
]

__all__ = ["AUDIT", "KINDS", "SECTIONS", "Kind", "urlpatterns"]
