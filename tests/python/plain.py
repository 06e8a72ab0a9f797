"""Works in an org with nothing but Python and a token of Datatrax Connect: plain.py DTX NAME"""

import json
import subprocess
import sys
import urllib.parse
import urllib.request

dtx, name = sys.argv[1:]


def said(*arguments):
    return subprocess.run([dtx, *arguments], capture_output=True, check=True, text=True).stdout


token = said("token", name).strip()
instance_url = json.loads(said("show", name, "--json"))["instance_url"]
query = urllib.parse.urlencode({"q": "SELECT Id, Name FROM Organization"})
request = urllib.request.Request(
    f"{instance_url}/services/data/v67.0/query?{query}", headers={"Authorization": f"Bearer {token}"}
)
with urllib.request.urlopen(request, timeout=30) as response:
    print(response.read().decode())
