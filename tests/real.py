"""The guides as they are shipped, loaded once for all tests."""

from helper import shipped
from helper.loading.folder import load

LOADED = load(shipped("trees"))
CONTENT = LOADED.content
