"""Published annual reports in the search of the site."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from gongkai.base import search
from gongkai.reporting.models import AnnualReport

KIND = "annual_report"


def keep_in_step(report: AnnualReport) -> None:
    """Put a published report in, take a withdrawn one out; inside the caller's transaction."""
    if report.published is None:
        search.forget(KIND, report.pk)
    else:
        search.put(_entry(report))


def everything() -> Iterator[search.Entry]:
    """Every published report, for a search built anew."""
    listed = AnnualReport.objects.filter(published__isnull=False)
    for report in listed.select_related("published", "body").iterator(chunk_size=50):
        yield _entry(report)


def _entry(report: AnnualReport) -> search.Entry:
    assert report.published is not None and report.published_at is not None
    sections = report.published.as_report.sections
    return search.Entry(
        KIND,
        report.pk,
        str(report),
        "\n".join(f"{s.title}\n{s.text}" for s in sections if s.text),
        reverse("report", args=[report.body.slug, report.year]),
        report.body_id,
        timezone.localdate(report.published_at),
    )
