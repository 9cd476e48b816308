// Comfort only: every page works without this file.
"use strict";

// File drop: say which file was chosen, take a dropped one, and say that the work has begun.
for (const drop of document.querySelectorAll("[data-drop]")) {
  const input = drop.querySelector("input[type=file]");
  const said = drop.querySelector("[data-chosen]");
  const say = () => {
    const file = input.files[0];
    said.textContent = file ? `已选择：${file.name}（${(file.size / 1048576).toFixed(2)} MB）` : "";
  };
  input.addEventListener("change", say);
  for (const name of ["dragover", "dragenter"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("dropping");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("dropping"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      say();
    }
  });
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

// Filters: one choice is enough, the button stays for the keyboard.
for (const print of document.querySelectorAll("[data-print]")) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
