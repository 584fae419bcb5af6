"""Making figures public: the disclosure gate, the gate of critical rules, and the release that appears in one step."""
