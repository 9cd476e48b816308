"""What a visitor leaves to be answered is read at the desk only."""

import importlib
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.db import connection

from gongkai.base.models import SiteError
from gongkai.base.rotation import all_open


def stored(pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM base_siteerror WHERE id = %s", [pk])
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_contact_is_sealed_in_the_database():
    left = SiteError.objects.create(message="链接打不开", contact="13800000000")
    assert "138" not in stored(left.pk)
    left.refresh_from_db()
    assert left.contact == "13800000000"


@pytest.mark.django_db
def test_contacts_from_before_are_sealed_by_the_migration():
    left = SiteError.objects.create(message="链接打不开")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE base_siteerror SET contact = '0371-1' WHERE id = %s", [left.pk])
    migration = importlib.import_module("gongkai.base.migrations.0009_sealed_contacts")
    migration.seal_what_is_there(apps, SimpleNamespace(connection=connection))
    left.refresh_from_db()
    assert left.contact == "0371-1" and "0371" not in stored(left.pk)


@pytest.mark.django_db
def test_a_database_restored_without_its_keys_is_told_everywhere(admin_client, settings):
    SiteError.objects.create(message="链接打不开", contact="13800000000")
    assert all_open()
    settings.GONGKAI_DATA_KEYS = [Fernet.generate_key().decode()]
    page = admin_client.get("/office/site-errors/")
    assert page.status_code == 503
    assert "个人信息暂时读不出来" in page.content.decode()
    assert not all_open(), "what gongkai site prepare asks, and refuses by"


def test_the_icon_is_found_by_its_old_name(client):
    assert client.get("/favicon.ico").status_code == 302
