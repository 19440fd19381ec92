"""Files that people send: which are accepted, and the check of what they really are, in a process of its own."""
