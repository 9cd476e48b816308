/* The editor of a draft: a field to write in over the plain text field, which stays what is sent.
   Without this file the text field itself is written in. What is pasted from Word or WPS loses
   its looks here; the server cleans it again. */
"use strict";
(() => {
  const KEPT = new Set(["P", "BR", "H2", "H3", "H4", "UL", "OL", "LI", "BLOCKQUOTE", "STRONG", "B", "EM", "I", "U", "SUP", "SUB", "A", "TABLE", "CAPTION", "THEAD", "TBODY", "TR", "TH", "TD", "HR"]);
  const RENAMED = { H1: "H2", H5: "H4", H6: "H4", DIV: "P", SECTION: "P", ARTICLE: "P" };
  const GONE = new Set(["SCRIPT", "STYLE", "XML", "TITLE", "META", "LINK", "HEAD", "DEL", "IMG", "OBJECT", "IFRAME", "SVG"]);
  const ATTRIBUTES = { A: ["href"], TD: ["colspan", "rowspan"], TH: ["colspan", "rowspan", "scope"], OL: ["start", "type"], LI: ["value"] };
  const ADDRESS = /^(https?:|mailto:|tel:|\/|#)/i;
  const HIDDEN = /mso-hide\s*:\s*all|display\s*:\s*none|mso-element\s*:\s*comment/i;

  /* Where a line of the file ends inside a Chinese sentence. */
  const WRAPPED = /([\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n]\s*(?=[\u3000-\u9fff\uff00-\uffef])/g;
  const PLACES = { right: "right", end: "right", center: "centre" };
  const SIGNS = /(^|[\s;])font(-family)?\s*:[^;]*(Wingdings|Symbol|Webdings)/i;

  /* Where a paragraph stands: its own word, else that of the division around it. */
  function place(node) {
    for (let at = node; at && /^(P|DIV|SECTION)$/.test(at.tagName); at = at.parentElement) {
      const style = /(^|[\s;])text-align\s*:\s*(\w+)/i.exec(at.getAttribute("style") || "");
      const told = style ? style[2] : at.getAttribute("align");
      if (told) return PLACES[told.toLowerCase()] || "";
      if (/^(right|centre)$/.test(at.className)) return at.className;
    }
    return "";
  }

  /* The sign before an item of a list is a letter in Word's font of signs. */
  function sign(node) {
    const style = node.getAttribute("style") || "";
    const looks = style + ";" + (node.parentElement.getAttribute("style") || "");
    return /mso-list\s*:\s*ignore/i.test(style) && SIGNS.test(looks) && node.textContent.trim().length === 1;
  }

  function copy(node, out, where) {
    if (node.nodeType === Node.TEXT_NODE) {
      out.append(node.data.replace(WRAPPED, "$1").replace(/[\r\n]+/g, " "));
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const old = node.tagName;
    if (GONE.has(old) || HIDDEN.test(node.getAttribute("style") || "") || /^MsoComment/i.test(node.className)) return;
    if (sign(node)) {
      out.append("• ");
      return;
    }
    let name = RENAMED[old] || old;
    if (name === "P" && old !== "P" && node.querySelector("p,div,table,ul,ol,h1,h2,h3,h4")) name = "";
    let into = out;
    if (KEPT.has(name) && !(name === "A" && !ADDRESS.test(node.getAttribute("href") || ""))) {
      into = where.createElement(name);
      for (const key of ATTRIBUTES[name] || []) {
        const value = node.getAttribute(key);
        if (value && value !== "1") into.setAttribute(key, value);
      }
      if (name === "P" && place(node)) into.className = place(node);
      out.append(into);
    }
    for (const child of node.childNodes) copy(child, into, where);
    if (into !== out && /^(P|H2|H3|H4)$/.test(name) && !into.textContent.trim() && !into.querySelector("table")) into.remove();
  }

  /* The pictures of a pasted page, not its spacers: each v:imagedata has its img beside it. */
  function pictures(html) {
    const from = new DOMParser().parseFromString(html, "text/html");
    return [...from.images].filter((one) => one.getAttribute("width") !== "1" && one.getAttribute("height") !== "1").length;
  }

  function clean(html) {
    const from = new DOMParser().parseFromString(html, "text/html");
    const out = document.createElement("div");
    copy(from.body, out, document);
    return out.innerHTML;
  }

  function lines(text) {
    const out = document.createElement("div");
    for (const line of text.split(/\r?\n/)) {
      if (!line.trim()) continue;
      const p = document.createElement("p");
      p.textContent = line;
      out.append(p);
    }
    return out.innerHTML;
  }

  const TOOLS = [
    ["正文", () => run("formatBlock", "P")],
    ["标题", () => run("formatBlock", "H2")],
    ["小标题", () => run("formatBlock", "H3")],
    ["加粗", () => run("bold")],
    ["• 列表", () => run("insertUnorderedList")],
    ["1. 编号", () => run("insertOrderedList")],
    ["靠右", () => run("justifyRight")],
    ["靠左", () => run("justifyLeft")],
    ["链接", link],
    ["去掉链接", () => run("unlink")],
    ["表格", table],
    ["加一行", () => row(1)],
    ["减一行", () => row(-1)],
    ["清除格式", () => run("removeFormat")],
    ["撤销", () => run("undo")],
  ];

  function run(command, value) {
    document.execCommand(command, false, value);
  }

  function link() {
    const address = window.prompt("网址（以 https:// 开头，或者本站的地址）", "https://");
    if (address && /^(https?:\/\/|\/)/.test(address)) run("createLink", address);
  }

  function table() {
    const size = (window.prompt("几行几列？例如 3,4", "3,3") || "").split(/[,，x×]/).map(Number);
    if (!(size[0] > 0 && size[1] > 0 && size[0] <= 100 && size[1] <= 20)) return;
    const head = "<tr>" + "<th>　</th>".repeat(size[1]) + "</tr>";
    const rest = ("<tr>" + "<td>　</td>".repeat(size[1]) + "</tr>").repeat(size[0] - 1);
    run("insertHTML", "<table><tbody>" + head + rest + "</tbody></table><p><br></p>");
  }

  function row(what) {
    const at = window.getSelection().anchorNode;
    const found = at && (at.nodeType === 1 ? at : at.parentElement).closest("tr");
    if (!found || !found.closest(".gp-area")) return;
    if (what < 0) { found.remove(); return; }
    const fresh = found.cloneNode(true);
    for (const cell of fresh.cells) cell.textContent = "　";
    found.after(fresh);
  }

  function start(field) {
    const frame = document.createElement("div");
    frame.className = "gp-editor";
    const tools = document.createElement("div");
    tools.className = "gp-tools";
    tools.setAttribute("role", "toolbar");
    tools.setAttribute("aria-label", "正文格式");
    const area = document.createElement("div");
    area.className = "gp-area gp-text";
    area.contentEditable = "true";
    area.setAttribute("role", "textbox");
    area.setAttribute("aria-multiline", "true");
    area.setAttribute("aria-label", "正文");
    area.innerHTML = /<\/?[a-z][^>]*>/i.test(field.value) ? clean(field.value) : lines(field.value);
    const keep = () => { field.value = area.textContent.trim() || area.querySelector("table,hr") ? area.innerHTML : ""; };
    for (const [word, deed] of TOOLS) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = word;
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => { area.focus(); deed(); keep(); });
      tools.append(button);
    }
    const note = document.createElement("p");
    note.className = "gk-note gk-note-warn";
    note.setAttribute("role", "status");
    note.hidden = true;
    const tell = (words) => {
      note.hidden = !words;
      note.textContent = words ? words + "请在“附件”中上传，图中的文字写进正文。" : "";
    };
    area.addEventListener("paste", (event) => {
      const html = event.clipboardData.getData("text/html");
      const text = event.clipboardData.getData("text/plain");
      event.preventDefault();
      const left = html ? pictures(html) : event.clipboardData.files.length;
      tell(left ? "粘贴的内容里有 " + left + (html ? " 张图片" : " 个图片或文件") + "，没有放进正文。" : "");
      if (html) run("insertHTML", clean(html));
      else if (/\n/.test(text)) run("insertHTML", lines(text));
      else run("insertText", text);
      keep();
    });
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      tell("拖进来的内容没有放进正文。");
    });
    area.addEventListener("input", keep);
    frame.append(tools, area, note);
    field.before(frame);
    field.hidden = true;
    document.execCommand("defaultParagraphSeparator", false, "p");
    if (field.form) field.form.addEventListener("submit", keep);
    const label = document.querySelector('label[for="' + field.id + '"]');
    if (label) label.addEventListener("click", () => area.focus());
    if (window.location.hash === "#" + field.id) area.focus();
    let first = area.innerHTML;
    window.addEventListener("beforeunload", (event) => {
      if (!frame.dataset.sent && area.innerHTML !== first) event.preventDefault();
    });
    if (field.form) field.form.addEventListener("submit", () => { frame.dataset.sent = "1"; });
  }

  for (const field of document.querySelectorAll("textarea[data-editor]")) start(field);
})();
