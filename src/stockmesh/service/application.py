"""The service as one ASGI app: API, console, guards."""

from functools import partial
from typing import Any, Final

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

import stockmesh
from stockmesh.flows.context import Context
from stockmesh.service import problems
from stockmesh.service.access.door import HEALTH_PATHS, Callers, Door
from stockmesh.service.access.site import Site
from stockmesh.service.acting import Acting
from stockmesh.service.answers.orders import place_batch
from stockmesh.service.answers.stock import availabilities
from stockmesh.service.asking import Asking
from stockmesh.service.batching import Batcher
from stockmesh.service.bounds import Bounds
from stockmesh.service.caretaker import Caretaker, Household
from stockmesh.service.console import (
    access_pages,
    audit_screen,
    carrier_screen,
    health_screen,
    import_screen,
    pages,
    policy_screen,
    promise_screen,
    shop_screen,
    sign_in_pages,
    webhook_screen,
)
from stockmesh.service.console.frame import mount_static
from stockmesh.service.console.problem_screen import answer_failure
from stockmesh.service.contract.document import describe
from stockmesh.service.deadlines import Deadlines
from stockmesh.service.events.tide import Tide
from stockmesh.service.gauges import add_gauges
from stockmesh.service.guards import Guard
from stockmesh.service.metrics import Metrics
from stockmesh.service.rates import Rates
from stockmesh.service.routes import (
    access,
    audit,
    carriers,
    customers,
    events,
    health,
    holds,
    imports,
    masters,
    metrics,
    network,
    orders,
    placing,
    policy,
    promises,
    shops,
    stock,
    stock_changes,
    webhooks,
)
from stockmesh.service.shortcut import Shortcut
from stockmesh.service.tracking import Tracking

ROUTERS: Final = (
    health.router,
    metrics.router,
    network.router,
    masters.router,
    stock.router,
    stock_changes.router,
    holds.router,
    carriers.router,
    carriers.keyed_router,
    policy.router,
    policy.router_of_trials,
    promises.router,
    promises.keyed_router,
    placing.router,
    placing.keyed_router,
    orders.router,
    events.router,
    webhooks.router,
    access.router,
    sign_in_pages.router,
    access_pages.router,
    audit.router,
    customers.router,
    audit_screen.router,
    imports.router,
    imports.keyed_router,
    import_screen.router,
    carrier_screen.router,
    promise_screen.router,
    policy_screen.router,
    shops.router,
    health_screen.router,
    shops.keyed_router,
    shop_screen.router,
    webhook_screen.router,
    pages.router,
)
COMPRESS_BYTES_MIN: Final = 1_000
# Asked every few seconds by machines, or thousands of times a second: no line each.
QUIET: Final = frozenset({*placing.HOT, *stock.HOT, ("GET", "/metrics"), *(("GET", path) for path in HEALTH_PATHS)})
DEFAULT_BOUNDS: Final = Bounds()
NO_HOUSEHOLD: Final = Household()


def create_app(
    context: Context, site: Site | None = None, *, bounds: Bounds = DEFAULT_BOUNDS, household: Household = NO_HOUSEHOLD
) -> FastAPI:
    """The app over a context; whoever opened the context closes it after the app has stopped.

    Without a site it asks who is calling and answers as localhost.
    """
    site = site or Site()
    # FastAPI's own documentation pages load scripts from the internet, so they are left out.
    app = FastAPI(
        title="Stockmesh",
        version=stockmesh.__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.openapi = partial(describe, app, ROUTERS)  # type: ignore[method-assign] # the way FastAPI has it replaced
    app.state.context = context
    app.state.site = site
    app.state.callers = Callers(context, asks=site.asks)
    app.state.reading = Batcher(partial(availabilities, context))
    app.state.keys_running = set()
    app.state.tide = Tide(context)
    _watch_over(app, context, household)
    for router in ROUTERS:
        app.include_router(router)
    mount_static(app)
    for kind in problems.FAILURES:
        app.add_exception_handler(kind, answer_failure)
    # What is added last stands outermost: no answer leaves without the guard's headers, none is left uncounted.
    app.add_middleware(Asking, routers=(*ROUTERS, app.router))
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESS_BYTES_MIN)
    app.add_middleware(Acting, context=context)
    app.add_middleware(Shortcut, endpoints={**placing.HOT, **stock.HOT}, answer_failure=answer_failure)
    app.add_middleware(Rates, per_second=bounds.requests_per_second)
    app.add_middleware(Door, callers=app.state.callers)
    hot = frozenset({*placing.HOT, *stock.HOT})
    app.add_middleware(Deadlines, bounds=bounds, answer_failure=answer_failure, hot=hot)
    app.add_middleware(Guard, answer_failure=answer_failure, site=site)
    app.add_middleware(Tracking, requests=app.state.metrics.requests, quiet=QUIET)
    return app


def _watch_over(app: FastAPI, context: Context, household: Household) -> None:
    """The batcher, with whoever counts what it does and looks after it."""
    engine = "" if context is None else context.engine  # without a context the app is only described
    told = Metrics(engine)
    placing: Batcher[Any, Any] = Batcher(partial(place_batch, context), told=told.placed)
    caretaker = Caretaker(context, placing, household)
    if context is not None:
        context.database.watch = told
    add_gauges(told, context, caretaker, app.state.tide)
    app.state.placing, app.state.metrics, app.state.caretaker = placing, told, caretaker
