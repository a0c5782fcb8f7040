"""A real nginx in front of an exported folder, with the rules that the export wrote."""

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from ports import PATIENCE, answers, free_port
from programs import installed

PACKAGES = ("nginx-light", "libnginx-mod-http-brotli-static")
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


def program():
    """The program, installed where the system's package manager can."""
    found = installed("nginx", *PACKAGES)
    if not found:
        install = f"apt-get install {' '.join(PACKAGES)}"
        pytest.fail(f"nginx is missing, so nothing was proved about its rules. Try: {install}", pytrace=False)
    return found


@contextmanager
def behind_nginx(folder, root, base="", port=None):
    """The address of nginx that serves the export in `root`. `folder` is for what nginx itself needs."""
    folder.mkdir(exist_ok=True)
    rules = Path(f"{root}{base}/nginx.conf").read_text()
    load = ""
    if BROTLI.is_file():
        load, rules = f"load_module {BROTLI};", rules.replace("# brotli_static on;", "brotli_static on; #")
    port = port or free_port()
    (folder / "rules.conf").write_text(rules)
    (folder / "nginx.conf").write_text(f"""
{load}
{"user root;" if os.getuid() == 0 else ""}  # another user may not read the folders of pytest
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        include {folder}/rules.conf;
    }}
}}
""")
    process = subprocess.Popen([program(), "-c", f"{folder}/nginx.conf", "-p", str(folder)])
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE
    try:
        while not answers(f"{address}{base}/"):
            if time.monotonic() > deadline:
                pytest.fail(f"nginx did not answer:\n{(folder / 'error.log').read_text()}", pytrace=False)
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(10)
