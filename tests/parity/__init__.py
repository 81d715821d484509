"""ctok beside other libraries: equal ids on real and on nasty text."""
