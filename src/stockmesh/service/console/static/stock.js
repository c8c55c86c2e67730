// The stock grid: rows from the API page by page, kept sortable; a row opens the drawer.
import { curlOf } from "./console.js";

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

// As many columns as fit are shown, the lowest ranks first; what finds no room waits in the drawer.
const COLUMNS = [
  { rank: 0, field: "sku", headerName: "Item", width: 94, pinned: "left", cellClass: "cell-strong", tooltipValueGetter: ({ data }) => `${data.sku} ${data.title}` },
  { rank: 4, field: "title", headerName: "Title", flex: 1, minWidth: 240, tooltipField: "title" },
  { rank: 1, field: "location", headerName: "Location", width: 76 },
  { rank: 9, ...units("on_hand", "On hand", "Everything that is physically there") },
  { rank: 8, ...units("sellable", "Sellable", "Free to be sold, before thresholds") },
  { rank: 3, ...units("committed", "Committed", "Promised to orders", { width: 93 }) },
  { rank: 12, ...units("reserved", "Reserved", "Held for carts", { width: 84 }) },
  { rank: 11, ...units("withheld", "Withheld", "Safety stock and channel buffer, not published") },
  { rank: 2, ...units("available", "Available", "What is published: sellable less withheld", { cellClassRules: { "cell-none": whenNone, "cell-strong": ({ value }) => value > 0 } }) },
  { rank: 7, ...units("incoming", "Incoming", "On its way here") },
  { rank: 10, field: "next_due", headerName: "Next due", width: 96, valueFormatter: ({ value }) => value ?? "–", cellClassRules: { "cell-none": whenNone } },
  { rank: 5, ...units("waiting", "Waited for", "Units of the item that orders wait for, wherever they come from", { width: 92, cellClassRules: { "cell-none": whenNone, "cell-wait": ({ value }) => value > 0 } }) },
  { rank: 6, ...units("shortfall", "Shortfall", "Committed, but missing at the last count", { width: 102, headerClass: "cell-last", cellClass: "cell-last ag-right-aligned-cell", cellClassRules: { "cell-none": whenNone, "cell-short": ({ value }) => value > 0 } }) },
];
const columns = COLUMNS.map(({ rank, ...column }) => column);
const SCROLL_BAR = 20;

function fitColumns() {
  let room = box.clientWidth - SCROLL_BAR;
  const shown = new Set();
  for (const { field, width, minWidth } of [...COLUMNS].sort((one, other) => one.rank - other.rank)) {
    const needed = width ?? minWidth;
    if (needed > room) continue;
    room -= needed;
    shown.add(field);
  }
  const fields = COLUMNS.map(({ field }) => field);
  grid.setColumnsVisible(fields.filter((field) => shown.has(field)), true);
  grid.setColumnsVisible(fields.filter((field) => !shown.has(field)), false);
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
  getRowId: ({ data }) => `${data.owner}|${data.sku}|${data.location}`,
  rowSelection: { mode: "singleRow", checkboxes: false, enableClickSelection: true },
  tooltipShowDelay: 400,
  suppressNoRowsOverlay: true,
  alwaysShowVerticalScroll: true,
  // Tab leaves the grid; within it the arrow keys lead.
  tabToNextCell: () => false,
  tabToNextHeader: () => false,
  onRowClicked: ({ data }) => openCell(data),
  onCellKeyDown: ({ data, event }) => event.key === "Enter" && openCell(data),
});

new ResizeObserver(fitColumns).observe(box);

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
  document.getElementById("export").href = addressOf("/v1/stock.csv");
  twin.nextElementSibling.dataset.copy = curlOf(addressOf("/v1/stock"));
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
document.addEventListener("stockmesh:row", ({ detail: step }) => {
  const focused = grid.getFocusedCell();
  const row = Math.min(Math.max(focused ? focused.rowIndex + step : 0, 0), grid.getDisplayedRowCount() - 1);
  if (row < 0) return;
  grid.ensureIndexVisible(row);
  grid.setFocusedCell(row, "sku");
});
window.addEventListener("popstate", takeFilterFromAddress);
more.addEventListener("click", () => readOn(shown + ROWS_AT_ONCE));
readAnew();
