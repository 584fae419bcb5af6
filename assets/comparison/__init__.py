"""What figures are set beside: targets, the country, the national themes, and other groupings of the measures."""
