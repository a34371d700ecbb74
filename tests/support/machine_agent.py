#!/usr/bin/env python3
"""A stand-in for the BOSH agent in a machine of machine.sh: machine_agent.py STORE

It finds its settings as the agent of a SoftLayer stemcell does, sets up the interfaces that they describe, and serves
their https message bus, alone at the addresses where BOSH looks for it. STORE stands for what outlives machines: volumes/<cid> is a volume's
file system, machines/<guest id> a machine's own disk. Its one job writes a line into its database at each start.
"""
import base64
import hmac
import itertools
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from urllib.parse import unquote, urlsplit

SETTINGS = "/rest/v3.1/SoftLayer_Resource_Metadata/getUserMetadata.json"
TRIES, PAUSE = 10, 0.05


class Failure(Exception):
    """What a caller is told."""


# --- settings

def object_in(body):
    """The settings object in an answer: JSON as it is, or in quotes base64url without padding."""
    try:
        found = json.loads(body)
        if found is None or isinstance(found, dict):
            return found or {}
    except ValueError:
        pass
    bare = body.replace('"', "").replace("\r", "").replace("\n", "")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", bare) or len(bare) % 4 == 1:
        raise Failure("the user data is no base64url without padding")
    return json.loads(base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4)))


def fetch():
    with urllib.request.urlopen(os.environ["SLSIM_METADATA_URL"] + SETTINGS, timeout=5) as answer:
        settings = object_in(answer.read().decode())
    if not settings.get("agent_id"):
        raise Failure("the metadata does not provide settings")
    if not isinstance(settings["disks"]["system"], (str, type(None))):
        raise Failure("disks.system must be a string")
    return settings


def settings_of_machine():
    """One life of the agent; its service manager starts it again when there are no settings yet."""
    for _ in range(TRIES):
        try:
            return fetch()
        except (OSError, ValueError, Failure):
            time.sleep(PAUSE)
    return None


# --- networks

def ip(*words):
    subprocess.run(["ip", *words], check=True)


def interfaces():
    found = {}
    for name in os.listdir("/sys/class/net"):
        with open(f"/sys/class/net/{name}/address", encoding="ascii") as file:
            found[file.read().strip()] = name
    return found


def route(network):
    for more in network.get("routes") or []:
        ip("route", "add", f"{more['Destination']}/{more['Netmask']}", "via", more["Gateway"])
    if "gateway" in (network.get("default") or []):
        ip("route", "add", "default", "via", network["gateway"])


def addresses(networks):
    """Where BOSH looks for the agent: at the addresses that the manifest chose, else at those it was given."""
    chosen = [network["ip"] for network in networks.values() if network.get("alias")]
    return chosen or [network["ip"] for network in networks.values()]


def set_up(networks):
    own = [network for network in networks.values() if network.get("type") != "vip"]
    present = interfaces()
    for network in own:
        if network.get("mac") and network["mac"] not in present:
            raise Failure(f"no interface has the MAC address {network['mac']}")
    if all(network.get("preconfigured") for network in own):
        return
    for name in present.values():
        if name != "lo":
            ip("address", "flush", "dev", name)  # DHCP's, which nobody answers, unless it is described
    static = [network for network in own if network.get("mac") and network.get("type") != "dynamic"]
    for network in static:
        ip("address", "add", f"{network['ip']}/{network['netmask']}", "dev", present[network["mac"]])
    for network in own:
        if network.get("alias"):
            device = network["alias"].split(":")[0]
            ip("address", "add", f"{network['ip']}/{network['netmask']}", "dev", device, "label", network["alias"])
    for network in static:
        route(network)


# --- disks and the job

def iscsi_hint(hint):
    if not isinstance(hint, dict) or hint.get("path"):
        raise Failure("the disk hint must be an object without a path")
    settings = hint.get("iscsi_settings") or {}
    for name in ("initiator_name", "target", "username", "password"):
        if not isinstance(settings.get(name), str) or not settings[name]:
            raise Failure(f"the disk hint lacks iscsi_settings.{name}")
    return settings


