"""Sites that recruit, and how far a person lives from the nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from registry_api.trials.ctgov import Site, StudyStatus

EARTH_RADIUS_KM = 6371.0088
"""The mean radius of the Earth (IUGG)."""
_KM_A_DEGREE = radians(1) * EARTH_RADIUS_KM * 0.999
"""Of latitude, a little less than it is, so that rounding leaves no site out."""


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in kilometres between two places in degrees, by the haversine formula."""
    p1, p2 = radians(lat1), radians(lat2)
    h = sin((p2 - p1) / 2) ** 2 + cos(p1) * cos(p2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest recruiting site whose place is known."""

    site: Site
    km: float


class RecruitingSites:
    """The sites of one study whose own status is RECRUITING."""

    def __init__(self, sites: Sequence[Site]) -> None:
        recruiting = [site for site in sites if site.status is StudyStatus.RECRUITING]
        self._placed = [
            (site, site.lat, site.lon) for site in recruiting if site.lat is not None and site.lon is not None
        ]
        self.any = bool(recruiting)
        self.all_placed = len(self._placed) == len(recruiting)

    def is_within(self, km: float, lat: float, lon: float) -> bool:
        """Whether a recruiting site is so near to a place in degrees."""
        degrees = km / _KM_A_DEGREE
        return any(
            abs(site_lat - lat) <= degrees and distance_km(lat, lon, site_lat, site_lon) <= km
            for _, site_lat, site_lon in self._placed
        )

    def nearest(self, lat: float, lon: float) -> Near | None:
        """The nearest site from a place in degrees; None where no recruiting site has a place."""
        best: Near | None = None
        for site, site_lat, site_lon in self._placed:
            km = distance_km(lat, lon, site_lat, site_lon)
            if best is None or km < best.km:
                best = Near(site, km)
        return best
