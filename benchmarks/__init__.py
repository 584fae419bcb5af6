"""Measurements of the pipeline, as ratios to something simpler measured in the same run."""
