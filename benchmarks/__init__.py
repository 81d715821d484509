"""What ctok's speed is, beside other tokenizers'; see __main__.py."""
