"""Words into calls: the commands typed at a prompt; nothing is computed here."""
