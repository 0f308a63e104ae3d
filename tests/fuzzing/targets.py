"""Everything that is tried."""

from tests.fuzzing import (
    callback_urls,
    escapers,
    json_door,
    mention_grammar,
    policy_loader,
    slack_parsers,
    teams_parsers,
)

TARGETS = (
    json_door.TARGET,
    slack_parsers.TARGET,
    teams_parsers.TARGET,
    mention_grammar.TARGET,
    escapers.TARGET,
    policy_loader.TARGET,
    callback_urls.TARGET,
)
