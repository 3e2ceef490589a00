// Going through records: search and filters above the list, the chosen record beside it.

const PAUSE = 150; // milliseconds after the last key before texts are searched

function browse(index) {
  const rows = rowsOf(index);
  const store = makeStore(index.served);
  const list = makeList(open);
  const status = el("p", { class: "status", role: "status" });
  const search = el("input", { type: "search", placeholder: "Title, address, source, text", "aria-label": "Search", oninput: typed, onkeydown: toList });
  const filters = filtersOf(rows, index.fields);
  const selects = filters.map(drawFilter);
  let held = new Set();
  let waiting = 0;
  let asked = 0;

  function drawFilter({ name, label, options }) {
    return el("label", {}, el("span", {}, label), el("select", { "data-filter": name, onchange: update }, el("option", { value: "" }, "any"),
      options.map(([value, text, number]) => el("option", { value }, `${text} (${number.toLocaleString("en")})`))));
  }

  function update() {
    const chosen = Object.fromEntries(selects.map((one) => [one.lastChild.dataset.filter, one.lastChild.value]));
    const found = select(rows, search.value.trim(), chosen, index.fields, held);
    list.show(found, waiting ? "texts are being searched …" : "nothing found; Esc clears");
    const left = index.left ? `; ${index.left.toLocaleString("en")} further lines are not shown` : "";
    status.textContent = (found.length === rows.length ? count(rows.length, "record")
      : `${found.length.toLocaleString("en")} of ${count(rows.length, "record")}`) + (waiting ? ", texts are being searched …" : "") + left;
  }

  function typed() {
    held = new Set();
    clearTimeout(waiting);
    waiting = search.value.trim().length >= SHORTEST ? setTimeout(searchTexts, PAUSE) : 0;
    asked += 1;
    update();
  }

  function toList(event) {
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    list.element.focus();
  }

  async function searchTexts() {
    const mine = asked;
    const found = new Set();
    try {
      for await (const number of store.holding(search.value.trim(), rows)) {
        if (mine !== asked) return;
        found.add(number);
      }
      if (mine !== asked) return;
      [held, waiting] = [found, 0];
      update();
    } catch (fault) {
      status.textContent = fault.message;
    }
  }

  async function open(row) {
    history.replaceState(null, "", `#${row.number + 1}`);
    const mine = row.number;
    current = mine;
    try {
      const record = await store.get(row.number);
      if (current !== mine) return;
      showArticle(viewOf(record, data.reasons), null);
      articlePane.firstChild.prepend(drawAsk(record, row.number));
      setPanes(["list", "article"], app.dataset.pane === "page" ? "article" : app.dataset.pane);
    } catch (fault) {
      articlePane.replaceChildren(el("p", { class: "fault" }, fault.message));
    }
  }
  let current = null;

  // The record that the address names (…/#7), from 0; null when it names none.
  function named() {
    const number = Number(location.hash.slice(1)) - 1;
    return rows[number] ? number : null;
  }

  // The address was changed by hand, or by going back: search and filters give way to the record.
  function follow() {
    const number = named();
    if (number === null || number === list.chosen()) return;
    if (!list.has(number)) clear(true);
    list.choose(number);
    setPane("article");
  }

  function clear(filtersToo) {
    search.value = "";
    if (filtersToo) for (const one of selects) one.lastChild.value = "";
    typed();
  }

  function escape() {
    const none = !list.position()[1];
    if (search.value && (none || document.activeElement === search)) clear(false);
    else if (none) clear(true);
    else search.blur();
    note.hide();
  }

  // The page is not in the output: it can be fetched again, from here or from the shell.
  function drawAsk(record, number) {
    const there = /^https?:\/\//i.test(record.url || "");
    const told = el("span", {}, "The page itself is not in the output.");
    const command = record.url ? el("code", { tabindex: 0 }, `scrapy inspect ${quoted(record.url)}`) : null;
    if (!store.page || !there) return el("div", { class: "ask", lang: "en" }, told, command);
    const button = el("button", { type: "button", onclick: () => fetchPage(number, button, told) }, "Fetch the page");
    return el("div", { class: "ask", lang: "en" }, told, button, command);
  }

  async function fetchPage(number, button, told) {
    button.disabled = true;
    told.textContent = "Fetching, by the rules of a crawl …";
    try {
      const view = await store.page(number);
      if (current !== number) return;
      setPanes(["list", "page", "article"], "article");
      await showPage(view);
    } catch (fault) {
      told.textContent = fault.message;
      button.disabled = false;
    }
  }

  listPane.append(el("form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() }, search,
    el("div", { class: "selects" }, selects)), status, list.element);
  update();
  setPane(named() === null ? "list" : "article");
  if (named() === null) list.first();
  else list.choose(named());
  addEventListener("hashchange", follow);
  list.element.addEventListener("click", () => setPane("article"));
  return {
    j: () => list.move(1), k: () => list.move(-1), ArrowDown: () => list.move(1), ArrowUp: () => list.move(-1),
    Home: list.first, End: list.last, Enter: () => setPane("article"), "/": () => { setPane("list"); search.focus(); search.select(); },
    Escape: escape,
  };
}
