// Elements are made here and nowhere else: attributes are ours, children are elements or text, never markup.

function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined).map(shown));
  return element;
}

// Text from pages: what a browser hides or obeys (control and direction marks) is shown by its number.
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/u;

function visible(text) {
  if (!INVISIBLE.test(text)) return text;
  return Array.from(text, (char) => (INVISIBLE.test(char)
    ? `‹U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}›` : char)).join("");
}

function shown(child) {
  return child instanceof Node ? child : visible(String(child));
}

function json(id) {
  const text = document.getElementById(id).textContent;
  return text.trim() ? JSON.parse(text) : null;
}

// A link only to a page on the web; every other address is text.
function link(url) {
  if (!url) return el("span", { class: "url" }, "no address");
  const safe = /^https?:\/\/[^\s/]/i.test(url) && !INVISIBLE.test(url);
  if (!safe) return el("span", { class: "url" }, url);
  return el("a", { class: "url", href: url, target: "_blank", rel: "noreferrer noopener" }, url);
}

// The address as one word of a shell, whatever stands in it.
function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function listed(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(listed).join("、");
  return typeof value === "object" ? Object.values(value).filter(Boolean).join(" ") : String(value);
}

function count(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many || `${one}s`}`;
}

// Said to people who hear the page instead of seeing it.
function announce(text) {
  document.getElementById("said").textContent = text;
}
