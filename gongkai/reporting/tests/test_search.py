"""A published report is found by its words; a withdrawn one is not."""

from django.core.management import call_command

from gongkai.base import search
from gongkai.base.models import SearchEntry
from gongkai.reporting.actions import publish_report, withdraw_publication
from gongkai.reporting.tests.cast import sound_report
from gongkai.reporting.tests.test_publish_report import filed, settle


def found() -> list[str]:
    return [hit.url for hit in search.search("年度报告").hits]


def test_a_report_is_found_while_it_is_public(cast):
    version = filed(cast, sound_report())
    settle(cast, version.report)
    assert found() == []
    publish_report(version, by=cast.head)
    address = f"/reports/{cast.body.slug}/{version.report.year}/"
    assert found() == [address]
    SearchEntry.objects.all().delete()
    call_command("rebuild_search", verbosity=0)
    assert found() == [address]
    withdraw_publication(version.report, "内容有误", by=cast.head)
    assert found() == []
