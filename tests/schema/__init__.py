"""The running product held to its own OpenAPI document by generated requests."""
