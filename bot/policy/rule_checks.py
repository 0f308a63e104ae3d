"""Checks of rules: nothing runs by itself on a value that may be absent, or on an amount of any currency."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from bot.domain.history import AMOUNTS, OF_SUBJECT
from bot.domain.matching import matches
from bot.domain.status import Mode
from bot.policy.cel_tree import Both, Has, Read, walked
from bot.policy.findings import Finding, warning
from bot.policy.paths import Path as ArgumentPath
from bot.policy.presence import ELEMENT, Known, Path, shown, unguarded
from bot.policy.reading import HISTORY, named_actions
from bot.policy.rule_block import RuleBlock
from bot.policy.rule_conditions import RuleCondition
from bot.policy.schema import ActionBlock, Document
from bot.policy.scope_checks import is_reversible
from bot.spelling import listed

_ARGUMENTS: Path = ("action", "arguments")
_AMOUNT = ("impact", "amount")
_CURRENCY = ("impact", "currency")
#: facts that an agent claims unless the action's entry says where they are in the arguments
_CLAIMED = {"amount": _AMOUNT, "currency": _CURRENCY}
_HISTORY_REMEDY = "require context.subject.id of the action and derive its currency"
_ACTION = ("action", "name")
_FACTS = frozenset({"agent", HISTORY})
_COMPARING = frozenset({"<", "<=", ">", ">=", "==", "!="})


def values_are_there(document: Document) -> Iterator[Finding]:
    """A rule that lets something run and reads what may be absent, so that it would gate now and then."""
    for index, rule, when in _letting_run(document):
        for value, action in _lacking(when, _meant(document, rule, when)).items():
            yield Finding(place=("rules", index, "when"), sentence=_unsure(value, action))


def claims_let_nothing_run(document: Document) -> Iterator[Finding]:
    """A rule that lets something run by an amount or a currency that its agent merely claims."""
    for index, rule, when in _letting_run(document):
        read = {node.path for node in walked(when.reading.tree) if isinstance(node, Read | Has)}
        for key, path in _CLAIMED.items():
            action = _claimed(key, _actions(document, rule, when)) if path in read else None
            if action is not None:
                yield Finding(
                    place=("rules", index, "when"), sentence=_only_claimed(shown(path), action, key)
                )


def amounts_name_their_currency(document: Document) -> Iterator[Finding]:
    """A rule that lets something run up to an amount, in whatever currency it is."""
    for index, rule, when in _letting_run(document):
        blocks = _meant(document, rule, when).values()
        fixed = bool(blocks) and all(isinstance(block.currency, str) for block in blocks)
        if not fixed and _compares_amounts(when) and _CURRENCY not in when.reading.paths:
            yield Finding(
                place=("rules", index, "when"),
                sentence="This compares an amount without its currency: 50 may be 50 JPY or 50 KWD. Add"
                ' impact.currency == "EUR" &&.',
            )


def claims_are_looked_at(document: Document) -> Iterator[Finding]:
    """A rule by which something runs unseen on nothing but its agent's word about itself."""
    for index, rule, when in _letting_run(document):
        runs_unseen = Mode.AUTO in (rule.then.mode, *(step.mode for step in rule.may_become))
        if rule.shadow or rule.sample or not runs_unseen or any(map(_is_fact, when.reading.paths)):
            continue
        names = sorted(when.reading.paths.values())
        word = f"Nothing but the agent's own word ({listed(names)})" if names else "Nothing of a request"
        yield warning(
            ("rules", index, "when"),
            f"{word} tells what runs here unseen. Add a limit on the arguments or on history, or a sample, so"
            " that somebody notices when it is wrong.",
        )


