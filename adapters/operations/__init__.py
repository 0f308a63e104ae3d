"""What operators and their monitoring ask over HTTP."""
