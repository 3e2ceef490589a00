// What came of the page, in a few lines above it; how it came to that, below it.

const FEW = 0.99; // below this confidence a reader meets a doubtful spot in most articles: it is shown as a warning

function drawVerdict(view) {
  const refused = view.refused;
  const facts = [...factsOf(view)].map(([name, value, look, why]) =>
    el("li", { class: look || "", title: why }, el("b", {}, name), " ", value));
  const near = nearest(view.layouts || []);
  return el("header", { class: `verdict ${refused ? "refused" : "kept"}`, lang: "en" },
    el("p", { class: "came" }, refused ? ["refused: ", el("b", {}, refused.reason)] : el("b", {}, "article")),
    refused ? el("p", {}, refused.detail || refused.meaning || "") : null,
    refused && refused.detail && refused.meaning ? el("p", { class: "meaning" }, refused.meaning) : null,
    refused && refused.advice ? el("p", { class: "advice" }, refused.advice) : null,
    near ? el("p", { class: "near" }, near) : null,
    el("ul", { class: "facts" }, facts),
    drawLegend(view));
}

// What to say when no layout of the site fits, and one misses by a single selector: the template has changed there.
function nearest(layouts) {
  if (layouts.some((layout) => layout.fits)) return "";
  const near = layouts.filter((layout) => layout.missing.length === 1);
  return near.map((layout) => `layout ${layout.name} fits but for its ${layout.missing[0]}`).join("; ");
}

// What was done to the text, by the code of the damage; "A+commas" is A with another.
const FAMILIES = {
  A: "made traditional, readings put behind characters",
  B: "made traditional, readings put behind more characters than with A",
  C: "made traditional, readings without tones",
  "C'": "made traditional, readings with a space inside their brackets",
  D: "made traditional, no readings",
  commas: "commas doubled",
  mojibake: "read with the wrong character set",
  lossy: "bytes lost for good",
};

function familyTold(family) {
  return `family ${family}: ${family.split("+").map((code) => FAMILIES[code] || "other damage").join("; ")}`;
}

function* factsOf(view) {
  const restore = view.restore || {};
  const decode = view.decode || {};
  const record = view.article || {};
  const doubts = (view.unresolved || []).length;
  if (view.site || record.site) yield ["site", view.site || record.site];
  if (record.mirror_of) yield ["mirror of", record.mirror_of];
  if (view.flat) yield ["flattened text", "a block a line"];
  if (decode.charset) yield ["charset", `${decode.charset}${decode.why ? `, ${decode.why}` : ""}`];
  if (decode.overruled) yield ["overruled", decode.overruled, "warn"];
  if (view.restore) yield ["damage", restore.family ? `family ${restore.family}` : "none", "", restore.family ? familyTold(restore.family) : null];
  if (restore.family) yield ["confidence", String(restore.confidence), restore.confidence < FEW ? "warn" : ""];
  if (doubts) yield ["unresolved", count(doubts, "spot"), "bad"];
}

// The kinds of repair with their colour and count; each can be switched off.
function drawLegend(view) {
  const counts = Object.entries((view.restore || {}).counts || {});
  const doubts = (view.unresolved || []).length;
  if (!counts.length && !doubts) return null;
  const kinds = counts.map(([kind, number]) => {
    const name = kind in KINDS ? kind : "other";
    const label = [el("i", { "aria-hidden": "true" }), `${kind} ${number}`];
    return !isRepaired(view) ? el("span", { class: `key k-${name}` }, label) : el("button", {
      type: "button", class: `key k-${name}`, "aria-pressed": "true", title: `${KINDS[kind] || kind}: show or hide the mark`,
      onclick: (event) => switchKind(event.currentTarget, name),
    }, label);
  });
  const red = doubts ? el("button", {
    type: "button", class: "key doubts", title: "spots where nobody can tell what stood there: show the next one (u)", onclick: () => walk(".doubt", 1),
  }, el("i", { "aria-hidden": "true" }), `unresolved ${doubts}`) : null;
  return el("div", { class: "legend", role: "group", "aria-label": "Repairs by kind" }, kinds, red);
}

function switchKind(button, name) {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  button.closest(".article").classList.toggle(`without-${name}`, !on);
}

function drawDetails(view) {
  return el("section", { class: "details", lang: "en" },
    drawLayouts(view.layouts || []),
    drawTrace(view.trace || []),
    el("details", {}, el("summary", {}, "Record"),
      el("pre", { tabindex: 0 }, JSON.stringify(view.article || view.record || view.refused, null, 1))));
}

function drawLayouts(layouts) {
  if (!layouts.length) return null;
  const rows = layouts.map((layout) => el("li", { class: layout.fits ? "fits" : "fails" },
    el("b", {}, layout.fits ? "✓ " : "✕ ", layout.name),
    layout.missing.length ? [" not on the page: ", layout.missing.flatMap((one) => [el("code", {}, one), " "])] : " fits"));
  return el("section", { class: "layouts" }, el("h2", {}, "Layouts"), el("ul", {}, rows));
}

function drawTrace(trace) {
  if (!trace.length) return null;
  const rows = trace.map((line) => {
    const [, stage, rest] = /^([^:]{1,24}: )?([^]*)$/.exec(line);
    return el("li", {}, stage ? el("b", {}, stage) : null, rest);
  });
  return el("section", { class: "trace" }, el("h2", {}, "Trace"), el("ol", {}, rows));
}
