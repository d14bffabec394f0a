"""Bridges to other people's programs: a module a program, each an optional extra."""
