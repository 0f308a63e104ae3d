"""Pictures of cards and type checks of Block Kit, made by tools that are not the product."""
