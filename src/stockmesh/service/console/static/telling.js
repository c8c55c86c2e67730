// Tells an order, an import or a message of a shop what becomes of it; a dialog asks for the reason first where one is wanted.
import { formToken, isSure, say } from "./console.js";

async function tell(address, reason) {
  const body = reason ? JSON.stringify({ reason }) : undefined;
  const headers = { ...(body && { "Content-Type": "application/json" }), ...formToken() };
  try {
    const answer = await fetch(address, { method: "POST", headers, body });
    if (answer.ok) window.location.reload();
    else say((await answer.json()).detail);
  } catch {
    say("The service does not answer; whether it was told is not known. Read again (r) and see.");
  }
}

document.addEventListener("click", async (event) => {
  const asking = event.target.closest("[data-ask]");
  if (asking) document.getElementById(asking.dataset.ask).showModal();
  const telling = event.target.closest("[data-tell]");
  if (!telling) return;
  const { sure } = telling.dataset;
  if (!sure || (await isSure(sure, telling.textContent))) tell(telling.dataset.tell);
});

document.addEventListener("submit", (event) => {
  const { tells } = event.target.dataset;
  if (tells && event.submitter?.value === "yes") tell(tells, new FormData(event.target).get("reason").trim());
});
