"""How it is told: words, tables, pictures and one document made from a finished study; nothing is simulated here."""
