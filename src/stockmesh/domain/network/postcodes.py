"""From a postcode as people type it to the postal area that decisions and books hold.

The area is the outcode in Great Britain and its neighbours, the routing key in Ireland, the first three signs in
Canada and Malta, four digits in the Netherlands, five in the United States, and the whole code elsewhere.
"""

import re
import unicodedata
from typing import Final, NamedTuple

from stockmesh.domain.network.countries import country_code
from stockmesh.domain.network.refusals import UnknownPostcode

# Digits of a country's postal codes; leading zeros that a spreadsheet ate are put back up to this length.
DIGITS: Final = {
    "AD": 3, "AT": 4, "AX": 5, "BE": 4, "BG": 4, "CH": 4, "CY": 4, "CZ": 5, "DE": 5, "DK": 4, "EE": 5, "ES": 5,
    "FI": 5, "FO": 3, "FR": 5, "GF": 5, "GL": 4, "GP": 5, "GR": 5, "GU": 5, "HR": 5, "HU": 4, "IS": 3, "IT": 5,
    "LI": 4, "LT": 5, "LU": 4, "LV": 4, "MC": 5, "MQ": 5, "NL": 4, "NO": 4, "PL": 5, "PM": 5, "PR": 5, "PT": 7,
    "RE": 5, "RO": 6, "SE": 5, "SI": 4, "SJ": 4, "SK": 5, "SM": 5, "US": 5, "VA": 5, "VI": 5, "YT": 5,
}  # fmt: skip

OUTCODES: Final = frozenset({"GB", "JE", "GG", "IM", "GI"})
FIRST_THREE: Final = frozenset({"IE", "CA", "MT"})

# Countries whose table of postal areas we carry: there a postcode is expected, except in Ireland.
TABLED: Final = frozenset(DIGITS.keys() | OUTCODES | FIRST_THREE) - {"GR"}
OPTIONAL: Final = frozenset({"IE"})

# Letters put before the digits beside the ISO code: the old vehicle signs.
SIGNS: Final = {
    "AT": "A", "AX": "FI", "BE": "B", "DE": "D", "ES": "E", "FI": "FIN", "FR": "F", "GR": "EL", "HU": "H", "IT": "I",
    "LI": "FL", "LU": "L", "NO": "N", "PT": "P", "SE": "S", "SI": "SLO", "SM": "I", "US": "USA", "VA": "I",
}  # fmt: skip

# A British form sends the Crown dependencies as GB; they are countries of their own to customs and carriers.
CROWN: Final = {"JE": "JE", "GY": "GG", "IM": "IM"}

WRITTEN_MAX: Final = 16  # signs of the longest postcode with its trimmings: `FR-92070 CEDEX 12`

_OTHER_SIGNS: Final = re.compile(r"[^0-9A-Z]+")
_DIGITS_AFTER_SIGN: Final = re.compile(r"([A-Z]*)([0-9]+)")
_OUTCODE: Final = re.compile(r"([A-Z]{1,2})([0-9]{1,2})([A-Z]?)")
_FORMS: Final = {
    "IE": re.compile(r"[A-Z][0-9][0-9W]"),
    "CA": re.compile(r"[A-Z][0-9][A-Z]"),
    "MT": re.compile(r"[A-Z]{3}"),
    "PT": re.compile(r"[0-9]{4}(?:[0-9]{3})?"),
}
_ANY_FORM: Final = re.compile(r"(?=.*[0-9])[0-9A-Z]{2,10}")


class PostalArea(NamedTuple):
    """A country and the normalised area in it; the area is empty when nothing usable was typed."""

    country: str
    area: str


def postal_area(country: str, postcode: str) -> PostalArea:
    """The area a postcode lies in, in the table's own spelling; never refuses a postcode. Raises UnknownCountry."""
    code = country_code(country)
    written = _OTHER_SIGNS.sub("", _upper(postcode))
    if code in DIGITS:
        return PostalArea(code, _digit_area(code, written))
    if code in OUTCODES:
        return _outcode_area(code, written)
    if code in FIRST_THREE:
        return PostalArea(code, _without_own_code(code, written)[:3])
    return PostalArea(code, written)


def is_postal_area(country: str, area: str) -> bool:
    """Whether an area has the form of its country. `country` is an ISO code."""
    if country in _FORMS:
        return _FORMS[country].fullmatch(area) is not None
    if country in DIGITS:
        return len(area) == DIGITS[country] and area.isdigit()
    if country in OUTCODES:
        return _OUTCODE.fullmatch(area) is not None
    return _ANY_FORM.fullmatch(area) is not None


def ensure_postcode(country: str, postcode: str) -> PostalArea:
    """The area of a postcode that has its country's form, or UnknownPostcode; UnknownCountry for the country.

    Without a postcode an address passes in Ireland and wherever we have no postal table.
    """
    place = postal_area(country, postcode)
    written = postcode.strip()
    if not written and (place.country not in TABLED or place.country in OPTIONAL):
        return place
    if len(written) > 2 * WRITTEN_MAX or not _fits(place, written):
        raise UnknownPostcode(country=place.country, postcode=written[:40])
    return place


def shorter_areas(country: str, area: str) -> list[str]:
    """What a longer area may be looked up as instead, longest first.

    Letters and number of an outcode stay whole: `W1A` is in `W1` and in `W`, but `IV12` is not in `IV1`.
    """
    if country in OUTCODES:
        parts = _OUTCODE.match(area)
        if parts is None:
            return []
        letters, number, _ = parts.groups()
        return [shorter for shorter in (letters + number, letters) if shorter != area]
    return [area[:length] for length in range(min(len(area) - 1, WRITTEN_MAX), 0, -1)]


def _upper(postcode: str) -> str:
    """Capital letters and plain digits, also from full-width forms."""
    return postcode.upper() if postcode.isascii() else unicodedata.normalize("NFKC", postcode).upper()


def _fits(place: PostalArea, written: str) -> bool:
    signs = len(_OTHER_SIGNS.sub("", _upper(written)))
    whole = 7 if place.country in OUTCODES | FIRST_THREE else WRITTEN_MAX
    return signs <= whole + len(place.country) and is_postal_area(place.country, place.area)


def _digit_area(country: str, written: str) -> str:
    """The leading digits, after the country's own sign, at the country's length."""
    found = _DIGITS_AFTER_SIGN.match(written)
    if found is None or (found[1] and found[1] not in (country, SIGNS.get(country))):
        return ""
    digits = found[2]
    # ZIP+4, of which a spreadsheet may have eaten two zeros.
    if country in ("US", "PR", "VI", "GU") and 7 <= len(digits) <= 9:
        return digits.zfill(9)[:5]
    if country == "NL":
        return digits[:4]
    # No Portuguese code begins with a zero; four digits are the old, shorter form.
    return digits if country == "PT" else digits.zfill(DIGITS[country])


def _outcode_area(country: str, written: str) -> PostalArea:
    """The outcode, under the country it belongs to when a Crown dependency was written as GB."""
    bare = _without_own_code(country, written) if country in ("GB", "GI") else written
    outcode = bare[:-3] if len(bare) >= 5 else bare
    parts = _OUTCODE.match(outcode) if country != "GI" else None
    return PostalArea(CROWN.get(parts[1], country) if parts and country == "GB" else country, outcode)


def _without_own_code(country: str, written: str) -> str:
    """What stands after the ISO code, unless the text is a postcode as it is: `MTF 1000` is Mtarfa in Malta."""
    if not written.startswith(country) or is_postal_area(country, written[:3]):
        return written
    return written[len(country) :]
