"""What schemathesis checks, and the part of its inputs that names things that exist.

Without the latter nearly every request would end at 404. FUZZ_KNOWN is JSON: the values to put into the path, by the
name of the parameter and the group of the path, and the URL of a receiver that answers at once.
"""

import atexit
import collections
import json
import os
import re
import sys

import schemathesis

KNOWN = json.loads(os.environ["FUZZ_KNOWN"])
TRACE = re.compile(r"(?:\n|\\n)\s+at |node_modules|file://")
# These wait for the server at the other end.
CALLS_OUT = re.compile(r"/(?:addons(?:/[^/]+(?:/\w[\w-]*)?)?|descriptors/validate|webhooks/(?:[^/]+/)?execute)$")
MOST_SECONDS = 1.0
VALID_KEY = re.compile(r"[!-~]{1,200}")
# A name somewhere in free JSON, a window of time, a time that is over, what the site has and what its product and the
# signature allow.
NO_SCHEMA_SAYS = re.compile(
    r"NUL character|give since and until|in the future|must be a receiver of|has no event type|operational event|whsec_"
    r"|must be an origin|step before|is JQL, which|no message without a body"
    r"|which has a name and a URL only|only webhooks in the format of Jira"
)

count = 0
answers = collections.Counter()


def known_for(path, name):
    group = next((group for group in ("deliveries", "events", "webhooks") if f"/{group}/" in path), "")
    return KNOWN["path"].get(f"{group}.{name}", KNOWN["path"].get(name))


@schemathesis.hook
def before_call(_context, case, _kwargs):
    global count
    count += 1
    path, method = case.operation.path, case.operation.method.upper()
    # One in four is left as it was generated; the site and its add-on stay for the requests after this one.
    if count % 4 != 0 and not (method == "DELETE" and re.search(r"/sites/\{site\}$", path)):
        for name in list(case.path_parameters or {}):
            value = known_for(path, name)
            if value is not None and not (method == "DELETE" and name == "key"):
                case.path_parameters[name] = value
    if path.endswith("/stream") and isinstance(case.path_parameters.get("id"), str):
        # The response of a listener that exists goes on for ever.
        case.path_parameters["id"] = re.sub(r"^lsn_.*", f"lsn_1_{'0' * 32}", case.path_parameters["id"])
    if count % 2 == 0:
        case.body = aimed(case.body)
    headers = case.headers or {}
    # A case without its Authorization stays as it is: with another header it would count as a good one.
    is_negative = case.meta is not None and case.meta.generation.mode.is_negative
    if count % 4 != 0 and not is_negative and VALID_KEY.fullmatch(headers.get("Idempotency-Key") or ""):
        # One key for many requests would have all but the first refused.
        headers["Idempotency-Key"] = f"fuzz-{count}"
    if path.endswith("/deliveries") and isinstance(case.query, dict):
        # What no parameter of OpenAPI can say: an endpoint is numbered on a site, and bodies are searched within an hour.
        if "endpoint" in case.query:
            case.query.setdefault("site", KNOWN["path"]["site"])
        if "q" in case.query:
            case.query["q"] = KNOWN["path"]["event"]
            case.query["since"], case.query["until"] = "2026-01-01T00:00:00Z", "2026-01-01T00:30:00Z"


def aimed(body, depth=0):
    """The same body with the receiver in the place of every URL."""
    if not isinstance(body, dict) or depth > 3:
        return body
    return {
        key: KNOWN["urls"][key]
        if key in KNOWN["urls"] and isinstance(value, str)
        else aimed(value, depth + 1)
        for key, value in body.items()
    }


@schemathesis.hook
def after_call(_context, _case, response):
    answers[f"{response.status_code // 100}xx"] += 1


@schemathesis.check
def no_stack_trace(_context, response, _case):
    text = response.content.decode("utf-8", "replace")
    found = TRACE.search(text)
    assert found is None, f"a response with a stack trace or a path: {text[:500]}"


@schemathesis.check
def no_slow_response(_context, response, case):
    if response.elapsed <= MOST_SECONDS or CALLS_OUT.search(case.operation.path):
        return
    # A busy machine is slow once, a slow route always.
    again = min(case.call().elapsed for _ in range(3))
    assert again <= MOST_SECONDS, f"{again:.2f} s"


@schemathesis.check
def no_refusal_of_form(_context, response, case):
    """What the document allows is never refused for its form: 422 is left to what no schema can say."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    problem = response.json()
    if problem.get("code") != "BODY_SCHEMA" or NO_SCHEMA_SAYS.search(response.text):
        return
    raise AssertionError(f"refused for its form: {response.content[:500]}")


@atexit.register
def report():
    print(f"FUZZ {json.dumps({'requests': count, **answers})}", file=sys.stderr)
