"""Files put up for filing: what would be made of them is shown first; all of it or nothing."""

import io
import zipfile
from dataclasses import replace

from django.urls import reverse

from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role
from gongkai.reporting.models import AnnualReport, ImportBatch, ImportItem
from gongkai.reporting.tests.cast import as_file, sound_report


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def upload(client, *files):
    data = []
    for name, content in files:
        stream = io.BytesIO(content)
        stream.name = name
        data.append(stream)
    return client.post(reverse("desk-import"), {"files": data})


def test_upload_shows_what_would_be_made_and_files_nothing(cast, client):
    client.force_login(cast.clerk)
    response = upload(
        client, ("a.json", as_file(sound_report(2022))), ("坏.pdf", b"%PDF-1.4 broken")
    )
    assert response.status_code == 302 and not AnnualReport.objects.exists()
    page = client.get(response["Location"]).content.decode()
    assert "新建一份年报" in page and "不能录入" in page and 'value="2022"' in page


def test_what_was_not_recognised_is_not_ticked_from_the_start(cast, client):
    grant_role(cast.clerk, cast.other_body, Role.CLERK, by=None)
    client.force_login(cast.clerk)
    elsewhere = sound_report(2022, agency="别处市水利局")
    response = upload(
        client, ("a.json", as_file(sound_report(2022))), ("b.json", as_file(elsewhere))
    )
    page = client.get(response["Location"])
    assert [row["taken"] for row in page.context["rows"]] == [True, False]
    assert "没有认出机关" in page.content.decode()


def test_a_zip_is_opened_and_all_of_it_is_filed_or_nothing(cast, client):
    client.force_login(cast.clerk)
    archive = zipped(
        **{
            "年报__2022.json": as_file(sound_report(2022)),
            "年报__2023.json": as_file(sound_report(2023)),
            "..__..__etc__passwd.txt": b"",
            "内层.zip": zipped(**{"x.txt": b"x"}),
        }
    )
    response = upload(client, ("年报.zip", archive))
    batch = ImportBatch.objects.get()
    refused = set(batch.items.exclude(refusal="").values_list("name", flat=True))
    assert refused == {"passwd.txt", "内层.zip"}
    good = list(batch.items.filter(refusal=""))
    choose = {f"take-{i.pk}": "on" for i in good} | {f"body-{i.pk}": cast.body.pk for i in good}
    same = choose | {f"year-{i.pk}": "2023" for i in good}
    page = client.post(response["Location"], same)
    assert page.status_code == 400 and "只保留一份" in page.content.decode()
    half = choose | {f"year-{i.pk}": "2023" if i.year == 2023 else "1990" for i in good}
    page = client.post(response["Location"], half)
    assert page.status_code == 400 and "没有录入任何一份" in page.content.decode()
    assert not AnnualReport.objects.exists()
    done = client.post(response["Location"], choose | {f"year-{i.pk}": i.year for i in good})
    assert done.status_code == 302
    assert set(AnnualReport.objects.values_list("year", flat=True)) == {2022, 2023}
    assert not ImportBatch.objects.exists() and not ImportItem.objects.exists()


def test_a_report_that_names_another_body_is_not_ticked_from_the_start(cast, client):
    client.force_login(cast.clerk)
    foreign = replace(sound_report(2022), agency="别处县卫生健康委员会")
    response = upload(
        client, ("own.json", as_file(sound_report(2023))), ("other.json", as_file(foreign))
    )
    page = client.get(response["Location"]).content.decode()
    for item in ImportItem.objects.all():
        field = page.partition(f'name="take-{item.pk}"')[2].partition(">")[0]
        assert ("checked" in field) is (item.year == 2023)
    assert "文件写的是“别处县卫生健康委员会”" in page and "核对后再勾选" in page


def test_files_of_which_none_can_be_filed_are_said_to_be_so(cast, client):
    client.force_login(cast.clerk)
    response = upload(client, ("b.json", b'{"schema": 1}'))
    page = client.get(response["Location"]).content.decode()
    assert "请按表里的说明处理文件，再重新上传" in page and "确认录入" not in page


def test_a_failed_batch_leaves_no_stored_file(cast, client, tmp_path):
    client.force_login(cast.clerk)
    response = upload(client, ("a.json", as_file(sound_report())), ("b.json", b'{"schema": 1}'))
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    item = ImportItem.objects.get(refusal="")
    data = {f"take-{item.pk}": "on", f"body-{item.pk}": cast.body.pk, f"year-{item.pk}": "1990"}
    assert client.post(response["Location"], data).status_code == 400
    assert {p for p in tmp_path.rglob("*") if p.is_file()} == before
    client.post(response["Location"], {"drop": "1"})
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_clerk_cannot_file_for_another_body_through_the_form(cast, client):
    client.force_login(cast.clerk)
    response = upload(client, ("a.json", as_file(sound_report())))
    item = ImportItem.objects.get()
    data = {
        f"take-{item.pk}": "on",
        f"body-{item.pk}": cast.other_body.pk,
        f"year-{item.pk}": "2023",
    }
    assert client.post(response["Location"], data).status_code == 400
    assert not AnnualReport.objects.exists()
