"""The models that can write an answer, each behind the same port."""
