"""Everything that goes wrong, as problem details (RFC 9457), each with a stable code."""

import traceback
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from psycopg import DataError, InterfaceError, OperationalError, errors
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from stockmesh.domain.kernel.refusals import Refusal
from stockmesh.service.logs import REQUEST_ID
from stockmesh.service.rates import policy_of
from stockmesh.service.refusals import (
    BodyTooLarge,
    BodyTooSlow,
    NotAuthenticated,
    ScopeMissing,
    TooManyFailures,
    TooManyRequests,
)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 5
CHALLENGE: Final = 'Bearer realm="stockmesh"'
_log = structlog.get_logger()

# What a refusal means to an HTTP client. 422: understood, but the rules do not allow it.
STATUS: Final = {
    "bad_idempotency_key": 422,
    "bad_item": 422,
    "bad_location": 422,
    "changed_meanwhile": 412,
    "there_already": 412,
    "hold_not_open": 409,
    "hold_too_large": 422,
    "hold_too_long": 422,
    "idempotency_answer_not_kept": 409,
    "idempotency_key_reused": 422,
    "idempotency_key_running": 409,
    "too_many_entries": 413,
    "too_many_holds": 429,
    "unknown_hold": 404,
    "overloaded": 503,
    "database_away": 503,
    "stopping": 503,
    "disk_nearly_full": 507,
    "too_many_orders": 413,
    "bad_body": 400,
    "bad_cursor": 400,
    "not_authenticated": 401,
    "cross_site": 403,
    "form_token_wrong": 403,
    "scope_missing": 403,
    "too_much_granted": 403,
    "no_such_item": 404,
    "not_of_owner": 404,
    "unknown_customer": 404,
    "unknown_delivery": 404,
    "unknown_endpoint": 404,
    "unknown_key": 404,
    "unknown_order": 404,
    "unknown_user": 404,
    "unknown_entry": 404,
    "ambiguous_customer": 409,
    "ambiguous_item": 409,
    "erasure_must_wait": 409,
    "files_must_be_forgotten": 409,
    "messages_must_be_applied": 409,
    "ambiguous_order": 409,
    "card_taken": 409,
    "channel_taken": 409,
    "command_taken": 409,
    "count_reference_taken": 409,
    "decided_elsewhere": 409,
    "empty_network": 409,
    "last_administrator": 409,
    "not_possible": 409,
    "reference_taken": 409,
    "stocked_as_item": 409,
    "user_disabled": 409,
    "user_taken": 409,
    "link_spent": 410,
    "body_too_large": 413,
    "encoded_body": 415,
    "not_form": 415,
    "not_json": 415,
    "strange_host": 421,
    "bad_contact": 422,
    "bad_count_row": 422,
    "bad_customer": 422,
    "bad_expiry": 422,
    "bad_instant": 422,
    "bad_name": 422,
    "bad_network": 422,
    "bad_price": 422,
    "bad_quantity": 422,
    "bad_reference": 422,
    "bad_span": 422,
    "bad_stock_instant": 422,
    "bad_stock_quantity": 422,
    "bad_webhook_url": 422,
    "count_columns_missing": 422,
    "count_kind_needed": 422,
    "counted_twice": 422,
    "empty_order": 422,
    "forbidden_address": 422,
    "heading_twice": 422,
    "instant_needed": 422,
    "invalid_card": 422,
    "invalid_service": 422,
    "kit_has_no_stock": 422,
    "more_than_incoming": 422,
    "move_not_allowed": 422,
    "no_card": 422,
    "bad_policy": 422,
    "policy_taken": 409,
    "no_card_for_zone": 422,
    "no_exchange_rate": 422,
    "no_orders_in_file": 422,
    "no_owner": 422,
    "not_enough_stock": 422,
    "no_card_in_force": 422,
    "not_served": 422,
    "encoded_file": 415,
    "events_ahead": 409,
    "order_columns_missing": 422,
    "order_file_empty": 422,
    "order_file_not_found": 422,
    "order_file_unreadable": 422,
    "order_too_large": 422,
    "overlapping_cards": 422,
    "owner_needed": 422,
    "poisoned_order": 422,
    "reason_missing": 422,
    "sheet_columns_missing": 422,
    "short_stock": 422,
    "unit_missing": 422,
    "unit_too_large": 422,
    "unknown_channel": 422,
    "unknown_country": 422,
    "unknown_currency": 422,
    "unknown_field": 422,
    "unknown_incoming": 422,
    "unknown_item": 422,
    "unknown_job": 404,
    "unknown_upload": 404,
    "unknown_kind": 404,
    "no_rejects": 404,
    "upload_not_ready": 409,
    "not_a_file": 415,
    "unknown_card": 404,
    "unknown_carrier": 404,
    "unknown_location": 422,
    "unknown_service": 404,
    "too_many_sizes": 422,
    "unknown_mapping": 422,
    "unknown_owner": 422,
    "unknown_postcode": 422,
    "unknown_scope": 422,
    "unknown_stock_item": 422,
    "unknown_stock_location": 422,
    "unknown_topic": 422,
    "unreadable_card": 422,
    "unreadable_input": 422,
    "unreadable_sheet": 422,
    "too_many_failures": 429,
    "too_many_requests": 429,
    "too_busy": 503,
    "too_slow": 503,
    "body_too_slow": 408,
    "not_acceptable": 406,
    # Of connections, before there is a request.
    "not_http": 400,
    "head_too_slow": 408,
    "head_too_large": 431,
    # Of shops and their messages.
    "unreadable_message": 422,
    "line_without_sku": 422,
    "no_address": 422,
    "foreign_currency": 422,
    "bad_amount": 422,
    "bad_signature": 401,
    "bad_shop": 422,
    "unknown_shop": 404,
    "shop_taken": 409,
    "shop_closed": 409,
    "unknown_message": 404,
    "message_stuck": 422,
    # Of this machine, never of a request; here so that the table is complete.
    "bad_public_url": 500,
    "backup_failed": 500,
    "backup_too_new": 409,
    "books_in_use": 409,
    "books_not_empty": 409,
    "books_too_new": 500,
    "not_a_backup": 422,
    "other_major_version": 500,
    "closed_folder": 500,
    "exposed_without_authentication": 500,
    "other_books": 409,
    "bad_secret_key": 500,
    "bad_settings": 500,
    "not_an_address": 500,
    "secret_damaged": 500,
    "secret_key_missing": 500,
    "port_taken": 500,
    "too_many_streams": 503,
    "unfit_database": 500,
    "unusable_folder": 500,
}


