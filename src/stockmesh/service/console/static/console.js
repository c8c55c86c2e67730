// What every screen shares: theme, shortcuts, the drawer, copying, and form fields that ask for nothing left out.
const drawer = document.getElementById("drawer");
const help = document.getElementById("help");
const notice = document.getElementById("notice");
const NOTICE_MS = 4000;
let awaitsScreen = false;
let cameFrom = null;

function switchTheme() {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("stockmesh.theme", theme);
  document.dispatchEvent(new CustomEvent("stockmesh:theme", { detail: theme }));
}

export function openDrawer() {
  cameFrom = document.activeElement;
  drawer.hidden = false;
  document.getElementById("drawer-body").focus({ preventScroll: true });
}

function closeDrawer() {
  if (drawer.hidden) return;
  drawer.hidden = true;
  document.querySelectorAll("tr.is-open").forEach((row) => row.classList.remove("is-open"));
  if (cameFrom && cameFrom.isConnected) cameFrom.focus({ preventScroll: true });
}

// What shows the service that a change comes from a page of this session.
export function formToken() {
  const token = document.querySelector("meta[name=form-token]")?.content;
  return token ? { "X-Form-Token": token } : {};
}

export function curlOf(address) {
  return `curl -s -H "Authorization: Bearer $STOCKMESH_KEY" '${window.location.origin}${address}'`;
}

export function say(text) {
  notice.textContent = text;
  notice.classList.add("is-shown");
  setTimeout(() => notice.classList.remove("is-shown"), NOTICE_MS);
}

// Whether somebody who is asked first still wants what cannot be undone.
export function isSure(what, deed) {
  const dialog = document.getElementById("sure");
  document.getElementById("sure-what").textContent = what;
  document.getElementById("sure-yes").textContent = deed;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((settle) =>
    dialog.addEventListener("close", () => settle(dialog.returnValue === "yes"), { once: true }),
  );
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied");
  } catch {
    say("The browser does not let us copy");
  }
}

function moveRow(step) {
  const rows = [...document.querySelectorAll("tr[data-row]")];
  if (rows.length === 0) {
    document.dispatchEvent(new CustomEvent("stockmesh:row", { detail: step }));
    return;
  }
  const at = rows.indexOf(document.activeElement.closest("tr[data-row]") ?? document.querySelector("tr.is-open"));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

const DEEDS = {
  theme: switchTheme,
  help: () => help.showModal(),
  "close-drawer": closeDrawer,
  again: () => window.location.reload(),
};

const KEYS = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => help.showModal(),
  t: switchTheme,
  r: () => window.location.reload(),
  j: () => moveRow(1),
  k: () => moveRow(-1),
  n: () => document.querySelector("[data-next]")?.click(),
  Escape: closeDrawer,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.closest("input, select, textarea, [contenteditable]");
  if (isTyping) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (awaitsScreen) {
    awaitsScreen = false;
    const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) link.click();
    return;
  }
  if (event.key === "g") {
    awaitsScreen = true;
    setTimeout(() => (awaitsScreen = false), 1500);
    return;
  }
  const row = event.target.closest("tr[data-row]");
  if (row && event.key === "Enter") {
    window.location.assign(row.dataset.row);
    return;
  }
  if (row && event.key === " ") {
    event.preventDefault();
    row.click();
    return;
  }
  const deed = KEYS[event.key];
  if (deed) {
    event.preventDefault();
    deed();
  }
});

document.addEventListener("click", (event) => {
  const doing = event.target.closest("[data-do]");
  if (doing) DEEDS[doing.dataset.do]?.();
  const copied = event.target.closest("[data-copy]");
  if (copied) copy(copied.dataset.copy);
});

// A form that changes something is sent once, however often it is pressed, and some only after a question.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  const { sure } = form.dataset;
  if (sure) {
    event.preventDefault();
    if (!(await isSure(sure, event.submitter?.textContent ?? "Yes"))) return;
    form.submit();
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// A link within a row goes where it says; only the rest of the row opens the drawer.
document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest("tr[hx-get] a, tr[hx-get] .assumed")) event.stopPropagation();
  },
  true,
);

const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
document.body.append(tip);

function showTip(event) {
  const told = event.target.closest?.("[data-tip]");
  tip.hidden = !told;
  if (!told) return;
  tip.textContent = told.dataset.tip;
  const at = told.getBoundingClientRect();
  const left = Math.min(at.left, window.innerWidth - tip.offsetWidth - 12);
  const below = at.bottom + 6;
  const fits = below + tip.offsetHeight < window.innerHeight;
  tip.style.left = `${Math.max(left, 8)}px`;
  tip.style.top = `${fits ? below : at.top - tip.offsetHeight - 6}px`;
}
document.addEventListener("mouseover", showTip);
document.addEventListener("focusin", showTip);

// Enter in the search of orders opens the order of that number or reference; if there is none, the list is searched.
document.addEventListener("keydown", async (event) => {
  const form = event.target.closest("form[data-named]");
  if (event.key !== "Enter" || !form || !event.target.matches("[data-search]")) return;
  event.preventDefault();
  const name = event.target.value.trim();
  const answer = name && (await fetch(`/v1/orders/named?${new URLSearchParams({ name })}`));
  const isThere = answer && answer.ok && (await answer.json()).items.length > 0;
  if (isThere) window.location.assign(form.dataset.named + encodeURIComponent(name));
  else form.requestSubmit();
});

document.addEventListener("htmx:error", () => say("The service does not answer. Is it running? Press r to try again."));

document.addEventListener("htmx:config:request", (event) => {
  const body = event.detail.ctx?.request?.body;
  if (!(body instanceof FormData)) return;
  for (const [name, value] of [...body.entries()]) if (value === "") body.delete(name);
  if (body.get("sort") === "newest") body.delete("sort");
});

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target;
  if (target?.id === "drawer-body") {
    const source = event.detail.ctx.sourceElement;
    document.querySelectorAll("tr.is-open").forEach((row) => row.classList.remove("is-open"));
    source?.closest("tr")?.classList.add("is-open");
    openDrawer();
  }
  const twin = document.querySelector("[data-twin]")?.dataset.twin;
  const link = document.getElementById("twin");
  if (twin && link) {
    link.href = twin;
    link.nextElementSibling.dataset.copy = curlOf(twin);
  }
  const file = document.querySelector("[data-export]")?.dataset.export;
  if (file) document.getElementById("export").href = file;
});
