"""Files that people or the desk attached: kept in the database, given back to their people only (decision 0025)."""
