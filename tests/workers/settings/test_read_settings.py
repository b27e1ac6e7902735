"""Settings: where they come from, what is said when they are wrong, and that no secret shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from domain.declarations.onboarding_words import TaskWords
from domain.outbox.policy import Patience
from mappings.flows import FLOWS
from sync.outbox.kinds import EnvironmentTerms
from sync.pull.window import Overlaps
from workers.compose.afas import patience, words
from workers.settings import INTERVALS, SettingsWrong, missing_for_afas, read_settings
from workers.settings.table import DOCUMENT, with_tables

CANARY = "s3cr3t-canary"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsWrong) as caught:
        read_settings(environ)
    return caught.value.problems


def test_nothing_set_is_fine_and_listens_on_this_machine_only():
    settings = read_settings({})
    assert settings.listen == ("127.0.0.1", 8080)
    assert settings.database_url is None
    assert settings.name == "main"


def test_without_afas_two_lines_say_what_to_set():
    assert len(missing_for_afas(read_settings({}))) == 2


@pytest.mark.parametrize(
    ("text", "host"), [("12345O", "rest"), ("t12345", "resttest"), ("A12345AB", "restaccept")]
)
def test_an_environment_is_a_number_and_a_type(text, host):
    address = read_settings({"LOONBRUG_AFAS_ENVIRONMENT": text}).afas_address
    assert address == f"https://12345.{host}.afas.online/ProfitRestServices"


def test_all_that_is_wrong_is_told_at_once_in_one_line_each():
    found = problems(
        {
            "LOONBRUG_AFAS_URL": "http://elsewhere.example",
            "LOONBRUG_AFAS_ENVIRONMENT": "7",
            "LOONBRUG_AFAS_CLIENT_ID": "x",
            "LOONBRUG_AFAS_TOKN": "x",
            "LOONBRUG_HTTP": "8080",
            "LOONBRUG_INTERVALS": "howrs=3,claims=-1",
            "LOONBRUG_COLUMNS": "LineId=Regel",
            "LOONBRUG_WORKERS": "many",
            "DATABASE_URL": "mysql://x",
        }
    )
    names = {line.partition(":")[0].partition(",")[0] for line in found}
    assert names == {
        "LOONBRUG_AFAS_URL",
        "LOONBRUG_AFAS_ENVIRONMENT",
        "LOONBRUG_AFAS_CLIENT_ID",
        "LOONBRUG_AFAS_TOKN",
        "LOONBRUG_HTTP",
        "LOONBRUG_INTERVALS",
        "LOONBRUG_COLUMNS",
        "LOONBRUG_WORKERS",
        "DATABASE_URL",
    }
    assert all("\n" not in line for line in found)


def test_a_misspelt_setting_names_the_right_one():
    assert problems({"LOONBRUG_AFAS_TOKN": "x"}) == [
        "LOONBRUG_AFAS_TOKN: no such setting; did you mean LOONBRUG_AFAS_TOKEN?"
    ]


@pytest.mark.parametrize("name", ["LOONBRUG_PYTHON", "LOONBRUG_CLI_LANGUAGE", "LOONBRUG_OPERATOR"])
def test_variables_of_the_launcher_and_of_a_shell_are_left_alone(name):
    assert read_settings({name: "x"}).name == "main"


@pytest.mark.parametrize(
    "name", ["LOONBRUG_AFAS_TOKEN", "LOONBRUG_AFAS_CLIENT_SECRET", "DATABASE_URL", "REDIS_URL"]
)
def test_a_secret_may_come_from_a_file_but_not_from_two_places(name, tmp_path):
    file = tmp_path / "secret"
    file.write_text("redis://h\n" if name == "REDIS_URL" else "postgresql://h\n")
    environ = {f"{name}_FILE": str(file), "LOONBRUG_AFAS_CLIENT_ID": "c", "LOONBRUG_AFAS_CLIENT_SECRET": "s"}
    if name == "LOONBRUG_AFAS_CLIENT_SECRET":
        environ.pop(name)
    field = name.removeprefix("LOONBRUG_").lower()
    assert getattr(read_settings(environ), field).get_secret_value().endswith("//h")
    assert problems(environ | {name: "redis://x"})[0].startswith(f"{name}: set it or {name}_FILE")


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    assert problems({"LOONBRUG_AFAS_TOKEN_FILE": str(tmp_path / "no")}) == [
        "LOONBRUG_AFAS_TOKEN_FILE: cannot be read (FileNotFoundError)"
    ]


def test_secrets_never_print(tmp_path):
    environ = {
        "LOONBRUG_AFAS_TOKEN": CANARY,
        "DATABASE_URL": f"postgresql://u:{CANARY}@h/d",
        "REDIS_URL": f"redis://:{CANARY}@h",
    }
    settings = read_settings(environ)
    assert CANARY not in repr(settings) + str(settings.model_dump()) + str(settings.afas_login)
    assert CANARY not in "".join(problems(environ | {"DATABASE_URL": f"no://{CANARY}", "LOONBRUG_HTTP": "x"}))


def test_the_file_is_read_and_the_environment_goes_first(tmp_path):
    Path("loonbrug.toml").write_text('http = "127.0.0.1:1"\nname = "file"\n[intervals]\nhours = 20\n')
    settings = read_settings({"LOONBRUG_NAME": "variable"})
    assert (settings.name, settings.listen[1]) == ("variable", 1)
    assert settings.poll_seconds["hours"] == 20


def test_a_file_elsewhere_is_named_by_a_variable(tmp_path):
    (tmp_path / "other.toml").write_text('name = "other"')
    assert read_settings({"LOONBRUG_CONFIG": str(tmp_path / "other.toml")}).name == "other"


@pytest.mark.parametrize("text", ["name = ", 'nmae = "x"'])
def test_a_file_that_is_wrong_is_one_line(text):
    Path("loonbrug.toml").write_text(text)
    assert problems({})[0].startswith("loonbrug.toml: ")


def test_columns_are_kept_by_connector():
    settings = read_settings({"LOONBRUG_COLUMNS": "Loonbrug_Hours.LineId=Regel,Loonbrug_Hours.Date=Datum"})
    assert settings.renamed == {"Loonbrug_Hours": {"LineId": "Regel", "Date": "Datum"}}


def test_every_flow_has_an_interval():
    assert set(INTERVALS) == set(FLOWS)


def test_the_defaults_are_those_of_the_flows():
    settings = read_settings({})
    assert words(settings) == EnvironmentTerms()
    assert patience(settings) == Patience()
    assert (settings.overlap_poll, settings.overlap_wide) == (
        Overlaps().poll.total_seconds(),
        Overlaps().wide.total_seconds(),
    )


def test_the_documented_table_is_true():
    document = DOCUMENT.read_text("utf-8")
    assert document == with_tables(document), "run: python -m workers.settings.table"


MAIL = {"LOONBRUG_SMTP_HOST": "localhost"}


@pytest.mark.parametrize("name", ["LOONBRUG_ALERT_MAIL", "LOONBRUG_PAYROLL_MAIL", "LOONBRUG_OFFICE_MAIL"])
def test_an_address_that_is_none_is_told_at_the_start_by_its_setting(name):
    [line] = problems(MAIL | {name: f"ops@example.nl,{CANARY} at example.nl"})
    assert line.startswith(f"{name}: is no mail address")
    assert CANARY not in line


def test_a_sender_that_is_no_address_is_told_at_the_start():
    [line] = problems(MAIL | {"LOONBRUG_SMTP_FROM": "loonbrug"})
    assert line.startswith("LOONBRUG_SMTP_FROM: is no mail address")


def test_addresses_may_have_names_and_letters_of_any_alphabet():
    text = '"Jansen, Jan" <jan@example.nl>, Ops Team <ops@m\u00fcller.example>, j\u00fcrgen@example.nl'
    settings = read_settings(MAIL | {"LOONBRUG_ALERT_MAIL": text})
    assert settings.alert_mail == (
        '"Jansen, Jan" <jan@example.nl>',
        "Ops Team <ops@m\u00fcller.example>",
        "j\u00fcrgen@example.nl",
    )


SAVED = {
    "with a mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "on Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "both": lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    "as Unicode": lambda text: text.replace("\n", "\r\n").encode("utf-16"),
    "as Unicode big endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "as Unicode without a mark": lambda text: text.encode("utf-16-le"),
}


@pytest.mark.parametrize("saved", SAVED.values(), ids=SAVED)
@pytest.mark.parametrize("name", ["LOONBRUG_AFAS_TOKEN", "LOONBRUG_METRICS_TOKEN", "LOONBRUG_SMTP_PASSWORD"])
def test_a_secret_that_an_editor_on_windows_saved_is_read(saved, name, tmp_path):
    file = tmp_path / "secret"
    file.write_bytes(saved(f"{CANARY}\n"))
    settings = read_settings({f"{name}_FILE": str(file)})
    assert getattr(settings, name.removeprefix("LOONBRUG_").lower()).get_secret_value() == CANARY


@pytest.mark.parametrize("saved", SAVED.values(), ids=SAVED)
def test_settings_that_an_editor_on_windows_saved_are_read(saved, tmp_path):
    file = tmp_path / "x.toml"
    file.write_bytes(saved('name = "proef"\n# einde\nworkers = 3\n'))
    settings = read_settings({"LOONBRUG_CONFIG": str(file)})
    assert (settings.name, settings.workers) == ("proef", 3)


def test_variables_out_of_a_file_from_windows_are_read():
    settings = read_settings({"\ufeffLOONBRUG_NAME": "proef\r", "LOONBRUG_AFAS_TOKEN": f"{CANARY}\r"})
    assert settings.name == "proef"
    assert settings.afas_token
    assert settings.afas_token.get_secret_value() == CANARY


@pytest.mark.parametrize("inside", ["a\nb", "a\rb", "a\x00b", "a\u200bb", "a\u2028b", "a\x7fb", "a\ufeffb"])
def test_what_cannot_stand_in_a_header_is_refused_in_one_line(inside, tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"{CANARY}{inside}", "utf-8", newline="")
    [line] = problems({"LOONBRUG_AFAS_TOKEN_FILE": str(file)})
    assert line.startswith("LOONBRUG_AFAS_TOKEN: holds a line end or a mark that cannot be seen")
    assert CANARY not in line


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"caf\xe9", b"\x80\x81\x82"])
def test_a_file_in_another_encoding_is_one_line(content, tmp_path):
    file = tmp_path / "secret"
    file.write_bytes(content)
    [line] = problems({"LOONBRUG_AFAS_TOKEN_FILE": str(file)})
    assert line == "LOONBRUG_AFAS_TOKEN_FILE: its file is not saved as UTF-8; save it as UTF-8"
    [line] = problems({"LOONBRUG_CONFIG": str(file)})
    assert line.endswith("is not saved as UTF-8; save it as UTF-8")


def test_a_token_with_letters_that_no_header_bears_is_refused_in_one_line():
    [line] = problems({"LOONBRUG_AFAS_TOKEN": f"{CANARY}\u00e9\u20ac"})
    assert line.startswith("LOONBRUG_AFAS_TOKEN: ")
    assert CANARY not in line


def test_a_token_of_profit_that_was_saved_on_several_lines_is_one(tmp_path):
    file = tmp_path / "token"
    file.write_bytes(b"<token>\r\n  <version>1</version>\r\n  <data>ABC</data>\r\n</token>\r\n")
    token = read_settings({"LOONBRUG_AFAS_TOKEN_FILE": str(file)}).afas_token
    assert token
    assert token.get_secret_value() == "<token><version>1</version><data>ABC</data></token>"


def test_the_words_of_onboarding_are_settings_and_the_old_ones_their_defaults():
    assert read_settings({}).task_words == TaskWords()
    chosen = read_settings({"LOONBRUG_ONBOARDING_SIGN": "handtekening, paraaf"}).task_words
    assert chosen == replace(TaskWords(), sign=("handtekening", "paraaf"))


@pytest.mark.parametrize("words", ["a,,b", "tekenen,", " , ", "x"])
def test_an_empty_word_would_be_a_part_of_every_name_and_is_refused(words):
    assert all(
        line.startswith("LOONBRUG_ONBOARDING_SIGN: ")
        for line in problems({"LOONBRUG_ONBOARDING_SIGN": words})
    )
