"""The tests, as a package: mirrored to the tree, helpers beside them."""
