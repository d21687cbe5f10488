"""Answers: questions that every door asks alike, read from the lake's tables."""
