"""A number is one number however a gateway writes it; what cannot be told apart keeps no plus sign."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.channels.phone_numbers import international
from app.channels.smpp_pdu import read_deliver
from app.channels.smpp_phones import Phones
from app.channels.smpp_settings import SmppSettings

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SPANISH = "+34600100101"


def settings(**more: str) -> SmppSettings:
    given = {"host": "127.0.0.1", "system_id": "t", "source": "55501", **more}
    return SmppSettings.model_validate(given)


def stop_from(source: str, ton: int) -> bytes:
    """A deliver_sm from a phone that says STOP."""
    head = b"\0" + bytes([ton, 1]) + source.encode() + b"\0" + bytes([1, 1]) + b"55501\0"
    return head + bytes([0, 0, 0]) + b"\0\0" + bytes([0, 0, 0, 0, 4]) + b"STOP"


class TestInternational:
    @pytest.mark.parametrize(
        ("written", "ton"),
        [
            ("34600100101", 1),
            ("34600100101", 0),
            ("+34600100101", 1),
            ("+34 600 100 101", 0),
            ("0034600100101", 1),
            ("0034600100101", 0),
            ("(0034) 600-100-101", 0),
            ("600100101", 2),
            ("600100101", 0),
            ("600100101", 1),  # gateways that call everything international
        ],
    )
    def test_a_stop_counts_for_the_number_however_the_gateway_writes_it(self, written: str, ton: int) -> None:
        """With its country, with 00, with the type of number alone, and as people of the country write it."""
        told = Phones(settings(country="ES").regions).read(read_deliver(stop_from(written, ton)), NOW)
        assert told is not None
        assert [(one.number, one.stopped) for one in told.opt_outs] == [(SPANISH, True)]

    @pytest.mark.parametrize(
        ("written", "ton", "region", "number"),
        [
            ("0612345678", 0, "FR", "+33612345678"),
            ("0049 1512 3456789", 0, "FR", "+4915123456789"),
            ("2025550199", 2, "US", "+12025550199"),
            ("12025550199", 0, "ES", "+12025550199"),
            ("01134600100101", 0, "US", SPANISH),
        ],
    )
    def test_the_country_says_how_a_short_number_is_meant(
        self, written: str, ton: int, region: str, number: str
    ) -> None:
        """National numbers are that country's; whole ones are of any."""
        assert international(written, ton, (region,)) == number

    @pytest.mark.parametrize(
        ("written", "ton"),
        [("600100101", 0), ("600100101", 1), ("0612345678", 0), ("55501", 3), ("55501", 0), ("INFO", 5)],
    )
    def test_what_cannot_be_told_is_left_as_it_came(self, written: str, ton: int) -> None:
        """No country is made up for it: an opt-out under a made-up number stops nobody."""
        assert international(written, ton) == written

    def test_our_own_number_says_which_country_is_meant(self) -> None:
        """Unless the settings name another."""
        assert settings(source="+34600100100").regions == ("ES",)
        assert settings(source="+34600100100", country="FR").regions == ("FR",)
        assert settings().regions == ()
