"""Why a file cannot be read as an order file at all. Single bad rows are set aside, never refused."""

from dataclasses import dataclass

from stockmesh.domain.kernel.refusals import Refusal


@dataclass(eq=False)
class OrderFileNotFound(Refusal):
    path: str
    code = "order_file_not_found"
    text = "There is no file at {path}. Give the path of an Online Retail file (.csv, .csv.xz or .csv.gz)."


@dataclass(eq=False)
class OrderFileUnreadable(Refusal):
    path: str
    problem: str
    code = "order_file_unreadable"
    text = "{path} cannot be read: {problem}. Give a CSV file, plain or packed with xz or gzip."


@dataclass(eq=False)
class OrderFileEmpty(Refusal):
    path: str
    code = "order_file_empty"
    text = "{path} holds no rows. An Online Retail file has a header and one row per invoice line."


@dataclass(eq=False)
class OrderColumnsMissing(Refusal):
    path: str
    missing: str
    found: str
    code = "order_columns_missing"
    text = "The first row of {path} lacks the columns {missing}; it reads: {found}. Name the columns in the first row."


@dataclass(eq=False)
class NoOrdersInFile(Refusal):
    path: str
    lines: int
    reasons: str
    code = "no_orders_in_file"
    text = "None of the {lines} rows of {path} can be placed as an order. Set aside: {reasons}."
