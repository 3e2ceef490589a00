// The page as served, in a frame without scripts; and how a line of it is found there.

const SPACE = /[\s\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\ufeff]+/g;
const SMALLEST = 0.6; // of a page's size: 16 pixels become 10, which can just be read; a text of 800 pixels fits in 500
const MOST_FOUND = 40; // lines pointed at together: a long article's paragraphs

function makeServed() {
  const frame = el("iframe", {
    title: "The page as served, without scripts", sandbox: "allow-same-origin", referrerpolicy: "no-referrer",
  });
  let opened = [];

  function show(markup) {
    return new Promise((done) => {
      opened = [];
      frame.addEventListener("load", () => { fit(); done(); }, { once: true });
      frame.srcdoc = markup;
    });
  }

  // Pages are made for a width of their own: one that is too wide is made smaller, as far as it can be read.
  function fit() {
    const root = frame.contentDocument && frame.contentDocument.documentElement;
    if (!root) return; // between two pages
    root.style.zoom = 1;
    if (root.scrollWidth > root.clientWidth && root.clientWidth) {
      root.style.zoom = Math.max(SMALLEST, root.clientWidth / root.scrollWidth);
    }
  }

  // Points at the lines, scrolls to the first; returns how many were found.
  function find(lines) {
    const page = frame.contentDocument;
    forget(page);
    const wanted = [...new Set(lines.map(fold).filter(Boolean))].slice(0, MOST_FOUND);
    const marks = wanted.map((line) => mark(page, line)).filter((found) => found.length);
    for (const [first] of marks) open(page, first);
    if (marks.length) marks[0][0].scrollIntoView({ block: "center" });
    return marks.length;
  }

  function forget(page) {
    for (const found of page.querySelectorAll("newscrawl-found")) {
      const parent = found.parentNode;
      found.replaceWith(...found.childNodes);
      parent.normalize();
    }
    for (const element of opened) element.classList.remove("newscrawl-opened");
    opened = [];
  }

  // What a page hides is opened as far as needed: hidden noise is what one wants to see here.
  function open(page, found) {
    for (let at = found.parentElement; at && at !== page.body && !isShown(found); at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
      at.classList.add("newscrawl-opened");
      opened.push(at);
    }
  }

  // windows change, and panes come and go beside it; what fits is asked again when its own width has changed
  let width = 0;
  new ResizeObserver(() => {
    if (frame.clientWidth && frame.clientWidth !== width) fit();
    width = frame.clientWidth;
  }).observe(frame);
  return { element: frame, show, find, fit };
}

function fold(text) {
  return text.replace(SPACE, "");
}

function isShown(element) {
  const box = element.getBoundingClientRect();
  const style = element.ownerDocument.defaultView.getComputedStyle(element);
  const { scrollX, scrollY } = element.ownerDocument.defaultView;
  return box.width > 1 && box.height > 1 && box.right + scrollX > 0 && box.bottom + scrollY > 0
    && style.visibility === "visible";
}

// The text nodes with where each begins in their folded text; what the head says comes last.
function textsOf(page) {
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) if (walker.currentNode.parentElement.tagName !== "STYLE") nodes.push(walker.currentNode);
  const head = page.getElementById("newscrawl-head");
  const ordered = head ? [...nodes.filter((one) => !head.contains(one)), ...nodes.filter((one) => head.contains(one))] : nodes;
  let at = 0;
  return ordered.map((node) => {
    const text = fold(node.data);
    const found = { node, at, text };
    at += text.length;
    return found;
  });
}

// Wraps a folded line wherever its parts stand; returns the wrappers, the first one first.
function mark(page, line) {
  const texts = textsOf(page);
  const start = texts.map((one) => one.text).join("").indexOf(line);
  if (start < 0) return [];
  const end = start + line.length;
  return texts.filter((one) => one.text && one.at < end && one.at + one.text.length > start)
    .map((one) => wrap(page, one, Math.max(0, start - one.at), Math.min(one.text.length, end - one.at)));
}

function wrap(page, one, from, to) {
  const range = page.createRange();
  range.setStart(one.node, unfolded(one.node.data, from));
  range.setEnd(one.node, unfolded(one.node.data, to - 1) + 1);
  const found = page.createElement("newscrawl-found");
  range.surroundContents(found);
  return found;
}

// Where the character stands that has `wanted` characters before it, white space not counted.
function unfolded(data, wanted) {
  let left = wanted;
  for (let at = 0; at < data.length; at += 1) {
    if (fold(data[at]) && left === 0) return at;
    if (fold(data[at])) left -= 1;
  }
  return data.length;
}