class Agent:
    def __init__(self, settings, store):
        self.settings, self.volumes = settings, f"{store}/volumes"
        self.root = f"{store}/machines/{os.environ['SLSIM_GUEST_ID']}"
        self.hints, self.mounted, self.tasks, self.state = {}, [], {}, "stopped"
        self.numbers = itertools.count(1)
        os.makedirs(f"{self.root}/blobs", exist_ok=True)

    def volume(self, cid):
        return f"{self.volumes}/{cid}"

    def add_persistent_disk(self, cid, hint):
        fetch()
        self.hints[cid] = iscsi_hint(hint)
        return "added"

    def remove_persistent_disk(self, cid):
        fetch()
        if cid in self.mounted:
            raise Failure(f"disk {cid} is mounted")
        self.hints.pop(cid, None)
        return "removed"

    def mount_disk(self, cid):
        fetch()
        if cid not in self.hints:
            raise Failure(f"disk {cid} is unknown")
        if cid not in self.mounted:
            if len(self.mounted) == 2:
                raise Failure("two disks are mounted already")
            os.makedirs(self.volume(cid), exist_ok=True)  # partitioned and formatted, once
            self.mounted.append(cid)
        return {}

    def unmount_disk(self, cid):
        if self.state == "running":
            raise Failure(f"disk {cid} is in use")
        self.mounted = [other for other in self.mounted if other != cid]
        return {"message": f"Unmounted {cid}"}

    def migrate_disk(self, *_):
        if self.state == "running" or len(self.mounted) != 2:
            raise Failure("migration needs two disks and nobody who writes")
        shutil.copytree(self.volume(self.mounted[0]), self.volume(self.mounted[1]), dirs_exist_ok=True)
        self.mounted = [self.mounted[1]]
        return {}

    def list_disk(self):
        fetch()
        return self.mounted

    def apply(self, _):
        return "applied"

    def start(self):
        if self.mounted:
            with open(f"{self.volume(self.mounted[0])}/database", "a", encoding="ascii") as file:
                file.write(self.settings["agent_id"] + "\n")
        self.state = "running"
        return "started"

    def stop(self, *_):
        self.state = "stopped"
        return "stopped"

    def drain(self, *_):
        return 0

    def run_script(self, *_):
        return {}

    def ping(self):
        return "pong"

    def get_state(self, *_):
        return {"agent_id": self.settings["agent_id"], "job_state": self.state, "networks": self.settings["networks"]}

    def get_task(self, number):
        value = self.tasks.pop(number)
        if isinstance(value, Failure):
            raise value
        return value


SYNCHRONOUS = {"ping", "start", "get_state", "list_disk", "get_task"}
ASYNCHRONOUS = {"add_persistent_disk", "remove_persistent_disk", "mount_disk", "unmount_disk", "migrate_disk", "apply",
                "stop", "drain", "run_script"}


def answer(agent, message):
    method, arguments = message["method"], message["arguments"]
    if method in SYNCHRONOUS:
        return getattr(agent, method)(*arguments)
    if method not in ASYNCHRONOUS:
        raise Failure(f"unknown message {method}")
    number = str(next(agent.numbers))
    try:
        agent.tasks[number] = getattr(agent, method)(*arguments)
    except Failure as failure:
        agent.tasks[number] = failure
    return {"agent_task_id": number, "state": "running"}


# --- the message bus

class Bus(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def say(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def is_known(self):
        known = hmac.compare_digest(self.headers.get("Authorization", ""), self.server.login)
        if not known:
            self.body()
            self.say(401)
        return known

    def blob(self):
        return re.fullmatch(r"/blobs/([\w.-]+)", self.path)

    def do_POST(self):
        if not self.is_known():
            return
        body = self.body()
        if self.path != "/agent":
            self.say(404)
            return
        with self.server.lock:
            try:
                told = {"value": answer(self.server.agent, json.loads(body))}
            except Failure as failure:
                told = {"exception": {"message": str(failure)}}
        self.say(200, json.dumps(told).encode())

    def do_PUT(self):
        if not self.is_known():
            return
        name, body = self.blob(), self.body()
        if name:
            with open(f"{self.server.agent.root}/blobs/{name[1]}", "wb") as file:
                file.write(body)
        self.say(201 if name else 404)

    def do_GET(self):
        if not self.is_known():
            return
        path = self.blob() and f"{self.server.agent.root}{self.path}"
        if path and os.path.exists(path):
            with open(path, "rb") as file:
                self.say(200, file.read())
        else:
            self.say(404)


class Server(ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def handle_error(self, request, client_address):
        """A client that breaks off, or does not trust the certificate, is no matter of ours."""


def serve(agent, address, lock):
    settings = agent.settings
    bosh = settings.get("env", {}).get("bosh", {})
    bus = urlsplit(((bosh.get("mbus") or {}).get("urls") or [settings["mbus"]])[0])
    if bus.scheme != "https":
        raise Failure(f"no message bus of the scheme {bus.scheme}")
    pem = f"{agent.root}/agent.pem"
    with open(pem, "w", encoding="ascii") as file:
        file.write(bosh["mbus"]["cert"]["private_key"] + "\n" + bosh["mbus"]["cert"]["certificate"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = Server((address, bus.port), Bus)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    login = f"{unquote(bus.username)}:{unquote(bus.password)}"
    server.login = "Basic " + base64.b64encode(login.encode()).decode()
    server.agent, server.lock = agent, lock
    threading.Thread(target=server.serve_forever).start()


def main(store):
    settings = None
    while not settings:
        settings = settings_of_machine()
    set_up(settings["networks"])
    agent, lock = Agent(settings, store), threading.Lock()
    for address in addresses(settings["networks"]):
        serve(agent, address, lock)


try:
    main(sys.argv[1])
except Failure as problem:
    sys.exit(f"machine_agent: {problem}")
