"""« Sécurité de mon compte »: what its owner sees and changes of how the account is entered."""
