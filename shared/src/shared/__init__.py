"""What every service stands on: contracts, messaging, database, web, security, observability."""
