"""Looks at the receivers of callbacks for a doctor; no callback is sent."""
