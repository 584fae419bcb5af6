"""What is derived from a declared `Table`: one module for each form in which a contract is used."""
