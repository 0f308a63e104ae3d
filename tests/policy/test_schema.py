"""Every kind of mistake inside a block gets a sentence with its line and what to write instead."""

import pytest

from bot.policy import parse_policy
from tests.policy.samples import changed, complaints

MISTAKES = [
    ("500 EUR", "-5 EUR", '"-5 EUR" is no amount of money; write one such as "500 EUR".'),
    ("500 EUR", "500 euros", '"euros" is no currency; write its ISO code, such as "500 EUR".'),
    ("500 EUR", "true", '"True" is no amount of money; write one such as "500 EUR".'),
    ("slack: U01ANN", "slack: ann", '"ann" is no Slack member id; open the profile in Slack,'),
    ("slack: U01ANN", "slack: [U01ANN, ben]", '"ben" is no Slack member id; open the profile in Slack,'),
    ("slack: U01ANN", "slack: [[U01ANN]]", "This has to be a text, not a list or a block."),
    ("slack: U01ANN", 'slack: "@ann"', '"@ann" is no Slack member id;'),
    ("slack: U01ANN", "slack: 123", '123 has to be a text; put it in quotes: "123".'),
    ("slack: U01ANN", "slack: ''", "This is empty; write a value or remove the line."),
    ("teams: 00000000-0000-0000-0000-0000000000a1", "teams: ann@example.com", "is no Entra object id;"),
    ("{members: [ann, ben]}", "{members: ann}", '"ann" has to be a list, such as [ann, ben].'),
    ("{members: [ann, ben]}", "[ann, ben]", 'This has to be a block of "key: value" lines.'),
    ("{members: [ann, ben]}", "", 'This is empty; it has to be a block of "key: value" lines.'),
    (
        "{members: [ann, ben]}",
        "{slack_usergroup: legal}",
        '"legal" is no user group of Slack; write its handle',
    ),
    ("{members: [ann, ben]}", "{slack_usergroup: U01ANN}", '"U01ANN" is no user group of Slack;'),
    ("{members: [ann, ben]}", "{teams_team: A/B/C}", '"A/B/C" is no team of Teams; write its name or its'),
    ("open_requests: 20", "open_requests: 0", '"0" has to be 1 or more.'),
    ("open_requests: 20", "open_requests: 9999999", '"9999999" has to be 1000000 or less.'),
    ("open_requests: 20", "open_requests: '20'", '"20" has to be a whole number.'),
    ("open_requests: 20", "open_requests: true", '"true" has to be a whole number.'),
    ("open_requests: 20", "open_requests: 20\n    actions_: []", '"actions_" is not known here.'),
    ("open_requests: 20", "budget: {}", "This budget limits nothing; give automatic_per_day, amount_per_day"),
    ("open_requests: 20", "budget: {automatic_per_day: -1}", '"-1" has to be 0 or more.'),
    ("open_requests: 20", "budget: {amount_per_day: 500}", '"500" needs a currency, such as "500 EUR".'),
    ("open_requests: 20", "budget: {amount_per_day: 1000000000000 EUR}", "beyond what can be counted"),
    ('actions: ["refund.*", credit.issue, order.read]', "actions: []", "This is empty; write at least one"),
    ('actions: ["refund.*", credit.issue, order.read]', "actions: [a b]", '"a b" is no pattern of action'),
    ('"https://agents.example.com/placet"', "agents.example.com", '"agents.example.com" is no address;'),
    ('"https://agents.example.com/placet"', "'http://[1'", '"http://[1" is no address;'),
    (
        '"https://agents.example.com/placet"',
        "https://me:secret@a.example",
        "carries no user name or password",
    ),
    ("[agents.example.com,", '["https://agents.example.com",', "is no host; write one such as"),
    (
        "{owner: ann, effect: read}",
        "{effect: read}",
        '"owner" is missing; name the person who answers for it',
    ),
    ("effect: read", "effect: reads", '"reads" is not known here; write read or write.'),
    ("reversible: false", "reversible: no", '"no" has to be true or false.'),
    ("reversible: false", "impact: huge", '"huge" is not known here; write low, medium or high.'),
    ("order.read: {", '"order.*": {', '"order.*" is a pattern; an entry describes one action'),
    ("[context.subject]", "[context.subjct]", 'no part of a review packet. Did you mean "context.subject"?'),
    ("amount: arguments.amount\n", "amount: amount\n", '"amount" is not a path into the arguments;'),
    ("currency: EUR", "currency: euro", '"euro" is neither a path such as arguments.currency nor a code'),
    (
        "order {order}",
        "order {0.__class__}",
        '"{0.__class__}" names no argument; write {name} or {name.part}',
    ),
    ("order {order}", "order {order", '"{" names no argument;'),
    ("{type: object,", "{type: objekt,", "This is not a JSON Schema at type: 'objekt' is not valid"),
    ("[arguments.card_number]", "[card_number]", '"card_number" is not a path into the arguments;'),
    ("valid_for: 1h", "valid_for: 0s", '"0s" has to be longer than nothing and at most 366 days.'),
    ("valid_for: 1h", "valid_for: 999d", '"999d" has to be longer than nothing and at most 366 days.'),
    ("name: credits, ", "", '"name" is missing; give it a name.'),
    ("name: credits, ", "name: credits, when: 'a >', ", "This is no condition in CEL near character 4;"),
    (
        "name: credits, ",
        "name: credits, when: impct.amount > 1, ",
        'Nothing that is submitted is called "impct".',
    ),
    (
        "routes:\n",
        "rules: [{name: x, owner: ann, why: Y., then: maybe}]\nroutes:\n",
        '"maybe" is nothing that',
    ),
    ("from: [ann, ben]}", "from: []}", "This is empty; say whose votes count, such as from: [ann, ben];"),
    (", from: [ann, ben]}", "}", '"from" is missing; say whose votes count'),
    ("approve: 1, reject: 1", "approve: 0, reject: 1", '"0" has to be 1 or more.'),
    (
        '"slack:#support", "web:support"',
        '"#support"',
        '"#support" needs its platform in front, such as "slack:',
    ),
    ('"slack:#support", "web:support"', '"slak:#support"', '"slak" is no platform. Did you mean "slack"?'),
    ('"slack:#support", "web:support"', "support", '"support" is no target; write "slack:#support", "web:'),
    ('"slack:#support", "web:support"', '"slack:support"', '"slack:support" is no Slack channel;'),
    ('"slack:#support", "web:support"', '"teams:Support"', '"teams:Support" is no Teams channel;'),
    ('"slack:#support", "web:support"', '"web:a b"', '"web:a b" is no channel of the browser inbox;'),
    ('"slack:#support", "web:support"', "", "This is empty; say who is asked, such as"),
    ('["slack:#support", "web:support"], ', '"slack:#support", ', "has to be a list, such as [ann, ben]."),
    (", wait: 15m}]", "}]", '"wait" is missing; say how long to wait before going on'),
    ("repeat: 1", "repeat: -1", '"-1" has to be 0 or more.'),
    ("days: mon-fri", "days: monn", '"monn" names no days; write mon-fri or mon, wed, fri.'),
    ('from: "09:00"', 'from: "9 am"', '"9 am" is no time of day; write one from "00:00" to "23:59".'),
    ('to: "18:00"', 'to: "24:00"', '"24:00" is no time of day;'),
    ('to: "18:00"', "to: 08:00", "These hours are empty: they end before they begin."),
    ("Europe/Berlin", "Europe/Berlyn", '"Europe/Berlyn" is no time zone. Did you mean "Europe/Berlin"?'),
]


@pytest.mark.parametrize(("old", "new", "sentence"), MISTAKES, ids=[mistake[1][:40] for mistake in MISTAKES])
def test_a_mistake_is_told_with_its_line_and_remedy(old: str, new: str, sentence: str) -> None:
    line = changed(old, "\0").split("\0")[0].count("\n") + 1

    said = complaints(changed(old, new))

    assert len(said) == 1, said
    assert sentence in said[0]
    assert abs(int(said[0].split()[2].rstrip(",:")) - line) <= 1


@pytest.mark.parametrize(
    ("days", "numbers"),
    [("mon-fri", (1, 2, 3, 4, 5)), ("fri-mon", (1, 5, 6, 7)), ("[monday, wed]", (1, 3)), ("Sunday", (7,))],
)
def test_days_are_written_as_people_write_them(days: str, numbers: tuple[int, ...]) -> None:
    hours = parse_policy(changed("mon-fri", days)).escalations["finance"].hours

    assert hours is not None
    assert hours.days == numbers
