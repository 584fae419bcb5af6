"""The profile of an institution: everything that differs between institutions, as data in one folder."""

from __future__ import annotations

from schemas.profile.feeds import Feed, Source
from schemas.profile.indicators import Indicator, Term
from schemas.profile.loading import load_profile, profile_folder
from schemas.profile.models import Profile

__all__ = ["Feed", "Indicator", "Profile", "Source", "Term", "load_profile", "profile_folder"]
