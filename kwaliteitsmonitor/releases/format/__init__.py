"""The format of a release: manifest, hashes, places, references, the catalog, and how one is published whole."""
