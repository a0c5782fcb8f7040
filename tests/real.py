"""The guides as they are shipped, loaded once for all tests."""

from helper import data_dir
from helper.loading.folder import load

LOADED = load(data_dir("trees"))
CONTENT = LOADED.content
