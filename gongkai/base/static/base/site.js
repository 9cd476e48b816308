// Comfort only: every page works without this file.
"use strict";

// File drop: the chooser covers the whole field (it takes a dropped file by itself), and the
// chosen file is named.
for (const drop of document.querySelectorAll("[data-drop]")) {
  const input = drop.querySelector("input[type=file]");
  const said = drop.querySelector("[data-chosen]");
  const say = () => {
    const file = input.files[0];
    said.textContent = file ? `已选择：${file.name}（${(file.size / 1048576).toFixed(2)} MB）` : "";
  };
  input.addEventListener("change", say);
  drop.classList.add("enhanced");
  for (const name of ["dragover", "dragenter"]) {
    drop.addEventListener(name, () => drop.classList.add("dropping"));
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("dropping"));
  }
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    button.textContent = form.dataset.busy;
    button.setAttribute("aria-disabled", "true");
  });
}
// A page taken back from the browser's memory must not stay "busy".
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-busy]")) location.reload();
});

// Only a script can print: the button is shown by it.
for (const print of document.querySelectorAll("[data-print]")) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
