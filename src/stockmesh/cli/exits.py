"""How failures reach a person at a terminal: one table from refusal code to exit code, one sentence each."""

import sys
from typing import Final, Protocol, runtime_checkable

import psycopg
import typer

from stockmesh.domain.kernel.refusals import Refusal

USAGE, BAD_INPUT, UNKNOWN, CONFLICT, SHORT, SETUP, DATABASE, INTERRUPTED = 2, 3, 4, 5, 6, 7, 8, 130

EXITS: Final = {
    "ambiguous_customer": BAD_INPUT,
    "bad_idempotency_key": BAD_INPUT,
    "bad_item": BAD_INPUT,
    "bad_location": BAD_INPUT,
    "changed_meanwhile": CONFLICT,
    "there_already": CONFLICT,
    "hold_not_open": CONFLICT,
    "hold_too_large": BAD_INPUT,
    "hold_too_long": BAD_INPUT,
    "idempotency_answer_not_kept": CONFLICT,
    "idempotency_key_reused": CONFLICT,
    "idempotency_key_running": CONFLICT,
    "too_many_entries": BAD_INPUT,
    "too_many_holds": CONFLICT,
    "unknown_hold": UNKNOWN,
    "ambiguous_item": BAD_INPUT,
    "ambiguous_order": BAD_INPUT,
    "bad_contact": BAD_INPUT,
    "bad_body": BAD_INPUT,
    "bad_count_row": BAD_INPUT,
    "bad_cursor": BAD_INPUT,
    "bad_customer": BAD_INPUT,
    "bad_expiry": BAD_INPUT,
    "bad_instant": BAD_INPUT,
    "bad_name": BAD_INPUT,
    "bad_network": SETUP,
    "bad_price": BAD_INPUT,
    "bad_public_url": SETUP,
    "bad_quantity": BAD_INPUT,
    "bad_reference": BAD_INPUT,
    "bad_span": BAD_INPUT,
    "bad_stock_instant": BAD_INPUT,
    "bad_stock_quantity": BAD_INPUT,
    "bad_webhook_url": BAD_INPUT,
    "body_too_large": BAD_INPUT,
    "backup_failed": SETUP,
    "backup_too_new": SETUP,
    "books_in_use": CONFLICT,
    "books_not_empty": CONFLICT,
    "books_too_new": SETUP,
    "card_taken": CONFLICT,
    "channel_taken": CONFLICT,
    "closed_folder": SETUP,
    "command_taken": CONFLICT,
    "count_columns_missing": BAD_INPUT,
    "count_kind_needed": BAD_INPUT,
    "count_reference_taken": CONFLICT,
    "bad_policy": BAD_INPUT,
    "policy_taken": CONFLICT,
    "counted_twice": BAD_INPUT,
    "cross_site": BAD_INPUT,
    "database_away": DATABASE,
    "decided_elsewhere": CONFLICT,
    "disk_nearly_full": DATABASE,
    "empty_network": SETUP,
    "empty_order": BAD_INPUT,
    "erasure_must_wait": CONFLICT,
    "files_must_be_forgotten": CONFLICT,
    "messages_must_be_applied": CONFLICT,
    "exposed_without_authentication": SETUP,
    "forbidden_address": BAD_INPUT,
    "form_token_wrong": BAD_INPUT,
    "heading_twice": BAD_INPUT,
    "instant_needed": BAD_INPUT,
    "invalid_card": BAD_INPUT,
    "invalid_service": BAD_INPUT,
    "kit_has_no_stock": BAD_INPUT,
    "last_administrator": CONFLICT,
    "link_spent": CONFLICT,
    "more_than_incoming": CONFLICT,
    "move_not_allowed": CONFLICT,
    "no_card": SETUP,
    "no_card_for_zone": SETUP,
    "no_exchange_rate": SETUP,
    "no_orders_in_file": BAD_INPUT,
    "no_rejects": UNKNOWN,
    "not_a_file": BAD_INPUT,
    "unknown_kind": UNKNOWN,
    "unknown_upload": UNKNOWN,
    "upload_not_ready": CONFLICT,
    "no_owner": SETUP,
    "no_such_item": UNKNOWN,
    "not_authenticated": BAD_INPUT,
    "not_a_backup": BAD_INPUT,
    "not_an_address": SETUP,
    "not_enough_stock": SHORT,
    "not_form": BAD_INPUT,
    "encoded_body": BAD_INPUT,
    "not_json": BAD_INPUT,
    "not_of_owner": UNKNOWN,
    "not_possible": CONFLICT,
    "no_card_in_force": SETUP,
    "not_served": SETUP,
    "encoded_file": BAD_INPUT,
    "events_ahead": CONFLICT,
    "order_columns_missing": BAD_INPUT,
    "order_file_empty": BAD_INPUT,
    "order_file_not_found": UNKNOWN,
    "order_file_unreadable": BAD_INPUT,
    "overloaded": DATABASE,
    "order_too_large": BAD_INPUT,
    "overlapping_cards": BAD_INPUT,
    "owner_needed": BAD_INPUT,
    "poisoned_order": BAD_INPUT,
    "other_books": CONFLICT,
    "bad_secret_key": SETUP,
    "bad_settings": SETUP,
    "secret_damaged": SETUP,
    "secret_key_missing": SETUP,
    "other_major_version": SETUP,
    "port_taken": SETUP,
    "reason_missing": BAD_INPUT,
    "reference_taken": CONFLICT,
    "scope_missing": BAD_INPUT,
    "sheet_columns_missing": BAD_INPUT,
    "short_stock": SHORT,
    "stocked_as_item": CONFLICT,
    "stopping": DATABASE,
    "strange_host": BAD_INPUT,
    "body_too_slow": BAD_INPUT,
    "not_acceptable": BAD_INPUT,
    "not_http": BAD_INPUT,
    "head_too_slow": BAD_INPUT,
    "head_too_large": BAD_INPUT,
    "too_busy": CONFLICT,
    "too_many_failures": BAD_INPUT,
    "too_many_requests": BAD_INPUT,
    "too_slow": CONFLICT,
    "too_many_orders": BAD_INPUT,
    "too_many_streams": CONFLICT,
    "too_much_granted": BAD_INPUT,
    "unit_missing": BAD_INPUT,
    "unit_too_large": SETUP,
    "unknown_channel": UNKNOWN,
    "unknown_country": UNKNOWN,
    "unknown_currency": UNKNOWN,
    "unknown_customer": UNKNOWN,
    "unknown_field": BAD_INPUT,
    "unknown_delivery": UNKNOWN,
    "unknown_endpoint": UNKNOWN,
    "unknown_entry": UNKNOWN,
    "unknown_incoming": UNKNOWN,
    "unknown_item": UNKNOWN,
    "unknown_job": UNKNOWN,
    "unknown_key": UNKNOWN,
    "unknown_card": UNKNOWN,
    "unknown_carrier": UNKNOWN,
    "unknown_location": UNKNOWN,
    "unknown_service": UNKNOWN,
    "too_many_sizes": BAD_INPUT,
    "unknown_mapping": BAD_INPUT,
    "unknown_order": UNKNOWN,
    "unknown_owner": UNKNOWN,
    "unknown_postcode": UNKNOWN,
    "unknown_scope": BAD_INPUT,
    "unknown_stock_item": UNKNOWN,
    "unknown_stock_location": UNKNOWN,
    "unknown_topic": UNKNOWN,
    "unknown_user": UNKNOWN,
    "unreadable_card": BAD_INPUT,
    "unreadable_input": BAD_INPUT,
    "unreadable_sheet": BAD_INPUT,
    "unusable_folder": SETUP,
    "unfit_database": SETUP,
    "user_disabled": CONFLICT,
    "user_taken": CONFLICT,
    "unreadable_message": BAD_INPUT,
    "line_without_sku": BAD_INPUT,
    "no_address": BAD_INPUT,
    "foreign_currency": BAD_INPUT,
    "bad_amount": BAD_INPUT,
    "bad_signature": BAD_INPUT,
    "bad_shop": BAD_INPUT,
    "unknown_shop": UNKNOWN,
    "shop_taken": CONFLICT,
    "shop_closed": CONFLICT,
    "unknown_message": UNKNOWN,
    "message_stuck": CONFLICT,
}


@runtime_checkable
class UsageProblem(Protocol):
    """A wrong option or argument, as the command-line library raises it: it knows how to show itself."""

    exit_code: int

    def show(self) -> None:
        """Prints the usage and what was wrong."""


def explain_failure(error: BaseException) -> int:
    """The exit code of a failure, after saying what happened on standard error. A bug of ours is raised again."""
    if isinstance(error, Refusal):
        _say(f"{error}  [{error.code}]")
        return EXITS[error.code]
    if isinstance(error, UsageProblem):
        error.show()
        return error.exit_code
    if isinstance(error, typer.Abort | KeyboardInterrupt):
        _say("Stopped. What was confirmed before is in the books; run the same command again to go on.")
        return INTERRUPTED
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | psycopg.ProgrammingError):
        _say(f"The database does not answer: {str(error).strip()}  Check STOCKMESH_DATABASE_URL or the server's log.")
        return DATABASE
    raise error


def _say(sentence: str) -> None:
    print(f"stockmesh: {sentence}", file=sys.stderr)  # noqa: T201 - standard error is where errors belong