# What may stand in an address as well as in a body.
NAMED: Final = frozenset({"unknown_location", "unknown_owner", "unknown_channel"})


def describe(status: int, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The members of a problem; `more` are extension members such as facts or errors."""
    title = code.replace("_", " ").capitalize()
    return {"type": f"urn:stockmesh:problem:{code}", "title": title, "status": status, "detail": detail} | {
        "code": code,
        **more,
    }


def describe_refusal(refusal: Refusal) -> dict[str, Any]:
    """The members of a refusal's problem, its facts among them."""
    return describe(STATUS[refusal.code], refusal.code, str(refusal), facts=refusal.facts())


def is_absent(request: Request, refusal: Refusal) -> bool:
    """Whether what is not known is what the address names: then there is nothing there, whatever it is in a body."""
    named = request.path_params.get("code")
    return refusal.code in NAMED and named is not None and named in refusal.facts().values()


def problem(members: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """The answer that carries a problem, and under which id the log tells of it."""
    if request_id := REQUEST_ID.get():
        members = {**members, "request_id": request_id}
    return Response(
        msgspec.json.encode(members, enc_hook=str), members["status"], headers=headers, media_type=MEDIA_TYPE
    )


def describe_failure(error: Exception) -> dict[str, Any]:
    """The members of the problem that any exception becomes. What went wrong inside is logged, not told."""
    match error:
        case Refusal():
            return describe_refusal(error)
        case RequestValidationError():
            return describe(422, "invalid_request", "Some parameters cannot be used.", errors=_errors(error))
        case HTTPException():
            status = HTTPStatus(error.status_code)
            return describe(status.value, status.name.lower(), _hint(status) or str(error.detail))
        case DataError():
            return describe(422, "unusable_value", "A value is too large, or holds characters that cannot be kept.")
        case errors.DiskFull():
            _log.error("disk full", error=str(error))
            return describe(507, "disk_full", "The database's disk is full: nothing of this was written. Free space.")
        case errors.QueryCanceled() | errors.LockNotAvailable():
            _log.warning("database too slow", error=str(error))
            return describe(503, "database_busy", "The database did not come to it in time. Try again shortly.")
        case OperationalError() | InterfaceError() | PoolTimeout():
            _log.error("database unavailable", error=str(error))
            return describe(503, "database_unavailable", "The database cannot be reached just now. Try again shortly.")
        case _:
            _log.error("internal error", traceback="".join(traceback.format_exception(error)))
            return describe(
                500, "internal_error", "Something went wrong on our side; the log of the service says what."
            )


def _errors(error: RequestValidationError) -> list[dict[str, str]]:
    """What is wrong with each parameter, once: of one that may be either of two kinds the first reason stands."""
    found: dict[str, str] = {}
    for one in error.errors():
        source, *parts = one["loc"]
        named = parts if source == "body" else [parts[0], *(part for part in parts[1:] if isinstance(part, int))]
        found.setdefault(".".join(str(part) for part in named), one["msg"])
    return [{"parameter": parameter, "reason": reason} for parameter, reason in found.items()]


def _hint(status: HTTPStatus) -> str:
    match status:
        case HTTPStatus.NOT_FOUND:
            return "Nothing is found at this path. The API lives under /v1, the console under /console."
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return "This path does not know that method. The header `Allow` says which it knows."
        case _:
            return ""


def headers_of(error: Exception, members: dict[str, Any]) -> dict[str, str]:
    """What the answer says in its headers: the methods allowed after a 405, how to say who one is after a 401, when to
    come back after a 429, 503 or 507."""
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    match error:
        case NotAuthenticated():
            headers["WWW-Authenticate"] = CHALLENGE + (', error="invalid_token"' if error.wrong else "")
        case ScopeMissing():
            headers["WWW-Authenticate"] = f'{CHALLENGE}, error="insufficient_scope", scope="{error.scope}"'
        case TooManyFailures():
            headers["Retry-After"] = str(error.seconds)
        case TooManyRequests():
            headers["Retry-After"] = str(error.seconds)
            headers["RateLimit-Policy"] = policy_of(error.per_second)
            headers["RateLimit"] = f'"caller";r=0;t={error.seconds}'
        case BodyTooLarge() | BodyTooSlow():
            headers["Connection"] = "close"  # the rest of the body is not waited for
    if members["status"] in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE):
        headers["Retry-After"] = str(RETRY_SECONDS)
    return headers


def answer_failure(request: Request, error: Exception) -> Response:
    """The problem of any exception, as an answer."""
    members = describe_failure(error)
    if isinstance(error, Refusal) and is_absent(request, error):
        members["status"] = 404
    return problem(members, headers_of(error, members))


# What the routes may raise; anything else is a bug, and the outermost guard answers for it.
FAILURES: Final = (
    Refusal,
    RequestValidationError,
    HTTPException,
    DataError,
    OperationalError,
    InterfaceError,
    PoolTimeout,
)
