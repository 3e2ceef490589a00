// A field's text as pieces: what was repaired, what is in doubt. Positions count characters, as Python does.

const KINDS = {
  annotation: "reading taken out",
  traditional: "traditional to simplified",
  misaligned: "bytes put in step again",
  comma: "comma mended",
  mojibake: "read again with the right character set",
};

// Pieces [seen, restored, kind, note] cut where doubtful spots begin and end: {seen, restored, kind, note, doubt}.
function segments(pieces, doubts) {
  const cut = [];
  let at = 0;
  for (const [seen, restored, kind, note] of pieces) {
    const chars = Array.from(restored);
    const end = at + chars.length;
    const inside = doubts.filter((doubt) => doubt.start < end && doubt.start + doubt.length > at);
    if (kind) {
      cut.push({ seen, restored, kind, note, doubt: inside[0] });
    } else {
      const edges = new Set([at, end]);
      for (const doubt of inside) edges.add(Math.max(at, doubt.start)).add(Math.min(end, doubt.start + doubt.length));
      const sorted = [...edges].sort((one, other) => one - other);
      for (let i = 0; i + 1 < sorted.length; i += 1) {
        const text = chars.slice(sorted[i] - at, sorted[i + 1] - at).join("");
        const doubt = inside.find((one) => one.start <= sorted[i] && sorted[i] < one.start + one.length);
        cut.push({ seen: text, restored: text, kind: null, note: "", doubt });
      }
    }
    at = end;
  }
  return cut;
}

function drawn(segment) {
  const { seen, restored, kind, note, doubt } = segment;
  if (!kind && !doubt) return document.createTextNode(visible(restored));
  const known = kind in KINDS ? kind : "other";
  const attributes = {
    class: ["piece", kind ? `k-${known}` : "", doubt ? "doubt" : ""].join(" ").trim(),
    tabindex: -1,
    "data-kind": kind ? KINDS[kind] || kind : "in doubt",
    "data-seen": seen,
    "data-restored": restored,
    "data-note": note || "",
    "data-candidates": doubt ? doubt.candidates.join("\u2002") || "nobody can tell" : null,
  };
  if (!kind) return el("span", attributes, restored);
  return el("span", attributes, el("span", { class: "was" }, seen), el("span", { class: "now" }, restored));
}

// Whether there are repairs to be shown; what a record in a file says of them are numbers only.
function isRepaired(view) {
  return Object.values(view.pieces || {}).some((pieces) => pieces.some(([, , kind]) => kind));
}

// The text of a field; `name` is the field's, as `body[3]`.
function drawText(view, name, text) {
  const pieces = (view.pieces || {})[name] || [[text, text, null, ""]];
  const doubts = (view.unresolved || []).filter((spot) => spot.field === name)
    .map((spot) => ({ ...spot, length: Array.from(spot.seen).length }));
  return segments(pieces, doubts).map(drawn);
}

// One note for all pieces: shown beside the one that is pointed at or focused.
function makeNote() {
  const note = el("div", { id: "note", role: "tooltip", hidden: true });
  let held = null;

  function show(piece) {
    if (held) held.removeAttribute("aria-describedby");
    held = piece;
    if (!piece) { note.hidden = true; return; }
    const { kind, seen, restored, note: why, candidates } = piece.dataset;
    note.replaceChildren(
      el("p", { class: "change", lang: "zh" }, seen === restored ? seen
        : [el("del", {}, seen || "∅"), el("span", { class: "arrow" }, " → "), el("ins", {}, restored || "∅")]),
      el("p", { class: "kind" }, kind),
      ...why.split("; ").filter(Boolean).map((part) => el("p", {}, part)),
      candidates ? el("p", { class: "may" }, "may be: ", el("b", { lang: "zh" }, candidates)) : "",
    );
    note.hidden = false;
    piece.setAttribute("aria-describedby", "note");
    place(piece.getClientRects()[0] || piece.getBoundingClientRect());
  }

  function place(box) {
    const width = Math.min(note.offsetWidth, innerWidth - 16);
    const below = box.bottom + 8 + note.offsetHeight < innerHeight;
    note.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    note.style.top = `${Math.max(8, below ? box.bottom + 8 : box.top - 8 - note.offsetHeight)}px`;
  }

  // A note of the piece with the focus goes with it when the pane scrolls, as far as it is in sight; others are closed.
  function follow(element) {
    const box = held && held === document.activeElement ? held.getBoundingClientRect() : null;
    const pane = element.getBoundingClientRect();
    if (box && box.bottom > pane.top && box.top < pane.bottom) place(held.getClientRects()[0] || box);
    else show(null);
  }

  function pointed(event) {
    show(event.target.closest(".piece"));
  }

  function watch(element) {
    for (const kind of ["pointerover", "focusin", "click"]) element.addEventListener(kind, pointed);
    element.addEventListener("pointerleave", () => show(null));
    element.addEventListener("focusout", () => show(null));
    element.addEventListener("scroll", () => follow(element), { passive: true });
  }
  return { element: note, watch, show, hide: () => show(null) };
}
