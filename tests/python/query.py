"""Works in an org with simple-salesforce and a token of Datatrax Connect: query.py DTX NAME"""

import json
import subprocess
import sys

from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceExpiredSession

dtx, name = sys.argv[1:]
answer = subprocess.run([dtx, "token", name, "--json"], capture_output=True, check=True)
token = json.loads(answer.stdout)


def connection(access_token):
    return Salesforce(
        session_id=access_token, instance_url=token["instance_url"], version=token["api_version"]
    )


salesforce = connection(token["access_token"])
organizations = salesforce.query("SELECT Id, Name, IsSandbox FROM Organization")
users = salesforce.query_all("SELECT Username FROM User")
try:
    connection(token["access_token"][:-1]).query("SELECT Id FROM Organization")
    cut_token = "accepted"
except SalesforceExpiredSession as refusal:
    cut_token = refusal.content[0]["errorCode"]
json.dump(
    {
        "organizations": organizations,
        "usernames": [user["Username"] for user in users["records"]],
        "calls_left": salesforce.limits()["DailyApiRequests"]["Remaining"],
        "is_sandbox": salesforce.is_sandbox(),
        "cut_token": cut_token,
    },
    sys.stdout,
)
