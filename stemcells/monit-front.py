# Between the agent and a present monit, which takes no POST without a token that it gives to browsers. The agent sends
# none, so this listens where the agent looks for monit, adds one, and hands everything on.
import http.client
import http.server

HERE, MONIT = ("127.0.0.1", 2822), ("127.0.0.1", 2823)
TOKEN = "securitytoken=agent"


class Front(http.server.BaseHTTPRequestHandler):
    def forward(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        if self.command == "POST":
            body, headers["Cookie"] = body + b"&" + TOKEN.encode(), TOKEN
        try:
            monit = http.client.HTTPConnection(*MONIT, timeout=60)
            monit.request(self.command, self.path, body or None, headers)
            answer = monit.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as problem:
            return self.send_error(502, f"monit: {problem}")
        self.send_response(answer.status)
        for name in ("Content-Type", "Location", "WWW-Authenticate"):
            if answer.headers[name]:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = forward

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(HERE, Front).serve_forever()
