"""What changed between two releases, figure by figure, and why."""
