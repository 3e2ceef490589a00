// Puts it together: one page with its article, or a list of records to go through.

const data = json("data");
const served = makeServed();
const note = makeNote();
const columns = { list: "List", page: "Page", article: "Article" };

const said = el("p", { id: "said", class: "unseen", role: "status" });
const articlePane = el("section", { class: "pane article-pane", id: "pane-article", "aria-label": "Article", tabindex: 0 });
const pageNote = el("p", { class: "page-note" });
const pagePane = el("section", { class: "pane page-pane", id: "pane-page", "aria-label": "Page as served" }, pageNote, served.element);
const listPane = el("section", { class: "pane list-pane", id: "pane-list", "aria-label": "Records" });
const address = el("p", { class: "address" });
const modes = drawModes();
const helpButton = el("button", { type: "button", class: "plain", "aria-label": "Help: keys", onclick: () => help.showModal() }, "?");
const bar = el("header", { class: "bar" }, el("p", { class: "brand" }, "newscrawl inspect"), address, modes, helpButton);
const tabs = el("nav", { class: "tabs", "aria-label": "Panes" });
const help = makeHelp(Boolean(data.records));
const app = document.getElementById("app");
app.append(bar, tabs, el("main", { class: "panes" }, listPane, pagePane, articlePane), note.element, help, said);
note.watch(articlePane);

function drawModes() {
  const buttons = Object.entries(MODES).map(([mode, label]) => el("button", {
    type: "button", "data-mode": mode, "aria-pressed": String(mode === "restored"), onclick: () => setMode(mode),
  }, label));
  return el("div", { class: "modes", role: "group", "aria-label": "Text shown" }, buttons);
}

function setMode(mode) {
  articlePane.dataset.mode = mode;
  for (const button of modes.children) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  note.hide();
}

function nextMode() {
  const names = Object.keys(MODES);
  setMode(names[(names.indexOf(articlePane.dataset.mode) + 1) % names.length]);
}

function setPanes(names, first) {
  app.dataset.panes = names.join(" ");
  tabs.replaceChildren(...names.map((name) => el("button", {
    type: "button", "data-pane": name, "aria-controls": `pane-${name}`, onclick: () => setPane(name),
  }, columns[name])));
  setPane(first);
}

// Narrow windows show one pane at a time.
function setPane(name) {
  app.dataset.pane = name;
  if (name === "page") served.fit();
  for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.pane === name));
}

function find(lines, name) {
  setPane("page");
  const number = served.find(lines);
  const text = number ? `${name}: ${number === 1 ? "found on the page" : `${number} lines found on the page`}`
    : `${name}: not in the text of the page; it may stand in an attribute or a script`;
  pageNote.textContent = text;
  pageNote.classList.toggle("bad", !number);
  announce(text);
}

function showArticle(view, found) {
  note.hide();
  articlePane.replaceChildren(drawArticle(view, found));
  articlePane.scrollTop = 0;
  address.replaceChildren(link(view.url));
  modes.hidden = !isRepaired(view);
}

async function showPage(view) {
  pageNote.textContent = view.flat ? "The text as it was given, a block a line" : "The page as served: no scripts, nothing loaded";
  pageNote.classList.remove("bad");
  showArticle(view, find);
  await served.show(view.frame);
}

setMode("restored");
const walk = makeWalk(articlePane, note);
const keys = {
  "?": () => help.showModal(), s: nextMode, Escape: note.hide,
  n: () => walk(".piece", 1), p: () => walk(".piece", -1), u: () => walk(".doubt", 1), U: () => walk(".doubt", -1),
};
if (data.page) {
  setPanes(["page", "article"], "article");
  showPage(data.page);
} else {
  setPanes(["list", "article"], "list");
  Object.assign(keys, browse(data.records));
}
listen(keys);
