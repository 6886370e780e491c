"""What schemathesis finds of the answers, but for what is meant to be so."""

import schemathesis
from schemathesis.specs.openapi.checks import negative_data_rejection, response_schema_conformance, status_code_conformance


def has_null(value):
    if isinstance(value, dict):
        return any(has_null(v) for v in value.values())
    if isinstance(value, list):
        return any(has_null(v) for v in value)
    return value is None


@schemathesis.check
def status_is_said(ctx, response, case):
    """A request whose address or headers are too long for HTTP is answered before it reaches an operation."""
    if response.status_code == 431:
        return None
    return status_code_conformance(ctx, response, case)


@schemathesis.check
def answer_fits(ctx, response, case):
    """The schema says what is there when all fields are asked for; for events OpenAPI 3.1 has no word."""
    if (case.query or {}).get("fields") or case.operation.path.endswith("/events"):
        return None
    return response_schema_conformance(ctx, response, case)


@schemathesis.check
def nonsense_is_refused(ctx, response, case):
    """What is not the version that If-Match says is refused before it is read. A null in the place of a field that may be left out, and an empty parameter, are as if they were left out."""
    if response.status_code in (410, 412, 431) or has_null(case.body) or any(v == "" or v == ["" ] for v in (case.query or {}).values()):
        return None
    return negative_data_rejection(ctx, response, case)
