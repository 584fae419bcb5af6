"""Rules over rows: results, verdicts kept by digest, and Great Expectations, which judges in a process of its own."""
