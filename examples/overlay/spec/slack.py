"""A webhook like Slack's on a free port, which it prints: appends what it is told to a file, one JSON text a line."""
import http.server
import sys


class Webhook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[1], "ab") as told:
            told.write(body + b"\n")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")


server = http.server.HTTPServer(("127.0.0.1", 0), Webhook)
print(server.server_port, flush=True)
server.serve_forever()
