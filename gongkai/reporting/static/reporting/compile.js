/* The palette of numbers: a click puts the name where the cursor was last. */
"use strict";
(() => {
  let last = document.querySelector(".gk-wording:not([readonly])");
  document.querySelectorAll(".gk-wording").forEach((area) => {
    area.addEventListener("focus", () => { if (!area.readOnly) last = area; });
  });
  document.querySelectorAll(".gk-insert").forEach((button) => {
    button.addEventListener("click", () => {
      if (!last) return;
      last.setRangeText(button.dataset.insert, last.selectionStart, last.selectionEnd, "end");
      last.focus();
    });
  });
})();
