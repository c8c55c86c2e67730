// The stock grid: rows from the API page by page, kept sortable; a row opens the drawer.
const box = document.getElementById("grid");
const status = document.getElementById("grid-status");
const more = document.getElementById("grid-more");
const form = document.getElementById("filters");
const PAGE_ROWS = 500;
// Rows read without being asked; beyond, a button reads on.
const ROWS_AT_ONCE = 5000;
const TYPING_PAUSE = 350;

const { createGrid, themeQuartz, ModuleRegistry, AllCommunityModule } = window.agGrid;
ModuleRegistry.registerModules([AllCommunityModule]);

const written = new Intl.NumberFormat("en-GB");
const number = ({ value }) => (value === 0 || value == null ? "–" : written.format(value));

function units(field, headerName, headerTooltip, more = {}) {
  return {
    field,
    headerName,
    headerTooltip,
    type: "rightAligned",
    width: 78,
    valueFormatter: number,
    sortingOrder: ["desc", "asc", null],
    cellClassRules: { "cell-none": ({ value }) => !value },
    ...more,
  };
}

const whenNone = ({ value }) => !value;

// `from` is the width of the grid from which on a column is shown: what does not fit waits in the drawer.
const COLUMNS = [
  { field: "sku", headerName: "Item", width: 90, pinned: "left", cellClass: "cell-strong", tooltipValueGetter: ({ data }) => `${data.sku} ${data.title}` },
  { field: "title", headerName: "Title", flex: 1, minWidth: 250, tooltipField: "title", from: 620 },
  { field: "location", headerName: "Location", width: 84 },
  { ...units("on_hand", "On hand", "Everything that is physically there"), from: 940 },
  { ...units("sellable", "Sellable", "Free to be sold, before thresholds"), from: 860 },
  { ...units("committed", "Committed", "Promised to orders", { width: 92 }), from: 480 },
  { ...units("reserved", "Reserved", "Held for carts"), from: 1220 },
  { ...units("withheld", "Withheld", "Safety stock and channel buffer, not published"), from: 1130 },
  units("available", "Available", "What is published: sellable less withheld", { cellClassRules: { "cell-none": whenNone, "cell-strong": ({ value }) => value > 0 } }),
  { ...units("incoming", "Incoming", "On its way here"), from: 780 },
  { field: "next_due", headerName: "Next due", width: 96, valueFormatter: ({ value }) => value ?? "–", cellClassRules: { "cell-none": whenNone }, from: 1040 },
  { ...units("waiting", "Waited for", "Units of the item that orders wait for, wherever they come from", { width: 88, cellClassRules: { "cell-none": whenNone, "cell-wait": ({ value }) => value > 0 } }), from: 700 },
  units("shortfall", "Shortfall", "Committed, but missing at the last count", { width: 96, headerClass: "cell-last", cellClass: "cell-last ag-right-aligned-cell", cellClassRules: { "cell-none": whenNone, "cell-short": ({ value }) => value > 0 } }),
];
const columns = COLUMNS.map(({ from, ...column }) => column);

function fitColumns() {
  const width = box.clientWidth;
  const fits = ({ from = 0 }) => width >= from;
  grid.setColumnsVisible(COLUMNS.filter(fits).map(({ field }) => field), true);
  grid.setColumnsVisible(COLUMNS.filter((column) => !fits(column)).map(({ field }) => field), false);
}

const theme = themeQuartz.withParams({
  fontFamily: "var(--font)",
  fontSize: 13,
  spacing: 5,
  rowHeight: 28,
  headerHeight: 32,
  backgroundColor: "var(--sheet)",
  foregroundColor: "var(--ink)",
  headerBackgroundColor: "var(--sheet)",
  headerTextColor: "var(--ink-faint)",
  headerFontSize: 11,
  headerFontWeight: 600,
  borderColor: "var(--line)",
  accentColor: "var(--accent)",
  rowHoverColor: "var(--sunk)",
  selectedRowBackgroundColor: "var(--accent-wash)",
  wrapperBorderRadius: 8,
  headerColumnResizeHandleColor: "transparent",
  browserColorScheme: "inherit",
});

