"""Deeds on an applicant's own account. Each is the applicant's, or the system's by its term.

The trail says that it was done, of which account by its number; never a name or an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions.core import APPLICANT
from gongkai.applications.models import AccountCase, ApplicantAccount, Application, PasswordReset
from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.base.sealed import mark

#: Years without a sign-in after which an account is closed (our own promise, not the law's).
UNUSED_YEARS = 3
#: No password has this as its hash; checking it takes as long as checking one.
_NOBODY = "!"
TAKEN = "这个登录名已经有人用了，请换一个。"


def login_mark(username: str) -> str:
    """By what a name is found; blanks and letter case do not matter."""
    return mark("login", username)


def register_account(username: str, password: str) -> ApplicantAccount:
    """A new account; Refused when the name is taken, also at the same moment."""
    account = ApplicantAccount(
        username=username,
        login_mark=login_mark(username),
        password=make_password(password),
        seen_on=clock.today(),
    )
    try:
        with transaction.atomic():
            account.save()
            audit.record("注册账号", account, by=None, by_name=APPLICANT)
    except IntegrityError as error:
        raise Refused(TAKEN) from error
    return account


def account_of(username: str, password: str) -> ApplicantAccount | None:
    """The account that name and password open; None for anything else, in the same time.

    A failure is noted in the trail, whether there is such an account or not.
    """
    account = ApplicantAccount.objects.filter(login_mark=login_mark(username)).first()
    if password_fits(account, password):
        return account
    audit.record("账号登录失败", account or ApplicantAccount(pk=0), by=None, by_name=APPLICANT)
    return None


def password_fits(account: ApplicantAccount | None, password: str) -> bool:
    """Whether it is the account's password; of none, and of a closed one, it takes as long."""
    return check_password(password, (account.password if account else "") or _NOBODY)


def note_lockout() -> None:
    """Somebody tried a name too often and has to wait."""
    audit.record("账号登录次数过多", ApplicantAccount(pk=0), by=None, by_name=APPLICANT)


def note_seen(account: ApplicantAccount) -> None:
    """It was signed in today."""
    ApplicantAccount.objects.filter(pk=account.pk).update(seen_on=clock.today())


def _locked(account: ApplicantAccount) -> ApplicantAccount:
    found = still_open(account)
    if found is None:
        raise Refused("这个账号已经注销。")
    return found


def still_open(account: ApplicantAccount | None) -> ApplicantAccount | None:
    """The account, locked for the caller's transaction; None when there is none (any more)."""
    if account is None:
        return None
    rows = ApplicantAccount.objects.select_for_update(no_key=True)
    return rows.filter(pk=account.pk, closed_at=None).first()


def set_password(account: ApplicantAccount, password: str, *, forgotten: bool = False) -> None:
    """Another password; every session that was open with the former one ends.

    Refused when it was changed since ``account`` was read: a link sets one password, not two.
    """
    with transaction.atomic():
        held = _locked(account)
        if held.password != account.password:
            raise Refused("密码刚刚已经改过了，请用新的密码登录。")
        held.password = make_password(password)
        held.save(update_fields=["password"])
        audit.record("重设密码" if forgotten else "修改密码", held, by=None, by_name=APPLICANT)
    account.password = held.password


def keep_profile(account: ApplicantAccount, profile: dict[str, object]) -> None:
    """What fills the form beforehand; nothing of it comes to any body before an application."""
    with transaction.atomic():
        held = _locked(account)
        held.profile = profile
        held.save(update_fields=["profile"])
    account.profile = profile


def link_case(account: ApplicantAccount, case: Application) -> bool:
    """The account opens the case from now on; False when it did already."""
    with transaction.atomic():
        held = _locked(account)
        return AccountCase.objects.get_or_create(account=held, application=case)[1]


def link_parts(case: Application, parts: Sequence[Application]) -> None:
    """Who sees a case sees what was split from it."""
    AccountCase.objects.bulk_create(
        AccountCase(account_id=link.account_id, application=part)
        for link in case.account_links.all()
        for part in parts
    )


def close_account(account: ApplicantAccount, *, unused: bool = False) -> None:
    """Name, password, personal data and links go; the applications stay where they are."""
    with transaction.atomic():
        held = _locked(account)
        count = held.links.count()
        held.links.all().delete()
        held.username, held.password, held.login_mark, held.profile = "", "", None, {}
        held.closed_at = timezone.now()
        held.save()
        audit.record(
            "注销久未使用的账号" if unused else "注销账号",
            held,
            by=None,
            by_name="" if unused else APPLICANT,
            new={"解除关联的申请": count},
        )


def close_unused() -> int:
    """Close the accounts that nobody has used for ``UNUSED_YEARS`` years; how many."""
    last = clock.today() - timedelta(days=365 * UNUSED_YEARS)
    unused = ApplicantAccount.objects.filter(closed_at=None, seen_on__lt=last)
    closed = 0
    for pk in list(unused.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            account = unused.select_for_update(no_key=True).filter(pk=pk).first()
            if account is not None:  # nobody signed in, or closed it, in the meantime
                close_account(account, unused=True)
                closed += 1
    PasswordReset.objects.filter(made_at__lt=timezone.now() - timedelta(days=1)).delete()
    return closed
