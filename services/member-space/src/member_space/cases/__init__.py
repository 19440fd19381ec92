"""Cases: what a member asked for or reported, and what the desk answered. A document, an address, a situation."""
