"""Sign-in by OAuth2: consent, tokens that are kept and renewed, and what each refusal asks a person to do."""
