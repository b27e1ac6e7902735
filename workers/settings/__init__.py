"""What the operator decides, from the environment and ``loonbrug.toml``; checked before anything starts.

One module per subject; ``Settings`` joins them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from workers.settings.afas import AfasSettings, AfasWordsSettings, missing_for_afas
from workers.settings.console import ConsoleSettings
from workers.settings.cutoff import CutoffSettings
from workers.settings.flows import INTERVALS, ReadingSettings, WritingSettings
from workers.settings.onboarding import OnboardingSettings
from workers.settings.processes import ProcessSettings, StoreSettings
from workers.settings.sources import as_line, read_sources
from workers.settings.subject import Subject
from workers.settings.telling import TellingSettings
from workers.settings.wrong import SettingsWrong

__all__ = ["INTERVALS", "SUBJECTS", "Settings", "SettingsWrong", "missing_for_afas", "read_settings"]


class Settings(
    AfasSettings,
    AfasWordsSettings,
    OnboardingSettings,
    ReadingSettings,
    WritingSettings,
    CutoffSettings,
    ConsoleSettings,
    TellingSettings,
    StoreSettings,
    ProcessSettings,
):
    """Everything that can be set."""


SUBJECTS = [each for each in Settings.__bases__ if issubclass(each, Subject)]


def read_settings(environ: Mapping[str, str] | None = None, **chosen: Any) -> Settings:
    """The settings of this process; ``chosen`` goes before the environment. Raises SettingsWrong."""
    found, problems = read_sources(Settings.model_fields, os.environ if environ is None else environ)
    values = found | chosen
    problems += [problem for subject in SUBJECTS for problem in subject.at_odds(values)]
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [as_line(problem) for problem in error.errors(include_input=False, include_url=False)]
    if problems:
        raise SettingsWrong(problems)
    return settings
