// Selecting on the page: text with mouse, touch or keyboard, and boxes drawn with any pointer.
// Without this script, the lines with check marks and the boxes by position do the same.
(() => {
  const form = document.getElementById("redact");
  const sheets = document.getElementById("sheets");
  const picked = document.getElementById("picked");
  const status = document.getElementById("chosen");
  const clear = document.getElementById("clear");
  if (!form || !picked) return;

  const KEY = `redact-scroll${location.pathname}`;
  const kept = sessionStorage.getItem(KEY);
  if (kept) { sessionStorage.removeItem(KEY); window.scrollTo(0, Number(kept)); }
  form.addEventListener("submit", () => sessionStorage.setItem(KEY, String(window.scrollY)));

  let spans = [];
  let boxes = [];

  function show() {
    picked.replaceChildren();
    for (const [name, values] of [["span", spans], ["box", boxes]]) {
      for (const value of values) {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name, value });
        picked.append(input);
      }
    }
    const letters = spans.reduce((n, s) => { const [, a, b] = s.split(":"); return n + (b - a); }, 0);
    const ticked = form.querySelectorAll("input[type=checkbox]:checked").length;
    const said = [];
    if (letters) said.push(`已选中 ${letters} 个字`);
    if (boxes.length) said.push(`已画 ${boxes.length} 个框`);
    if (ticked) said.push(`已勾选 ${ticked} 项`);
    status.textContent = said.length ? `${said.join("，")}。选好依据后点“加入清单”。` : "还没有选择。";
    status.classList.toggle("gr-some", said.length > 0);
    clear.hidden = !said.length;
  }

  // --- text ---------------------------------------------------------------------------------
  function offset(range, node, end) {
    const element = node.firstChild || node;
    const [container, at] = end ? [range.endContainer, range.endOffset] : [range.startContainer, range.startOffset];
    if (container === element) return at;
    return end ? element.textContent.length : 0;
  }

  function selected() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!sheets.contains(range.commonAncestorContainer)) return null;
    const found = [];
    for (const node of sheets.querySelectorAll("[data-start]")) {
      if (!range.intersectsNode(node)) continue;
      const first = Number(node.dataset.start);
      const a = offset(range, node, false), b = offset(range, node, true);
      if (a < b) found.push(`${node.dataset.page}:${first + a}:${first + b}`);
    }
    return found;
  }

  document.addEventListener("selectionchange", () => {
    const found = selected();
    if (found && found.length) { spans = found; show(); }
  });
  form.addEventListener("change", show);

  // --- boxes --------------------------------------------------------------------------------
  const modes = sheets.querySelector(".gr-modes");
  if (modes) {
    modes.hidden = false;
    modes.addEventListener("click", (event) => {
      const button = event.target.closest("[data-mode]");
      if (!button) return;
      for (const other of modes.querySelectorAll("[data-mode]")) other.setAttribute("aria-pressed", String(other === button));
      sheets.classList.toggle("gr-drawing", button.dataset.mode === "box");
    });
  }

  function place(svg, event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const view = svg.viewBox.baseVal;
    return [Math.min(Math.max(at.x, 0), view.width), Math.min(Math.max(at.y, 0), view.height)];
  }

  let drawing = null;
  sheets.addEventListener("pointerdown", (event) => {
    const svg = event.target.closest("svg[data-page]");
    if (!svg || !sheets.classList.contains("gr-drawing") || event.button > 0) return;
    event.preventDefault();
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("class", "gr-new");
    svg.append(rect);
    svg.setPointerCapture(event.pointerId);
    drawing = { svg, rect, from: place(svg, event) };
  });
  sheets.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const [x, y] = place(drawing.svg, event);
    const [a, b] = drawing.from;
    drawing.box = [Math.min(a, x), Math.min(b, y), Math.max(a, x), Math.max(b, y)];
    const [x0, y0, x1, y1] = drawing.box;
    for (const [key, value] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) drawing.rect.setAttribute(key, value);
  });
  function done() {
    if (!drawing) return;
    const { svg, rect, box } = drawing;
    drawing = null;
    if (!box || box[2] - box[0] < 3 || box[3] - box[1] < 3) { rect.remove(); return; }
    boxes.push([svg.dataset.page, ...box.map((v) => v.toFixed(2))].join(":"));
    show();
  }
  sheets.addEventListener("pointerup", done);
  sheets.addEventListener("pointercancel", () => { if (drawing) { drawing.rect.remove(); drawing = null; } });

  clear.addEventListener("click", () => {
    spans = []; boxes = [];
    window.getSelection().removeAllRanges();
    for (const rect of sheets.querySelectorAll(".gr-new")) rect.remove();
    for (const box of form.querySelectorAll("input[type=checkbox]:checked")) box.checked = false;
    show();
  });
  show();
})();
