#!/usr/bin/python3
# A stand-in for the BOSH agent: it finds its settings as the agent does, drives monit as the agent does, and ends.
import argparse
import base64
import json
import re
import sys
import urllib.request
from pathlib import Path

options = argparse.ArgumentParser()
options.add_argument("-P", required=True)
options.add_argument("-C", required=True)
options = options.parse_args()


def fetch(source):
    with urllib.request.urlopen(source["URI"] + source["UserDataPath"], timeout=5) as answer:
        return answer.read().decode()


# A JSON object, or else base64url without padding in quotes.
def decode(text):
    try:
        plain = json.loads(text)
        if isinstance(plain, dict):
            return plain
    except ValueError:
        pass
    bare = text.replace('"', "").rstrip("\r\n")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", bare):
        raise ValueError("no base64url without padding")
    return json.loads(base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4)))


def find(sources):
    for source in sources:
        assert source["Type"] == "HTTP", source
        try:
            settings = decode(fetch(source))
        except (OSError, ValueError) as problem:
            print(f"agent: {source['URI']}: {problem}", file=sys.stderr)
            continue
        if settings.get("agent_id"):
            return settings
    sys.exit("agent: the metadata does not provide settings")


configuration = json.loads(Path(options.C).read_text())
linux = configuration["Platform"]["Linux"]
assert options.P == "ubuntu" and linux["DevicePathResolutionType"] == "iscsi", options
settings = find(configuration["Infrastructure"]["Settings"]["Sources"])
Path("settings.json").write_text(json.dumps(settings))
print("agent:", settings["agent_id"])
