"""What the desk asks of the services about their messages, and the pages that show it (decision 0029)."""
