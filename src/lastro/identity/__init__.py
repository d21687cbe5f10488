"""Who asks and what they may: passwords, second factors, tokens, keys, scopes, the audit chain."""
