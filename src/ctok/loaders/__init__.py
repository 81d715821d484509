"""One module a file format; each turns a file into a VocabSpec and needs no compiled code."""
