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
    width: 80,
    valueFormatter: number,
    sortingOrder: ["desc", "asc", null],
    cellClassRules: { "cell-none": ({ value }) => !value },
    ...more,
  };
}

const columns = [
  { field: "sku", headerName: "Item", width: 88, pinned: "left", cellClass: "cell-strong" },
  { field: "title", headerName: "Title", flex: 1, minWidth: 150, tooltipField: "title" },
  { field: "location", headerName: "Location", width: 86 },
  units("on_hand", "On hand", "Everything that is physically there"),
  units("sellable", "Sellable", "Free to be sold, before thresholds"),
  units("committed", "Committed", "Promised to orders", { width: 98 }),
  units("reserved", "Reserved", "Held for carts"),
  units("withheld", "Withheld", "Safety stock and channel buffer, not published"),
  units("available", "Available", "What is published: sellable less withheld", { width: 88, cellClassRules: { "cell-none": ({ value }) => !value, "cell-strong": ({ value }) => value > 0 } }),
  units("incoming", "Incoming", "On its way here"),
  { field: "next_due", headerName: "Next due", width: 98, valueFormatter: ({ value }) => value ?? "–", cellClassRules: { "cell-none": ({ value }) => !value } },
  units("waiting", "Waited", "Units of the item that orders wait for, wherever they come from", { cellClassRules: { "cell-none": ({ value }) => !value, "cell-wait": ({ value }) => value > 0 } }),
  units("shortfall", "Shortfall", "Committed, but missing at the last count", { width: 94, headerClass: "cell-last", cellClass: "cell-last ag-right-aligned-cell", cellClassRules: { "cell-none": ({ value }) => !value, "cell-short": ({ value }) => value > 0 } }),
];

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
  getRowId: ({ data }) => `${data.owner}|${data.sku}|${data.location}`,
  rowSelection: { mode: "singleRow", checkboxes: false, enableClickSelection: true },
  tooltipShowDelay: 400,
  suppressNoRowsOverlay: true,
  alwaysShowVerticalScroll: true,
  onRowClicked: ({ data }) => openCell(data),
  onCellKeyDown: ({ data, event }) => event.key === "Enter" && openCell(data),
});

let reading = 0;
let cursor = null;
let shown = 0;

function openCell({ sku, owner, location }) {
  const asked = new URLSearchParams({ sku, owner, location });
  const channel = new FormData(form).get("channel");
  if (channel) asked.set("channel", channel);
  window.htmx.ajax("GET", `/console/stock/cell?${asked}`, { target: "#drawer-body", swap: "innerHTML" });
}

function asked() {
  const wanted = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") wanted.set(name, value);
  return wanted;
}

async function readPage(mine) {
  const wanted = asked();
  wanted.set("limit", PAGE_ROWS);
  if (cursor) wanted.set("cursor", cursor);
  const answer = await fetch(`/v1/stock?${wanted}`);
  const page = await answer.json();
  if (mine !== reading) return false;
  if (!answer.ok) throw new Error(page.detail);
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
    if (mine === reading) status.textContent = error.message;
  }
}

function showEmpty() {
  box.hidden = true;
  status.textContent = "";
  box.after(document.getElementById(asked().size ? "when-filtered" : "when-empty").content.cloneNode(true));
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

function changeFilter() {
  const wanted = asked().toString();
  const address = (path) => (wanted ? `${path}?${wanted}` : path);
  history.replaceState(null, "", address("/console/stock"));
  const twin = document.getElementById("twin");
  twin.href = address("/v1/stock");
  twin.nextElementSibling.dataset.copy = `curl -s '${window.location.origin}${address("/v1/stock")}'`;
  readAnew();
}

let typing;
form.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(changeFilter, TYPING_PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  changeFilter();
});
more.addEventListener("click", () => readOn(shown + ROWS_AT_ONCE));
readAnew();