def there(block: ActionBlock) -> Known:
    """What every request for an action holds, beside what all requests hold."""
    found: set[Path] = {_required(each.attributes, each.keys) for each in block.requires}
    if block.amount is not None:
        found |= {_AMOUNT, _argument(block.amount)}
    if block.currency is not None:
        found |= {_CURRENCY, *((HISTORY, name) for name in AMOUNTS)}
        found |= set() if isinstance(block.currency, str) else {_argument(block.currency)}
    if ("context", "subject", "id") in found:
        found |= {(HISTORY, name) for name in OF_SUBJECT}
    found |= {_argument(path) for path in (block.summary.paths if block.summary else ())}
    required = json.loads(block.arguments.text).get("required", ()) if block.arguments else ()
    return frozenset(found | {(*_ARGUMENTS, str(name)) for name in required})


def _letting_run(document: Document) -> Iterator[tuple[int, RuleBlock, RuleCondition]]:
    for index, rule in enumerate(document.rules):
        if rule.lets_run and rule.when is not None:
            yield index, rule, rule.when


def _actions(document: Document, rule: RuleBlock, when: RuleCondition) -> dict[str, ActionBlock]:
    """The actions that a rule can let run: those it is for that are listed and can be undone."""
    return {name: block for name, block in _listed(document, rule, when).items() if is_reversible(block)}


def _meant(document: Document, rule: RuleBlock, when: RuleCondition) -> dict[str, ActionBlock]:
    """The same, or all that are listed where none of them can be undone: that is told by another check."""
    return _actions(document, rule, when) or _listed(document, rule, when)


def _listed(document: Document, rule: RuleBlock, when: RuleCondition) -> dict[str, ActionBlock]:
    only = named_actions(when.reading.tree)
    return {
        name: block
        for name, block in document.actions.items()
        if matches(rule.match, name) and (only is None or name in only)
    }


def _lacking(when: RuleCondition, actions: Mapping[str, ActionBlock]) -> dict[str, str | None]:
    """What a condition reads unsure that it is there, each with the first action that may lack it."""
    found: dict[str, str | None] = {}
    for name, block in actions.items():
        for value in unguarded(when.reading.tree, there(block)):
            found.setdefault(value, name)
    for path in _CLAIMED.values() if actions else ():
        # Asking has() makes no claim a fact; `claims_let_nothing_run` says so.
        found.pop(shown(path), None)
    return found if actions else dict.fromkeys(unguarded(when.reading.tree))


def _is_fact(path: Path) -> bool:
    """Whether a value is what would run, or what was counted, rather than what an agent says of it."""
    return path[0] in _FACTS or path[:2] in {_AMOUNT, _CURRENCY, _ARGUMENTS, _ACTION}


def _claimed(key: str, actions: Mapping[str, ActionBlock]) -> str | None:
    """The first action whose entry does not say where a fact is."""
    return next((name for name, block in actions.items() if getattr(block, key) is None), None)


def _only_claimed(value: str, action: str, key: str) -> str:
    return (
        f"A rule that lets something run takes nobody's word for {value}, but of a request for {action} it"
        f" is only what its agent says. Derive it with {key} under the action, or narrow match."
    )


def _unsure(value: str, action: str | None) -> str:
    remedy = _HISTORY_REMEDY if value.startswith(f"{HISTORY}.") else None
    of = f" for {action}" if action is not None else ""
    return (
        f"A rule that lets something run is sure of what it reads, but a request{of} may lack {value}. Ask"
        f" has({value}) && before it, {remedy or f'require {value} of the action'}, or narrow match."
        if not value.startswith(ELEMENT)
        else f"A rule that lets something run is sure of what it reads, but {value} may not be there. Read"
        " values by their names."
    )


def _compares_amounts(when: RuleCondition) -> bool:
    return any(
        isinstance(node, Both) and node.sign in _COMPARING and Read(_AMOUNT) in walked(node)
        for node in walked(when.reading.tree)
    )


def _required(attributes: tuple[str, ...], keys: ArgumentPath) -> Path:
    return (*attributes, *_names(keys))


def _argument(path: ArgumentPath) -> Path:
    return (*_ARGUMENTS, *_names(path))


def _names(path: ArgumentPath) -> Iterator[str]:
    """The steps of a path as far as they are names."""
    for part in path:
        if not isinstance(part, str):
            return
        yield part
