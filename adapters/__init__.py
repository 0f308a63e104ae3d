"""One package per outside party; none of them knows another."""
