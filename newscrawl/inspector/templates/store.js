// Where records come from: out of this file, a line at a time, or from the server that printed the address.

const SLICE = 12; // milliseconds of work between two turns of the browser: less than a frame

function makeStore(served) {
  return served ? servedStore() : embeddedStore(document.getElementById("lines").textContent.split("\n"));
}

function embeddedStore(lines) {
  async function* holding(text, rows) {
    const wanted = wordsOf(text);
    const plain = wordsOf(text, true);
    let until = performance.now() + SLICE;
    for (let number = 0; number < lines.length; number += 1) {
      const line = lines[number];
      const able = !rows[number].reason && (line.includes("\\u") || plain.every((word) => line.includes(word)));
      if (able && holdsAll(`${rows[number].text}\n${bodyOf(line)}`, wanted)) yield number;
      if (performance.now() > until) {
        await new Promise((turn) => setTimeout(turn));
        until = performance.now() + SLICE;
      }
    }
  }
  return { get: async (number) => parsed(lines[number]), holding, page: null };
}

// The words of a search; `plain`: those that JSON and every case write in one way, by which lines are passed over.
function wordsOf(text, plain) {
  const words = text.split(/\s+/).filter(Boolean);
  if (!plain) return words.map((word) => word.toLowerCase());
  return words.filter((word) => word.toUpperCase() === word.toLowerCase() && !/["\\/]/.test(word));
}

function holdsAll(text, words) {
  return words.every((word) => text.includes(word));
}

function bodyOf(line) {
  return (parsed(line).body || []).join("\n").toLowerCase();
}

// An article or a refusal; records.py asks the same of a line.
function isRecord(record) {
  if (!record || typeof record !== "object" || Array.isArray(record)) return false;
  if (typeof record.reason === "string" && record.reason) return true;
  return Array.isArray(record.body) && record.body.every((part) => typeof part === "string");
}

function parsed(line) {
  try {
    const record = JSON.parse(line);
    if (isRecord(record)) return record;
  } catch { /* told below */ }
  return { url: null, reason: "bad_input", detail: `neither an article nor a refusal: ${line.slice(0, 2000)}`, trace: [] };
}

function servedStore() {
  async function get(number) {
    return parsed(await (await asked(`record/${number}`)).text());
  }
  async function* holding(text) {
    yield* await (await asked(`search/?q=${encodeURIComponent(text)}`)).json();
  }
  async function page(number) {
    return (await asked(`page/${number}`)).json();
  }
  return { get, holding, page };
}

async function asked(path) {
  let answer;
  try {
    answer = await fetch(path);
  } catch {
    throw new Error("scrapy inspect has ended: start it again");
  }
  if (!answer.ok) throw new Error((await answer.text()) || `the server answered ${answer.status}`);
  return answer;
}

// A line of a file as the article's side shows it: nothing is known here but what the record says.
function viewOf(record, reasons) {
  if (record.reason) {
    const { reason, detail } = record;
    return { refused: { reason, detail, meaning: reasons[reason] }, record, url: record.url, site: record.site,
      trace: record.trace, restore: null, fields: record.title ? [{ name: "title", value: record.title }] : [] };
  }
  const restored = record.restored || {};
  const skipped = new Set(["url", "site", "restored", "junk", "trace", "mirror_confidence", "published_precision", "fetched_at",
    "charset", "http_status", "content_hash", "revision", "previous_hash", "schema_version"]);
  return {
    article: record, url: record.url, site: record.site, trace: record.trace, junk: record.junk,
    decode: { charset: record.charset }, restore: restored, unresolved: restored.unresolved,
    fields: Object.entries(record).filter(([name]) => !skipped.has(name)).map(([name, value]) => ({ name, value, how: howOf(name, record) })),
  };
}

function howOf(name, record) {
  const stage = { body: "extract", breadcrumb: "section", mirror_of: "mirror" }[name] || name;
  const line = (record.trace || []).find((one) => one.startsWith(`${stage}: `));
  return line ? line.slice(stage.length + 2) : null;
}
