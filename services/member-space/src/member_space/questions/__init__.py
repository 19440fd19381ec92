"""Questions: threads between a member and the desk, with attachments and unread marks."""
