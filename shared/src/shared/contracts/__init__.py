"""What two services must agree on to the letter: events, number forms, provisional-password form, postal zones."""
