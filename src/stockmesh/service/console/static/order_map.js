// The plan on a map: land from world-atlas, no tiles, nothing from the internet. Colours are those of the page.
import { bordersOf, landOf } from "./land.js";
import { placeLabels } from "./map_labels.js";
import * as maplibre from "./vendor/maplibre-gl/maplibre-gl.mjs";

const frame = document.getElementById("map");
const whole = document.getElementById("map-whole");
const facts = JSON.parse(document.getElementById("map-facts").textContent);
const ZOOM_MAX = 6;
const SITES_WITHOUT_PLAN = 4;
// More would be a fog of words; the others are named when pointed at.
const LABELS_MAX = 40;
const ARC_STEPS = 48;
// How far an arc leaves the straight line, as a share of its length.
const ARC_BEND = 0.08;
const PADDING = 0.12;
const RANKS = ["goal", "chosen", "possible", "refused", "other"];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// What the reasons say of each site, once they are there; until then only the chosen ones are known.
function standings() {
  const rows = [...document.querySelectorAll("#why tr[data-location]")];
  const told = new Map(rows.map(({ dataset }) => [dataset.location, dataset]));
  return facts.sites.map((site) => {
    const reason = told.get(site.code);
    const standing = site.cost ? "chosen" : (reason?.standing ?? "other");
    return { ...site, standing, sentence: reason?.sentence ?? "" };
  });
}

function arc([fromX, fromY], [toX, toY]) {
  const northward = toX >= fromX ? ARC_BEND : -ARC_BEND;
  const bendX = -(toY - fromY) * northward;
  const bendY = (toX - fromX) * northward;
  const points = [];
  for (let step = 0; step <= ARC_STEPS; step += 1) {
    const t = step / ARC_STEPS;
    const bend = 4 * t * (1 - t);
    points.push([fromX + (toX - fromX) * t + bendX * bend, fromY + (toY - fromY) * t + bendY * bend]);
  }
  return points;
}

function routes(sites) {
  const features = sites
    .filter(({ standing }) => standing !== "other")
    .map(({ at, standing }) => ({
      type: "Feature",
      properties: { standing },
      geometry: { type: "LineString", coordinates: arc(at, facts.destination.at) },
    }));
  return { type: "FeatureCollection", features };
}

const PAINT = {
  sea: ["background-color", "--sea"],
  land: ["fill-color", "--land"],
  borders: ["line-color", "--border"],
  refused: ["line-color", "--warn"],
  possible: ["line-color", "--ink-faint"],
  chosen: ["line-color", "--accent"],
};

function layer(id, type, more = {}) {
  const [property, name] = PAINT[id];
  return { id, type, source: id, ...more, paint: { ...more.paint, [property]: colour(name) } };
}

function routeLayer(standing, paint) {
  return layer(standing, "line", { source: "routes", filter: ["==", ["get", "standing"], standing], paint });
}

function style(world) {
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: landOf(world) },
      borders: { type: "geojson", data: bordersOf(world) },
      routes: { type: "geojson", data: routes(standings()) },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("--sea") } },
      layer("land", "fill"),
      layer("borders", "line", { paint: { "line-width": 0.8 } }),
      routeLayer("refused", { "line-width": 1.3, "line-dasharray": [1, 3] }),
      routeLayer("possible", { "line-width": 1.3, "line-dasharray": [5, 3] }),
      routeLayer("chosen", { "line-width": 2.4 }),
    ],
  };
}

function mark(map, { at, name, text, standing, sentence }) {
  const element = document.createElement("div");
  const label = document.createElement("b");
  label.textContent = text;
  element.append(document.createElement("i"), label);
  element.className = `site is-${standing}`;
  element.setAttribute("aria-label", text);
  element.dataset.tip = [name, sentence].filter(Boolean).join(". ");
  const marker = new maplibre.Marker({ element }).setLngLat(at).addTo(map);
  return { marker, element, label, at, isMajor: standing === "goal" || standing === "chosen" };
}

