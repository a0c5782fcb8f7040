"""Screens in waiting rooms."""
