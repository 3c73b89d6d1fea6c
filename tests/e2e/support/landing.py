"""An application that a real browser can come back to: a page and nothing else."""
import contextlib
import http.server
import threading

TITLE = "Application"


class _Landing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>{TITLE}</title><p>Welcome".encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def landing(host="127.0.0.1"):
    """Its callback's URL, on this machine by the given name."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Landing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{server.server_port}/callback"
    finally:
        server.shutdown()
        server.server_close()
