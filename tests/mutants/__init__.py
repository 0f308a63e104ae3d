"""The code broken on purpose, one small thing at a time: the tests have to notice each."""
