// The keyboard, and the page that tells of it.

const HELP = [
  ["j, ↓", "next record", true],
  ["k, ↑", "previous record", true],
  ["Home, End", "first, last record", true],
  ["/", "search", true],
  ["n, p", "next, previous repair"],
  ["u, U", "next, previous unresolved spot"],
  ["s", "restored, as served, or both"],
  ["?", "this help"],
  ["Esc", "clear the search, or close the note"],
];

function makeHelp(listed) {
  const rows = HELP.filter(([, , only]) => listed || !only).map(([keys, does]) =>
    el("tr", {}, el("th", { scope: "row" }, keys.split(", ").flatMap((key, at) => [at ? " " : "", el("kbd", {}, key)])), el("td", {}, does)));
  const dialog = el("dialog", { id: "help", "aria-labelledby": "help-title" },
    el("h2", { id: "help-title" }, "Keys"), el("table", {}, el("tbody", {}, rows)),
    el("p", {}, "A click on a field's name or a paragraph's number shows where it stands on the page as served."),
    el("form", { method: "dialog" }, el("button", { type: "submit" }, "Close")));
  dialog.addEventListener("submit", (event) => { event.preventDefault(); dialog.close(); });
  return dialog;
}

// `does`: key -> what to do. Keys belong to what is being typed in, and to the browser when they come with Ctrl.
function listen(does) {
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== "Escape")) return;
    if (document.querySelector("dialog[open]")) return;
    const action = does[event.key];
    if (!action || (event.key.startsWith("Arrow") && !fromList(event.target))) return;
    if ((event.key === "Home" || event.key === "End") && !fromList(event.target)) return;
    event.preventDefault();
    action();
  });
}

// Arrows move through the list from there and from nowhere in particular; elsewhere they scroll.
function fromList(target) {
  return target === document.body || target.closest(".rows") !== null;
}

// Goes to the next piece of a kind, from the one that has the focus; round at the end.
function makeWalk(pane, note) {
  return (selector, by) => {
    const spots = [...pane.querySelectorAll(selector)];
    if (!spots.length) return announce("nothing of the kind");
    const from = spots.indexOf(document.activeElement);
    const to = from < 0 ? (by > 0 ? 0 : spots.length - 1) : (from + by + spots.length) % spots.length;
    spots[to].focus({ preventScroll: true });
    spots[to].scrollIntoView({ block: "center" });
    note.show(spots[to]); // the only one has the focus already
    return announce(`${to + 1} of ${spots.length}`);
  };
}
