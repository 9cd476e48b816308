"""What is written once cannot be changed or deleted, not even at the database prompt."""

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import LetterStep, LetterTemplate, MovedDue
from gongkai.applications.tests.cast import an_application, set_up_office
from gongkai.base import append_only
from gongkai.publishing.actions.columns import set_up_columns
from gongkai.publishing.actions.drafts import create_document
from gongkai.publishing.actions.publish import publish
from gongkai.publishing.actions.review import due_step, review, submit
from gongkai.publishing.models import Evaluation
from gongkai.reporting.actions import correct_cell, file_report, move_problem, publish_report
from gongkai.reporting.models import (
    Computation,
    Route,
    RouteReminder,
    RouteStep,
    Snapshot,
    Summation,
)
from gongkai.reporting.tests.cast import as_file, faulty_report, make_cast


def make_rows():
    """One row at least in every append-only table."""
    cast = make_cast()
    version = file_report(as_file(faulty_report()), "a.json", body=cast.body, by=cast.clerk).version
    version = correct_cell(version.report, "t3.granted.natural", "5", "核对", by=cast.clerk)
    for problem in version.report.problems.filter(level="error", gone_at=None):
        move_problem(problem, "confirmed", "属实", by=cast.clerk)
    if not version.report.problems.filter(state="confirmed").exists():
        move_problem(version.report.problems.first(), "confirmed", "属实", by=cast.clerk)
    publish_report(version, by=cast.head)
    a_letter_and_a_moved_day(cast.body, cast.clerk)
    an_evaluated_publication(cast.body)
    a_compiled_report_on_its_way(version, cast.clerk)
    return cast


@pytest.fixture(scope="module")
def make_people():
    return make_rows


def a_letter_and_a_moved_day(body, by):
    """An application with a letter on its way, a template of the body's own, a day that moved."""
    set_up_office(body)
    case = an_application(body, on=clock.today()).case
    letter = draft_letter(case, "L04", by=by, values={})
    LetterStep.objects.create(
        letter=letter, from_state=letter.state, to_state=letter.state, by_name="示例经办"
    )
    LetterTemplate.objects.create(
        body=body, code="L04", version=1, text="示例", made_by_name="示例经办"
    )
    MovedDue.objects.create(application=case, what=MovedDue.What.DUE, at=timezone.now())


def a_compiled_report_on_its_way(version, by):
    """A counting with its sum, a step of its way, what was handed in, a reminder."""
    counting = Computation.objects.create(report=version.report, cells={}, made_by=by)
    Summation.objects.create(computation=counting)
    way, _ = Route.objects.get_or_create(report=version.report)
    RouteStep.objects.create(
        route=way, round=1, deed="send", version=version, sha256="0" * 64, by=by, by_name="示例经办"
    )
    Snapshot.objects.create(version=version, sha256="0" * 64)
    RouteReminder.objects.create(
        body=version.report.body, year=2023, due_on=clock.today(), days_left=5
    )


def an_evaluated_publication(body):
    """A document through its review to the public, looked at again afterwards."""
    columns = set_up_columns(body, by=None)
    document = create_document(
        body, columns[-1], "示例", by=None, formed_on=clock.today(), genre="news", text="<p>例</p>"
    )
    submit(document, by=None)
    while due_step(document) is not None:
        review(document, by=None, approve=True, conclusion="public")
    publish(document, by=None)
    Evaluation.objects.create(
        document=document, kind="urgent", result="fine", opinion="无误", by_name="示例经办"
    )


def change(model, pk, column, to="{}"):
    """Write a column with plain SQL: its own value counts as a change too."""
    quote = connection.ops.quote_name
    table, column, key = map(quote, (model._meta.db_table, column, model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {to.format(column)} WHERE {key} = %s", [pk])


def test_the_database_refuses_every_change_and_every_deletion(cast):
    assert len(append_only.tables()) >= 6
    for model in append_only.tables():
        row = model.objects.order_by("pk").first()
        assert row is not None, model
        for field in model._meta.local_concrete_fields:
            if field.name in ("by", "made_by", "uploaded_by") and not getattr(row, field.attname):
                continue  # nobody there to be forged away
            # What may lose words at its end gets no others.
            to = "{0} || '改'" if field.name in model.may_be_cut else "{}"
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change(model, row.pk, field.column, to)
            if field.name in model.may_be_cut:
                change(model, row.pk, field.column, "substr({0}, 1, 1)")
    # Against a change they stand since the migration; those against deletion only outside tests.
    append_only.install(connection)
    for model in append_only.tables():
        row = model.objects.order_by("pk").first()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.filter(pk=row.pk)._raw_delete("default")


def test_the_model_refuses_too(cast):
    for model in append_only.tables():
        row = model.objects.first()
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


def test_an_account_can_be_deleted_and_its_name_stays_in_the_trail(cast):
    from gongkai.base.models import AuditEntry

    append_only.install(connection)
    get_user_model().objects.filter(pk=cast.clerk.pk).delete()
    entry = AuditEntry.objects.filter(action="录入年报").get()
    assert entry.by is None and entry.by_name == "王经办"
