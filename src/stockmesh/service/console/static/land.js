// Land and borders of the world, ready for a flat map.
// world-atlas joins what the 180th meridian cuts: Russia, Fiji and Antarctica run off one edge of the map and come back
// at the other. Drawn flat, such a ring crosses the whole world and tears wedges and bands out of what lies between.
const EDGE = 180;
const TURN = 360;
const POLE = -90;

// Each point within half a turn of the one before it, so that the ring no longer jumps.
function unwrap(ring) {
  let turns = 0;
  return ring.map(([x, y], at) => {
    const step = at === 0 ? 0 : x - ring[at - 1][0];
    if (step > EDGE) turns -= TURN;
    if (step < -EDGE) turns += TURN;
    return [x + turns, y];
  });
}

// A ring around the pole does not come back to where it began: it is closed along the lower edge of the map.
function closeAtPole(ring) {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  if (Math.abs(first[0] - last[0]) < EDGE) return ring;
  return [...ring, [last[0], POLE], [first[0], POLE], first];
}

// What of a ring lies on one side of a meridian (Sutherland and Hodgman, 1974).
function clip(ring, meridian, isInside) {
  const kept = [];
  ring.forEach(([x, y], at) => {
    const [fromX, fromY] = ring[at === 0 ? ring.length - 1 : at - 1];
    if (isInside(x) !== isInside(fromX)) {
      kept.push([meridian, fromY + ((y - fromY) * (meridian - fromX)) / (x - fromX)]);
    }
    if (isInside(x)) kept.push([x, y]);
  });
  if (kept.length > 0) kept.push(kept[0]);
  return kept;
}

function shiftAndClip(ring, shift) {
  const moved = ring.map(([x, y]) => [x + shift, y]);
  const west = clip(moved, -EDGE, (x) => x >= -EDGE);
  return clip(west, EDGE, (x) => x <= EDGE);
}

const jumps = (ring) => ring.some(([x], at) => at > 0 && Math.abs(x - ring[at - 1][0]) > EDGE);

// The parts of a polygon that lie on the map; most are one part and stay as they are.
export function cutPolygon(polygon) {
  if (!polygon.some(jumps)) return [polygon];
  const rings = polygon.map(unwrap).map(closeAtPole);
  return [-TURN, 0, TURN]
    .map((shift) => rings.map((ring) => shiftAndClip(ring, shift)).filter((ring) => ring.length > 3))
    .filter((part) => part.length > 0);
}

export function landOf(world) {
  const { features } = window.topojson.feature(world, world.objects.land);
  const coordinates = features.flatMap(({ geometry }) => geometry.coordinates).flatMap(cutPolygon);
  return { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates } };
}

export function bordersOf(world) {
  return window.topojson.mesh(world, world.objects.countries, (one, other) => one !== other);
}
