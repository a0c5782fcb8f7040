"""The server: pages at their addresses, kept while they are good, made anew when the files change."""
