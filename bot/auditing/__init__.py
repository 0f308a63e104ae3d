"""The audit for readers: events as sentences, and as what security monitoring takes in."""
