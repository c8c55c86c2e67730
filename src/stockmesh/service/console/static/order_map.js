// The plan on a map: land from world-atlas, no tiles, nothing from the internet. Colours are those of the page.
import * as maplibre from "./vendor/maplibre-gl/maplibre-gl.mjs";

const frame = document.getElementById("map");
const facts = JSON.parse(document.getElementById("map-facts").textContent);
const ZOOM_MAX = 6;
// Labels of locations that send nothing are shown from here on, below only when pointed at.
const ZOOM_OF_LABELS = 4;
const SITES_WITHOUT_PLAN = 4;
const ARC_STEPS = 48;
// How far an arc leaves the straight line, as a share of its length.
const ARC_BEND = 0.08;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

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

function routes() {
  const features = facts.sites
    .filter((site) => site.cost)
    .map((site) => ({
      type: "Feature",
      properties: { units: site.units },
      geometry: { type: "LineString", coordinates: arc(site.at, facts.destination.at) },
    }));
  return { type: "FeatureCollection", features };
}

function paint() {
  return [
    ["sea", "background-color", colour("--sea")],
    ["land", "fill-color", colour("--land")],
    ["borders", "line-color", colour("--border")],
    ["routes", "line-color", colour("--accent")],
  ];
}

function style(world) {
  const land = window.topojson.feature(world, world.objects.land);
  const borders = window.topojson.mesh(world, world.objects.countries, (one, other) => one !== other);
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: land },
      borders: { type: "geojson", data: borders },
      routes: { type: "geojson", data: routes() },
    },
    layers: [
      { id: "sea", type: "background" },
      { id: "land", type: "fill", source: "land" },
      { id: "borders", type: "line", source: "borders", paint: { "line-width": 0.8 } },
      { id: "routes", type: "line", source: "routes", layout: { "line-cap": "round" }, paint: { "line-width": 2.2 } },
    ].map((layer) => {
      const [, property, value] = paint().find(([id]) => id === layer.id);
      return { ...layer, paint: { ...layer.paint, [property]: value } };
    }),
  };
}

function mark(className, text, title) {
  const element = document.createElement("div");
  element.className = `site ${className}`;
  element.title = title;
  const dot = document.createElement("i");
  const label = document.createElement("b");
  label.textContent = text;
  element.append(dot, label);
  return element;
}

function addMarks(map) {
  const put = (element, at) => new maplibre.Marker({ element, anchor: "left", offset: [-6, 0] }).setLngLat(at).addTo(map);
  for (const site of facts.sites) {
    const text = site.cost ? `${site.code} ${site.cost}` : site.code;
    put(mark(site.cost ? "is-chosen" : "", text, site.name), site.at);
  }
  put(mark("is-goal", facts.destination.name, "Destination"), facts.destination.at);
}

function nearest(count) {
  const [goalX, goalY] = facts.destination.at;
  const far = ({ at: [x, y] }) => Math.hypot(x - goalX, y - goalY);
  return [...facts.sites].sort((one, other) => far(one) - far(other)).slice(0, count);
}

function extent() {
  const chosen = facts.sites.filter((site) => site.cost);
  const shown = chosen.length ? chosen : nearest(SITES_WITHOUT_PLAN);
  const bounds = new maplibre.LngLatBounds(facts.destination.at, facts.destination.at);
  shown.forEach((site) => arc(site.at, facts.destination.at).forEach((point) => bounds.extend(point)));
  return bounds;
}

async function draw() {
  const world = await (await fetch(new URL("./vendor/world-atlas/countries-50m.json", import.meta.url))).json();
  maplibre.setWorkerUrl(new URL("./vendor/maplibre-gl/maplibre-gl-worker.mjs", import.meta.url).href);
  maplibre.setWorkerCount(1);
  const map = new maplibre.Map({
    container: frame,
    style: style(world),
    bounds: extent(),
    fitBoundsOptions: { padding: { top: 50, bottom: 50, left: 70, right: 120 }, maxZoom: ZOOM_MAX },
    maxZoom: 9,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    });
  map.scrollZoom.disable();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "bottom-right");
  addMarks(map);
  const label = () => frame.classList.toggle("is-far", map.getZoom() < ZOOM_OF_LABELS);
  map.on("zoom", label);
  label();
  map.once("idle", () => frame.classList.add("is-drawn"));
  document.addEventListener("stockmesh:theme", () => paint().forEach(([id, property, value]) => map.setPaintProperty(id, property, value)));
}

draw().catch((error) => {
  const note = document.createElement("p");
  note.className = "map-note";
  note.textContent = "The map needs WebGL, which this browser does not offer. The table below says the same.";
  frame.replaceChildren(note);
  console.warn("map not drawn", error);
});
