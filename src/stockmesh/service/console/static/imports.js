// Brings a file as it is, with a bar that moves, and says again what its headings mean.
import { formToken, say } from "./console.js";

const TYPES = {
  csv: "text/csv",
  txt: "text/csv",
  tsv: "text/tab-separated-values",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ndjson: "application/x-ndjson",
  gz: "application/gzip",
  xz: "application/x-xz",
};
const form = document.getElementById("bring");
const GONE = "The service does not answer; whether the file came in is not known. Read again (r) and see.";

function showOfKind() {
  const kind = form.elements.kind.value;
  for (const part of form.querySelectorAll("[data-of]")) part.hidden = part.dataset.of !== kind;
  sessionStorage.setItem("stockmesh.import", kind);
}

function choose(file) {
  document.getElementById("chosen").textContent = file ? file.name : "Choose a file, or drop it here";
  document.getElementById("send").disabled = !file;
}

function asked(file) {
  const said = new URLSearchParams({ dry_run: "true", file_name: file.name.slice(-120) });
  for (const [name, value] of new FormData(form)) {
    const isOther = form.elements[name].closest("[data-of]")?.hidden;
    if (value && !isOther) said.set(name, name === "as_of" ? `${value}Z` : value);
  }
  return said;
}

// fetch tells nothing of how much was sent.
function send(file) {
  const bar = document.getElementById("sent");
  const button = document.getElementById("send");
  const sending = document.getElementById("sending");
  const request = new XMLHttpRequest();
  const ended = (text) => {
    bar.hidden = true;
    button.disabled = false;
    sending.textContent = "";
    say(text);
  };
  request.open("POST", `${form.dataset.post}?${asked(file)}`);
  request.setRequestHeader("Content-Type", TYPES[file.name.split(".").pop().toLowerCase()] ?? "application/octet-stream");
  for (const [name, value] of Object.entries(formToken())) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? loaded / total : 1;
    sending.textContent = loaded < total ? `${Math.floor((100 * loaded) / total)} % sent` : "Sent, being kept";
  });
  request.addEventListener("load", () => {
    const told = JSON.parse(request.responseText);
    if (request.status === 202) window.location.assign(`/console/imports/${told.upload_id}`);
    else ended(told.errors ? told.errors.map(({ parameter, reason }) => `${parameter}: ${reason}`).join("; ") : told.detail);
  });
  request.addEventListener("error", () => ended(GONE));
  bar.hidden = false;
  button.disabled = true;
  request.send(file);
}

if (form) {
  const input = document.getElementById("file");
  const drop = document.getElementById("drop");
  const before = sessionStorage.getItem("stockmesh.import");
  if ([...form.elements.kind.options].some(({ value }) => value === before)) form.elements.kind.value = before;
  form.elements.as_of.value = new Date().toISOString().slice(0, 19);
  showOfKind();
  choose(input.files[0]);
  form.elements.kind.addEventListener("change", showOfKind);
  input.addEventListener("change", () => choose(input.files[0]));
  for (const name of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("is-over", name === "dragover");
    });
  }
  drop.addEventListener("drop", ({ dataTransfer }) => {
    input.files = dataTransfer.files;
    choose(input.files[0]);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files[0]) send(input.files[0]);
  });
}

document.addEventListener("submit", async (event) => {
  const address = event.target.dataset.mapping;
  if (!address) return;
  event.preventDefault();
  const mapping = Object.fromEntries([...new FormData(event.target)].filter(([, column]) => column));
  try {
    const answer = await fetch(`${address}?${new URLSearchParams({ mapping: JSON.stringify(mapping) })}`, { method: "POST", headers: formToken() });
    if (answer.ok) window.location.reload();
    else say((await answer.json()).detail);
  } catch {
    say(GONE);
  }
});
