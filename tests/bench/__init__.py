"""The frame of the figures: what it says about numbers is as right as they are."""
