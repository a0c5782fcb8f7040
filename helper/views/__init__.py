"""The pages, a module for each kind: a frozen view, the function that makes it, and a template."""