function addMarks(map) {
  const { name, at } = facts.destination;
  const goal = { name: "Destination", text: name, at, standing: "goal", sentence: name };
  const sites = standings().map((site) => ({ ...site, text: site.cost ? `${site.code} ${site.cost}` : site.code }));
  const rank = ({ standing }) => RANKS.indexOf(standing);
  return [goal, ...sites].sort((one, other) => rank(one) - rank(other)).map((site) => mark(map, site));
}

function nearest(count) {
  const [goalX, goalY] = facts.destination.at;
  const far = ({ at: [x, y] }) => Math.hypot(x - goalX, y - goalY);
  return [...facts.sites].sort((one, other) => far(one) - far(other)).slice(0, count);
}

function extent(sites) {
  const bounds = new maplibre.LngLatBounds(facts.destination.at, facts.destination.at);
  sites.forEach((site) => arc(site.at, facts.destination.at).forEach((point) => bounds.extend(point)));
  return bounds;
}

function extentOfPlan() {
  const chosen = facts.sites.filter((site) => site.cost);
  return extent(chosen.length ? chosen : nearest(SITES_WITHOUT_PLAN));
}

function room() {
  const [x, y] = [frame.clientWidth * PADDING, frame.clientHeight * PADDING].map(Math.round);
  return { padding: { left: x, right: x, top: y + 10, bottom: y + 10 }, maxZoom: ZOOM_MAX };
}

class PlanMap {
  constructor(world) {
    this.map = new maplibre.Map({
      container: frame,
      style: style(world),
      bounds: extentOfPlan(),
      fitBoundsOptions: room(),
      maxZoom: 9,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      renderWorldCopies: false,
      fadeDuration: 0,
    });
    this.map.scrollZoom.disable();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "bottom-right");
    this.marks = addMarks(this.map);
    this.map.on("move", () => this.label());
    this.map.on("resize", () => this.label());
    this.label();
  }

  label() {
    const seen = this.marks.slice(0, LABELS_MAX).map((one) => ({ ...one, at: this.map.project(one.at) }));
    placeLabels(frame, seen);
    this.marks.slice(LABELS_MAX).forEach(({ element }) => (element.dataset.side = "hidden"));
  }

  tellReasons() {
    this.marks.forEach(({ marker }) => marker.remove());
    this.marks = addMarks(this.map);
    this.map.getSource("routes").setData(routes(standings()));
    this.label();
  }

  colour() {
    for (const [id, [property, name]] of Object.entries(PAINT)) this.map.setPaintProperty(id, property, colour(name));
  }

  show(isWhole) {
    whole.setAttribute("aria-pressed", String(isWhole));
    this.map.fitBounds(isWhole ? extent(facts.sites) : extentOfPlan(), { ...room(), animate: false });
  }
}

async function draw() {
  const world = await (await fetch(new URL("./vendor/world-atlas/countries-50m.json", import.meta.url))).json();
  maplibre.setWorkerUrl(new URL("./vendor/maplibre-gl/maplibre-gl-worker.mjs", import.meta.url).href);
  maplibre.setWorkerCount(1);
  const plan = new PlanMap(world);
  plan.map.once("idle", () => {
    plan.tellReasons();
    document.addEventListener("htmx:after:swap", () => plan.tellReasons());
    frame.classList.add("is-drawn");
  });
  document.addEventListener("stockmesh:theme", () => plan.colour());
  whole.addEventListener("click", () => plan.show(whole.getAttribute("aria-pressed") !== "true"));
}

draw().catch((error) => {
  const note = document.createElement("p");
  note.className = "map-note";
  note.textContent = "The map needs WebGL, which this browser does not offer. The table below says the same.";
  frame.replaceChildren(note);
  whole.hidden = true;
  console.warn("map not drawn", error);
});
