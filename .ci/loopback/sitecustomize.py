"""Put on PYTHONPATH, keeps every Python process that starts on this machine."""

from tests.loopback import stay_on_loopback

stay_on_loopback()
