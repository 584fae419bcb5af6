"""Who delivered what, what is missing or late, and what that means for the figures."""
