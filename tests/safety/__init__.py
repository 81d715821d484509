"""The C headers by themselves."""
