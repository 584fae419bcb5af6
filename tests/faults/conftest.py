"""What tests of faults share."""

from tests.faults.cluster import cluster as cluster
