"""The whole site as files, for any host that serves files."""
