"""Personal data are unreadable in the database, and come back only with the right key."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models

from gongkai.base import rotation, sealed
from gongkai.base.models import AppendOnly

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_was_sealed_comes_back_and_never_looks_the_same_twice(settings) -> None:
    settings.GONGKAI_DATA_KEYS = [OLD]
    first, second = sealed.seal("张三".encode()), sealed.seal("张三".encode())
    assert first != second
    assert sealed.unseal(first) == sealed.unseal(second) == "张三".encode()


def test_a_wrong_key_says_which_variable_to_look_at(settings) -> None:
    settings.GONGKAI_DATA_KEYS = [OLD]
    token = sealed.seal(b"x")
    settings.GONGKAI_DATA_KEYS = [NEW]
    with pytest.raises(sealed.KeyMissing, match="GONGKAI_DATA_KEYS"):
        sealed.unseal(token)
    assert sealed.reseal(token) is None


def test_a_new_key_in_front_reads_the_old_and_writes_the_new(settings) -> None:
    settings.GONGKAI_DATA_KEYS = [OLD]
    token = sealed.seal(b"x")
    settings.GONGKAI_DATA_KEYS = [NEW, OLD]
    assert sealed.unseal(token) == b"x"
    fresh = sealed.reseal(token)
    settings.GONGKAI_DATA_KEYS = [NEW]
    assert sealed.unseal(fresh) == b"x"


def test_a_mark_finds_the_same_text_and_outlives_a_new_key(settings) -> None:
    settings.GONGKAI_DATA_KEYS = [OLD]
    mark = sealed.mark("identity", "1101 051949 1231002x")
    assert mark == sealed.mark("identity", "11010519491231002X")
    assert mark != sealed.mark("phone", "11010519491231002X"), "one kind tells nothing of another"
    assert sealed.mark("identity", " ") == ""
    settings.GONGKAI_DATA_KEYS = [NEW, OLD]
    assert sealed.mark("identity", "11010519491231002X") == mark
    settings.GONGKAI_DATA_KEYS = [NEW]
    assert sealed.mark("identity", "11010519491231002X") != mark


def test_every_model_refuses_to_look_a_sealed_field_up_by_its_content() -> None:
    found = [(m, f) for m in apps.get_models() for f in rotation.sealed_fields(m)]
    assert found
    for model, field in found:
        assert model._default_manager.filter(**{f"{field.name}__isnull": True}) is not None
        for lookup in ("exact", "icontains", "in"):
            with pytest.raises(FieldError, match="已加密"):
                model._default_manager.filter(**{f"{field.name}__{lookup}": "x"})


def test_nothing_that_never_changes_is_sealed_or_a_new_key_could_not_reach_it() -> None:
    assert not [
        m for m in apps.get_models() if issubclass(m, AppendOnly) and rotation.sealed_fields(m)
    ]


def test_empty_and_missing_values_stay_as_they_are() -> None:
    text, data = sealed.SealedTextField(), sealed.SealedJSONField()
    assert text.get_prep_value("") == "" and text.get_prep_value(None) is None
    assert data.get_prep_value(None) is None and data.from_db_value(None) is None
    kept = data.get_prep_value({"name": "张三"})
    assert "张三" not in kept and data.from_db_value(kept) == {"name": "张三"}
    assert isinstance(text, models.TextField)
