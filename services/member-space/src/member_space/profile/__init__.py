"""What we hold about a person, their data to take along, and the end of the account. Nobody acts here for another."""
