"""ctok.compat beside the libraries whose place it takes."""