const grid = createGrid(box, {
  theme,
  styleNonce: box.dataset.nonce,
  columnDefs: columns,
  defaultColDef: { sortable: true, resizable: true, suppressMovable: true },
  rowData: [],
  getRowId: ({ data }) => `${data.sku}|${data.location}`,
  rowSelection: { mode: "singleRow", checkboxes: false, enableClickSelection: true },
  tooltipShowDelay: 400,
  suppressNoRowsOverlay: true,
  alwaysShowVerticalScroll: true,
  onRowClicked: ({ data }) => openCell(data),
  onCellKeyDown: ({ data, event }) => event.key === "Enter" && openCell(data),
});

new ResizeObserver(fitColumns).observe(box);

let reading = 0;
let cursor = null;
let shown = 0;

function openCell({ sku, location }) {
  const asked = new URLSearchParams({ sku, location });
  const channel = new FormData(form).get("channel");
  if (channel) asked.set("channel", channel);
  window.htmx.ajax("GET", `/console/stock/cell?${asked}`, { target: "#drawer-body", swap: "innerHTML" });
}

function asked() {
  const wanted = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") wanted.set(name, value);
  return wanted;
}

class ReadFailure extends Error {}

async function readPage(mine) {
  const wanted = asked();
  wanted.set("limit", PAGE_ROWS);
  if (cursor) wanted.set("cursor", cursor);
  const answer = await fetch(`/v1/stock?${wanted}`);
  const page = await answer.json();
  if (mine !== reading) return false;
  if (!answer.ok) throw new ReadFailure(page.detail);
  grid.applyTransaction({ add: page.items });
  shown += page.items.length;
  cursor = page.next_cursor;
  tellStatus();
  return cursor !== null;
}

function tellStatus() {
  const rows = `${written.format(shown)} ${shown === 1 ? "row" : "rows"}`;
  status.textContent = cursor ? `${rows} read, more there; sorting is among the rows read` : rows;
  more.hidden = cursor === null || shown < ROWS_AT_ONCE;
}

async function readOn(upTo) {
  const mine = reading;
  try {
    while (await readPage(mine)) if (shown >= upTo) break;
    if (mine === reading && shown === 0) showEmpty();
  } catch (error) {
    if (mine === reading) showFailure(error);
  }
}

function showInstead(template) {
  box.hidden = true;
  status.textContent = "";
  box.after(document.getElementById(template).content.cloneNode(true));
}

function showEmpty() {
  showInstead(asked().size ? "when-filtered" : "when-empty");
}

function showFailure(error) {
  showInstead("when-failed");
  const isOurs = error instanceof ReadFailure;
  box.parentElement.querySelector("[data-reason]").textContent = isOurs ? error.message : "The service does not answer. Is it running?";
}

function readAnew() {
  reading += 1;
  cursor = null;
  shown = 0;
  box.hidden = false;
  box.parentElement.querySelector(".empty")?.remove();
  grid.setGridOption("rowData", []);
  status.textContent = "Reading stock";
  return readOn(ROWS_AT_ONCE);
}

function addressOf(path) {
  const wanted = asked().toString();
  return wanted ? `${path}?${wanted}` : path;
}

function show() {
  const twin = document.getElementById("twin");
  twin.href = addressOf("/v1/stock");
  twin.nextElementSibling.dataset.copy = `curl -s '${window.location.origin}${addressOf("/v1/stock")}'`;
  return readAnew();
}

function changeFilter() {
  clearTimeout(typing);
  const address = addressOf("/console/stock");
  if (address !== window.location.pathname + window.location.search) history.pushState(null, "", address);
  show();
}

// The address is the filter: going back in history brings the filter back.
function takeFilterFromAddress() {
  const wanted = new URLSearchParams(window.location.search);
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = wanted.get(field.name) === field.value;
    else if (field.name) field.value = wanted.get(field.name) ?? "";
  }
  show();
}

let typing;
form.addEventListener("input", (event) => {
  clearTimeout(typing);
  if (event.target.type === "search") typing = setTimeout(changeFilter, TYPING_PAUSE);
  else changeFilter();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  changeFilter();
});
window.addEventListener("popstate", takeFilterFromAddress);
more.addEventListener("click", () => readOn(shown + ROWS_AT_ONCE));
readAnew();
