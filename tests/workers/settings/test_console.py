"""Settings of the console: what cannot work is told before anything starts."""

from __future__ import annotations

import pytest

from domain.access.person import Role
from workers.compose.web import console_door
from workers.settings import SettingsWrong, read_settings


def problems(**environ):
    with pytest.raises(SettingsWrong) as raised:
        read_settings({f"LOONBRUG_{name.upper()}": value for name, value in environ.items()})
    return raised.value.problems


def test_the_company_s_sign_on_is_read_from_the_settings():
    settings = read_settings(
        {
            "LOONBRUG_OPS_PERSON_HEADER": "X-Remote-User",
            "LOONBRUG_OPS_PROXIES": "10.0.0.5, 10.1.0.0/24",
            "LOONBRUG_OPS_PROXY_SECRET": "s" * 32,
            "LOONBRUG_OPS_ROLES": "payroll=approver,ict=administrator",
            "LOONBRUG_OPS_URL": "https://loonbrug.example.com",
        }
    )
    door = console_door(settings)
    assert door.secure
    assert door.trusted is not None
    assert door.trusted.proxies == ("10.0.0.5", "10.1.0.0/24")
    assert door.trusted.secret == "s" * 32
    assert door.trusted.roles == {"payroll": Role.APPROVER, "ict": Role.ADMINISTRATOR}


def test_without_any_setting_people_sign_in_with_a_password():
    assert console_door(read_settings({})).trusted is None


def test_a_header_without_its_proxy_is_refused_since_anybody_could_write_it():
    [line] = problems(ops_person_header="X-Remote-User", ops_proxy_secret="s" * 32)
    assert line.startswith("LOONBRUG_OPS_PROXIES: name the proxy")


def test_a_header_without_a_secret_of_the_proxy_is_refused_since_others_share_its_address():
    [line] = problems(ops_person_header="X-Remote-User", ops_proxies="10.0.0.5")
    assert line.startswith("LOONBRUG_OPS_PROXY_SECRET: let the proxy prove")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ops_proxies", "the proxy"),
        ("ops_roles", "payroll=king"),
        ("ops_roles", "payroll"),
        ("ops_url", "loonbrug.example.com"),
        ("ops_url", "https://loonbrug.example.com/ops"),
        ("ops_idle", "0"),
        ("ops_lock_after", "1"),
        ("ops_proxy_secret", "too short to be one"),
        ("ops_sign_out", "//elsewhere.example.com"),
        ("ops_sign_out", "javascript:alert(1)"),
    ],
)
def test_what_cannot_work_is_told_by_the_name_of_its_setting(name, value):
    [line] = problems(**{name: value})
    assert line.startswith(f"LOONBRUG_{name.upper()}")
