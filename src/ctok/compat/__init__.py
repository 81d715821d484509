"""Other tokenizers' signatures over ctok: modules that take the place of theirs."""
