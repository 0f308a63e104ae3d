"""Names that refer to something else have to refer to something."""

import pytest

from tests.policy.samples import changed, complaints

WRONG = [
    ("escalation_policy: support}", "escalation_policy: suport}", 'Did you mean "support"?'),
    ("escalation_policy: support}", "escalation_policy: x}", '"x" is not under escalation_policies. Add it'),
    ('leads: {ann: ["*"]', 'leads: {eve: ["*"]', '"eve" is not under people.'),
    ("may_route: [vip-refunds]", "may_route: [vip-refund]", 'no route. Did you mean "vip-refunds"?'),
    ("from: [ann, ben]}", "from: [ann, zoe]}", '"zoe" is neither under people nor under groups.'),
    ("from: [finance]", "from: [finanz]", 'nor under groups. Did you mean "finance"?'),
    ("from: [ann]}", "from: [nobody]}", '"nobody" is neither'),
    ('"@finance"', '"@finances"', 'under groups. Did you mean "finance"?'),
    ("finance: {members", "ben: {members", '"ben" is under people too; rename one of them'),
    ("name: credits", "name: vip-refunds", 'Another route is called "vip-refunds" already'),
    ("owner: cat", "owner: catt", '"catt" is not under people. Did you mean "cat"?'),
]


@pytest.mark.parametrize(("old", "new", "sentence"), WRONG, ids=[wrong[1] for wrong in WRONG])
def test_a_name_that_refers_to_nothing_is_told(old: str, new: str, sentence: str) -> None:
    assert any(sentence in said for said in complaints(changed(old, new)))


def test_a_wrong_name_is_told_beside_a_broken_block() -> None:
    said = complaints(changed("from: [ann, ben]}", "from: [ann, zoe], aprove: 1}"))

    assert len(said) == 2
    assert any("zoe" in sentence for sentence in said)
    assert any("aprove" in sentence for sentence in said)
