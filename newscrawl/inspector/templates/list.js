// The list of records: only the rows in sight are elements.

const ROW = 66; // pixels; the style sheet has the same
const SPARE = 6; // rows kept above and below those in sight

function makeList(choose) {
  const inner = el("div", { class: "inner" });
  const nothing = el("p", { class: "nothing", lang: "en", hidden: true });
  const box = el("div", {
    class: "rows", role: "listbox", tabindex: 0, "aria-label": "Records", onscroll: draw, onclick: clicked,
  }, inner, nothing);
  let rows = [];
  let current = -1;

  // `instead`: what to say where there are none.
  function show(found, instead) {
    rows = found;
    nothing.hidden = rows.length > 0;
    nothing.textContent = instead;
    inner.style.height = `${rows.length * ROW}px`;
    current = rows.findIndex((row) => row.number === chosenNumber());
    if (current < 0) box.scrollTop = 0;
    else reveal();
    draw();
  }

  let chosen = null;
  function chosenNumber() {
    return chosen;
  }

  function draw() {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - SPARE);
    const last = Math.min(rows.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + SPARE);
    inner.replaceChildren(...rows.slice(first, last).map((row, at) => drawRow(row, first + at)));
    if (current >= first && current < last) box.setAttribute("aria-activedescendant", `row-${current}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function drawRow(row, at) {
    return el("div", {
      class: `row${row.reason ? " refused" : ""}`, id: `row-${at}`, role: "option", "data-at": at, "aria-selected": String(at === current),
      "aria-setsize": rows.length, "aria-posinset": at + 1, style: `top:${at * ROW}px`,
    }, el("p", { class: "row-title", lang: "zh" }, row.title || bare(row.url) || "no title"),
    el("p", { class: "row-facts" }, [...badges(row)], el("span", { class: "row-about" }, [row.source, row.day, row.title ? bare(row.url) : null].filter(Boolean).join(" · "))));
  }

  function clicked(event) {
    const row = event.target.closest(".row");
    if (row) go(Number(row.dataset.at));
  }

  function go(at) {
    if (!rows.length) return;
    current = Math.max(0, Math.min(rows.length - 1, at));
    chosen = rows[current].number;
    reveal();
    draw();
    choose(rows[current]);
  }

  function reveal() {
    const top = current * ROW;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
  }

  addEventListener("resize", draw);
  return {
    element: box, show,
    move: (by) => go(current < 0 ? 0 : current + by),
    has: (number) => rows.some((row) => row.number === number),
    choose: (number) => go(rows.findIndex((row) => row.number === number)),
    chosen: chosenNumber,
    last: () => go(rows.length - 1),
    first: () => go(0),
    position: () => [current + 1, rows.length],
  };
}

// An address without what all of them begin with.
function bare(url) {
  return url && url.replace(/^https?:\/\//, "");
}

function* badges(row) {
  if (row.reason) yield el("span", { class: "badge bad" }, row.reason.replace("_", " "));
  else if (row.family) yield el("span", { class: "badge", title: familyTold(row.family) }, row.family);
  if (row.doubts) yield el("span", { class: "badge bad", title: `${count(row.doubts, "spot")} unresolved: nobody can tell what stood there` }, `${row.doubts} ?`);
}
