"""A whole account: everything the product keeps of a person, to be exported or deleted."""
