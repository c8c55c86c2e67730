// Places the labels of marks on a map so that none covers another, a mark, or the buttons; what finds no room is hidden
// until its mark is pointed at.
const SIDES = ["right", "left", "above", "below"];
const GAP = 9;
const CLEARANCE = 2;
const DOT = 7;

function boxAt(side, { x, y }, width, height) {
  const left = { right: x + GAP, left: x - GAP - width }[side] ?? x - width / 2;
  const top = { above: y - GAP - height, below: y + GAP }[side] ?? y - height / 2;
  return { left, top, right: left + width, bottom: top + height };
}

function overlap(one, other) {
  return (
    one.left < other.right + CLEARANCE &&
    other.left < one.right + CLEARANCE &&
    one.top < other.bottom + CLEARANCE &&
    other.top < one.bottom + CLEARANCE
  );
}

function controls(frame) {
  const origin = frame.getBoundingClientRect();
  return [...frame.querySelectorAll(".maplibregl-ctrl-group")].map((group) => {
    const { left, top, right, bottom } = group.getBoundingClientRect();
    return { left: left - origin.left, right: right - origin.left, top: top - origin.top, bottom: bottom - origin.top };
  });
}

// `marks` are { element, label, at: {x, y} }, the most important first.
export function placeLabels(frame, marks) {
  const { clientWidth, clientHeight } = frame;
  const isWithin = ({ left, top, right, bottom }) => left >= 0 && top >= 0 && right <= clientWidth && bottom <= clientHeight;
  const dots = marks.map(({ at: { x, y } }) => ({ left: x - DOT, right: x + DOT, top: y - DOT, bottom: y + DOT }));
  const taken = controls(frame);
  marks.forEach((mark, own) => {
    const { offsetWidth: width, offsetHeight: height } = mark.label;
    const isFree = (box) =>
      isWithin(box) &&
      !taken.some((other) => overlap(box, other)) &&
      !dots.some((dot, at) => at !== own && overlap(box, dot));
    const side = SIDES.find((one) => isFree(boxAt(one, mark.at, width, height)));
    mark.element.dataset.side = side ?? "hidden";
    if (side) taken.push(boxAt(side, mark.at, width, height));
  });
}
