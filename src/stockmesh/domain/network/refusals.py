"""What the world's facts do not allow: countries that do not exist, postcodes that cannot be."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class UnknownCountry(Refusal):
    country: str
    code = "unknown_country"
    text = "Country {country!r} is not one we know. Use an ISO 3166 code such as GB, DE or US, or its English name."


@dataclass(eq=False)
class UnknownPostcode(Refusal):
    country: str
    postcode: str
    code = "unknown_postcode"
    text = "{postcode!r} is not a postcode of {country}. Write it as it stands on a letter, for example {example}."

    @property
    def example(self) -> str:
        """A postcode of that country, or a few words where we have none at hand."""
        return _EXAMPLES.get(self.country, "as the country's post writes it")

    def facts(self) -> dict[str, str]:
        """The attributes that explain the refusal, with an example of what is wanted."""
        return {"country": self.country, "postcode": self.postcode, "example": self.example}


_EXAMPLES = {
    "GB": "SW1A 1AA", "IE": "D02 AF30", "NL": "1012 AB", "DE": "10115", "FR": "75008", "ES": "28013", "IT": "00184",
    "PT": "1100-148", "PL": "00-001", "SE": "111 22", "US": "10001", "CA": "K1A 0B1", "MT": "VLT 1117", "AT": "1010",
    "BE": "1000", "DK": "1050", "CH": "8001", "JE": "JE2 3AB", "GG": "GY1 1AA", "IM": "IM1 1AA",
}  # fmt: skip
