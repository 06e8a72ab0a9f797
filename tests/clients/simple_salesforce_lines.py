"""simple-salesforce, asked line by line: {"do": NAME, "with": VALUE} in, one line of JSON out."""

import json
import sys

import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceError

salesforce = None


def take(tokens):
    """Works with an access token from now on, as programs do that are handed one."""
    global salesforce
    salesforce = Salesforce(
        session_id=tokens["access_token"], instance_url=tokens["instance_url"], version="67.0"
    )
    return {}


def refresh(app):
    """What a Python program does for itself: the library cannot."""
    pair = (app["key"], app["secret"])
    fields = {"grant_type": "refresh_token", "refresh_token": app["refresh_token"]}
    answer = requests.post(app["address"] + "/services/oauth2/token", data=fields, auth=pair, timeout=30)
    return {"status": answer.status_code, "body": answer.json()}


CAN = {
    "take": take,
    "refresh": refresh,
    "query": lambda soql: salesforce.query(soql),
    "query_all": lambda soql: list(salesforce.query_all_iter(soql)),
    "limits": lambda _: salesforce.limits(),
    "user": lambda user_id: salesforce.User.get(user_id),
    "usage": lambda _: salesforce.api_usage["api-usage"]._asdict(),
}

for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = CAN[asked["do"]](asked["with"])
    except SalesforceError as error:
        answer = {"error": {"name": type(error).__name__, "status": error.status, "content": error.content}}
    print(json.dumps(answer), flush=True)
