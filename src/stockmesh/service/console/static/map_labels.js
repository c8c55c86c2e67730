// Places the labels of marks on a map so that none covers another, a mark, or the buttons; what finds no room is hidden
// until its mark is pointed at.
const GAP = 9;
const NEAR = 6;
const CLEARANCE = 2;
const DOT = 7;
// Where a label's left upper corner lies, from its mark; the style sheet puts it at the same places.
const SIDES = {
  right: (width, height) => [GAP, -height / 2],
  left: (width, height) => [-GAP - width, -height / 2],
  above: (width, height) => [-width / 2, -GAP - height],
  below: (width) => [-width / 2, GAP],
  "right-above": (width, height) => [NEAR, -NEAR - height],
  "right-below": () => [NEAR, NEAR],
  "left-above": (width, height) => [-NEAR - width, -NEAR - height],
  "left-below": (width) => [-NEAR - width, NEAR],
};

function boxAt(side, { x, y }, width, height) {
  const [right, down] = SIDES[side](width, height);
  return { left: x + right, top: y + down, right: x + right + width, bottom: y + down + height };
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

// `marks` are { element, label, isMajor, at: {x, y} }, the most important first. A major label may cover minor marks.
export function placeLabels(frame, marks) {
  const { clientWidth, clientHeight } = frame;
  const isWithin = ({ left, top, right, bottom }) => left >= 0 && top >= 0 && right <= clientWidth && bottom <= clientHeight;
  const dots = marks.map(({ isMajor, at: { x, y } }) => ({ isMajor, left: x - DOT, right: x + DOT, top: y - DOT, bottom: y + DOT }));
  const taken = controls(frame);
  marks.forEach((mark, own) => {
    const { offsetWidth: width, offsetHeight: height } = mark.label;
    const place = (obstacles) =>
      Object.keys(SIDES).find((side) => {
        const box = boxAt(side, mark.at, width, height);
        return isWithin(box) && ![...taken, ...obstacles].some((other) => overlap(box, other));
      });
    const others = dots.filter((_, at) => at !== own);
    const side = place(others) ?? (mark.isMajor ? place(others.filter(({ isMajor }) => isMajor)) : undefined);
    mark.element.dataset.side = side ?? "hidden";
    if (side) taken.push(boxAt(side, mark.at, width, height));
  });
}
