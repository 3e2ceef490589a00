// Which rows are shown: by words in title, address or source, by words in the text (told later), by filters.

const DOUBTFUL = [0.99, 0.95, 0.9];
const SHORTEST = 2; // a single character stands in every text

// The rows of the index as objects, each with what it is searched by.
function rowsOf(index) {
  return index.rows.map(([title, url, site, source, day, family, confidence, doubts, missing, reason], number) => ({
    number, title, url, site, source, day, family, confidence, doubts, missing, reason,
    text: `${title || ""}\n${url || ""}\n${source || ""}`.toLowerCase(),
  }));
}

// {name, label, options: [[value, label, count]]} for every filter that could leave something out.
function filtersOf(rows, fields) {
  const filters = [
    { name: "site", label: "Site", options: counted(rows.map((row) => row.site)) },
    { name: "family", label: "Damage", options: counted(rows.map((row) => (row.reason ? null : row.family || "none"))) },
    { name: "reason", label: "Refused", options: counted(rows.map((row) => row.reason)) },
    { name: "missing", label: "Missing", options: counted(rows.flatMap((row) => fields.filter((_, bit) => row.missing >> bit & 1))) },
    { name: "doubt", label: "Confidence", options: doubtful(rows) },
  ];
  return filters.filter(({ options }) => options.length && !(options.length === 1 && options[0][2] === rows.length));
}

function counted(values) {
  const counts = new Map();
  for (const value of values) if (value) counts.set(value, (counts.get(value) || 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1]).map(([value, number]) => [value, value.replace("_", " "), number]);
}

function doubtful(rows) {
  const below = DOUBTFUL.map((most) => [String(most), `below ${most}`, rows.filter((row) => row.confidence !== null && row.confidence < most).length]);
  const left = ["unresolved", "spots unresolved", rows.filter((row) => row.doubts).length];
  return [left, ...below].filter(([, , number]) => number);
}

// `chosen`: {family: "A", ...}; a filter that is not there, or empty, lets all pass.
function passes(row, chosen, fields) {
  const { site, family, reason, missing, doubt } = chosen;
  if (site && row.site !== site) return false;
  if (reason && row.reason !== reason) return false;
  if (family && (row.reason || (row.family || "none") !== family)) return false;
  if (missing && !(row.missing >> fields.indexOf(missing) & 1)) return false;
  if (doubt === "unresolved") return row.doubts > 0;
  return !doubt || (row.confidence !== null && row.confidence < Number(doubt));
}

// The rows that pass and hold all the words; `held`: the numbers of those that hold some of them in their text.
function select(rows, words, chosen, fields, held) {
  const wanted = wordsOf(words);
  return rows.filter((row) => passes(row, chosen, fields) && (holdsAll(row.text, wanted) || held.has(row.number)));
}
