"""Text of Slack's as a reader sees it."""


def read(text: str) -> str:
    """Text as a reader sees it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
