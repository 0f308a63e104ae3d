"""Hand-written stand-ins for the outside: clock, Slack, agent."""
