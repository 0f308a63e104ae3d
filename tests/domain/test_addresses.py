"""Addresses of evidence are text that says where they really lead."""

import pytest

from bot.domain.addresses import shown_address


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://carrier.example.com/a?b=c#d", "https://carrier.example.com/a?b=c#d"),
        ("HTTP://EXAMPLE.COM/", "HTTP://EXAMPLE.COM/"),
        ("https://раypal.com/", "https://раypal.com/ (leads to xn--ypal-43d9g.com)"),
        ("https://bank.com@evil.example/", "https://bank.com@evil.example/ (leads to evil.example)"),
        ("javascript:alert(1)", "javascript:alert(1) (not a web address)"),
        ("mailto:ceo@example.com", "mailto:ceo@example.com (not a web address)"),
        ("slack://channel?id=1", "slack://channel?id=1 (not a web address)"),
        ("tel:+491234", "tel:+491234 (not a web address)"),
        ("https://", "https:// (not a web address)"),
        ("see page 5", "see page 5 (not a web address)"),
        ("https://[::1", "https://[::1 (not an address)"),
        ("https://a\u202eb.example/", "https://a⟨U+202E⟩b.example/ (leads to an unreadable host)"),
        (f"https://{'ä' * 80}.example/", f"https://{'ä' * 80}.example/ (leads to an unreadable host)"),
        ("https://a.example/\n\nApproved", "https://a.example/ Approved"),
    ],
)
def test_an_address_tells_where_it_leads(url: str, shown: str) -> None:
    assert shown_address(url) == shown
