// The article as it came out: its fields and where each comes from, its text with what was repaired, what was left out.

const NAMED_APART = new Set(["title", "subtitle", "body"]);
const MODES = { restored: "restored", seen: "as served", both: "both" };

// `find(lines)` points at lines on the page as served; null where there is no page.
function drawArticle(view, find) {
  const record = view.article || {};
  const fields = new Map((view.fields || []).map((field) => [field.name, field]));
  const title = (fields.get("title") || {}).value || record.title;
  const subtitle = (fields.get("subtitle") || {}).value || record.subtitle;
  const body = (fields.get("body") || {}).value || record.body || [];
  return el("article", { class: "article", lang: "zh" },
    drawVerdict(view),
    title || body.length ? drawHeadline(view, "title", title, fields.get("title"), find) : null,
    subtitle ? drawHeadline(view, "subtitle", subtitle, fields.get("subtitle"), find) : null,
    fields.size ? drawFields([...fields.values()], find) : null,
    drawBody(view, body, fields.get("body"), find),
    drawImages(record.images),
    drawJunk(view.junk || [], find),
    drawDetails(view));
}

function drawHeadline(view, name, text, field, find) {
  const heading = el(name === "title" ? "h1" : "p", { class: name },
    text ? drawText(view, name, text) : el("span", { class: "none" }, "no title"));
  return el("div", { class: "headline" }, heading, el("p", { class: "provenance", lang: "en" },
    finder(name, field, find), field ? [" ", el("span", { class: "how" }, field.how || ""), drawOthers(field)] : null));
}

// A button with the field's name that points at where it stands; plain text where nothing can be pointed at.
function finder(name, field, find) {
  const label = name.replace("_", " ");
  if (!find || !field || !(field.seen || []).length) return el("span", { class: "name" }, label);
  return el("button", {
    class: "name find", type: "button", title: "show it on the page as served",
    "aria-label": `${label}: show it on the page as served`, onclick: () => find(field.seen, label),
  }, label);
}

function drawFields(fields, find) {
  const named = fields.filter((field) => !NAMED_APART.has(field.name));
  const there = named.filter((field) => !isEmpty(field.value) || (field.others || []).length);
  const missing = named.filter((field) => !there.includes(field)).map((field) => field.name.replace("_", " "));
  const rows = there.map((field) => el("tr", { class: isEmpty(field.value) ? "empty" : "" },
    el("th", { scope: "row" }, finder(field.name, field, find)),
    el("td", { class: "value", lang: "zh" }, isEmpty(field.value) ? el("span", { class: "none", lang: "en" }, "not found")
      : drawValue(field)),
    el("td", { class: "how" }, field.how ? el("span", {}, field.how) : null, drawOthers(field))));
  return el("table", { class: "fields", lang: "en" }, el("caption", { class: "unseen" }, "Fields, and where each comes from"),
    el("thead", { class: "unseen" }, el("tr", {}, ["field", "value", "where it comes from"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows, missing.length ? el("tr", {}, el("th", { scope: "row" }, el("span", { class: "name" }, "not found")),
      el("td", { class: "how", colspan: 2 }, missing.join(", "))) : null));
}

function isEmpty(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
}

function drawValue(field) {
  if (field.name === "images") return count(field.value.length, "picture");
  if (field.name.endsWith("_url")) return link(field.value);
  return field.name === "published_at" ? String(field.value).replace("T", " ") : listed(field.value);
}

// What other rules would have said: those that differ stand first, and are counted.
function drawOthers(field) {
  const others = (field.others || []).map((other) => ({ ...other, same: listed(other.value) === listed(field.value) }));
  if (!others.length) return null;
  const differ = others.filter((other) => !other.same);
  const rows = [...differ, ...others.filter((other) => other.same)].map((other) => el("li", { class: other.same ? "same" : "" },
    el("span", { class: "rule" }, other.rule, other.same ? " says the same" : ""),
    other.same ? null : el("span", { class: "said", lang: "zh" }, shortened(other.value))));
  const summary = differ.length ? `${count(differ.length, "other")} would have said` : `${count(others.length, "other")} agree${others.length === 1 ? "s" : ""}`;
  return el("details", { class: differ.length ? "others differ" : "others" }, el("summary", {}, summary), el("ul", {}, rows));
}

function shortened(value) {
  if (isEmpty(value)) return "nothing";
  const text = Array.isArray(value) && typeof value[0] === "string" && value.join("").length > 160
    ? `${count(value.length, "paragraph")}: ${value.join(" ¶ ")}` : listed(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function drawBody(view, body, field, find) {
  if (!body.length) return null;
  const seen = (field && field.seen) || [];
  const paragraphs = body.map((text, number) => el("div", { class: "paragraph" },
    find && seen[number] ? el("button", {
      class: "number find", type: "button", "aria-label": `paragraph ${number + 1}: show it on the page as served`,
      title: "show it on the page as served", onclick: () => find([seen[number]], `paragraph ${number + 1}`),
    }, number + 1) : el("span", { class: "number", "aria-hidden": "true" }, number + 1),
    el("p", {}, drawText(view, `body[${number}]`, text))));
  return el("section", { class: "body", "aria-label": "Text" }, paragraphs,
    el("p", { class: "provenance", lang: "en" }, finder("body", field, find), " ",
      el("span", { class: "how" }, field && field.how ? `${field.how} · ` : "", count(body.length, "paragraph")),
      field ? drawOthers(field) : null));
}

function drawImages(images) {
  if (!images || !images.length) return null;
  return el("section", { class: "images", lang: "en" }, el("h2", {}, "Pictures"), el("ul", {}, images.map((image) =>
    el("li", {}, image.caption ? el("span", { lang: "zh" }, image.caption, " ") : null, link(image.url)))));
}

function drawJunk(junk, find) {
  if (!junk.length) return null;
  const rows = junk.map((block) => el("li", {},
    find ? el("button", {
      class: "find kind", type: "button", title: "show it on the page as served", lang: "en",
      "aria-label": `junk, ${block.kind}: show it on the page as served`, onclick: () => find([block.seen || block.text], block.kind),
    }, block.kind) : el("span", { class: "kind", lang: "en" }, block.kind),
    el("span", { class: "text" }, block.text),
    block.why ? el("span", { class: "why", lang: "en" }, block.why) : null));
  return el("section", { class: "junk" }, el("h2", { lang: "en" }, `Left out (${junk.length})`), el("ul", {}, rows));
}
