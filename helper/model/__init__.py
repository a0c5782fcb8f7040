"""The words of the project as frozen values. They do no input or output."""
