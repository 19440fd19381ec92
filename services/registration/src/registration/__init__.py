"""The member register, account requests, captcha and letter policy (design §2)."""
