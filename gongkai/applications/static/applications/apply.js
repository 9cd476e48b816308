// Comfort only: every step works without this file. What is typed and not yet sent on is kept in
// this browser until the next step; numbers of identity papers are not.
"use strict";

const PREFIX = "gongkai-apply-";
const PRIVATE = new Set(["csrfmiddlewaretoken", "id_number", "credit_code", "agent_id_number", "identity", "authorisation", "attachments", "remove"]);
const note = document.querySelector("[data-draft-saved]");

function forget() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) localStorage.removeItem(key);
    }
  } catch { /* the browser keeps nothing: nothing to forget */ }
}

function told() {
  if (!note) return;
  note.hidden = false;
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  const name = PREFIX + form.dataset.keep;
  const fields = () => [...form.elements].filter((e) => e.name && !PRIVATE.has(e.name) && e.type !== "hidden");
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "null");
    // A page that came back with errors holds the newer words.
    if (kept && Date.now() - kept.at < 7 * 86400e3 && !document.getElementById("errors")) {
      for (const field of fields()) {
        const values = kept.values[field.name];
        if (!values) continue;
        if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
        else if (field.tagName !== "SELECT" || [...field.options].some((o) => o.value === values[0])) field.value = values[0];
      }
      told();
    }
  } catch { /* kept by another version, or nothing may be kept */ }
  form.addEventListener("input", () => {
    const values = {};
    for (const field of fields()) {
      values[field.name] ??= [];
      if ((field.type !== "radio" && field.type !== "checkbox") || field.checked) values[field.name].push(field.value);
    }
    try {
      localStorage.setItem(name, JSON.stringify({ at: Date.now(), values }));
      told();
    } catch { /* no room, or not allowed: the server keeps it at the next step */ }
  });
  form.addEventListener("submit", () => {
    try {
      localStorage.removeItem(name);
    } catch { /* nothing kept */ }
  });
}

for (const form of document.querySelectorAll("[data-forget], [data-send]")) form.addEventListener("submit", forget);
