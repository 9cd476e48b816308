// Comfort only, for the forms of the public and of the office; every form works without it.
"use strict";

// A form that comes back begins with what is wrong: it is read out and lies in sight first.
{
  const wrong = document.querySelector("main :is(.notice-error, .gk-note-error)[role=alert]");
  if (wrong) {
    wrong.tabIndex = -1;
    wrong.focus();
  }
}

// The button of a file field and the names of what was chosen are shown in Chinese, whatever
// language the browser speaks.
for (const input of document.querySelectorAll("main input[type=file]")) {
  if (input.closest(".drop")) continue;
  const box = document.createElement("span");
  const button = document.createElement("span");
  const said = document.createElement("span");
  box.className = "pick";
  button.className = "pick-button";
  button.textContent = "选择文件";
  button.setAttribute("aria-hidden", "true");
  said.className = "pick-said";
  said.setAttribute("role", "status");
  const say = () => {
    const names = [...input.files].map((file) => file.name);
    const many = names.length > 1 ? ` ${names.length} 个文件` : "";
    said.textContent = names.length ? `已选择${many}：${names.join("、")}` : "还没有选择";
  };
  input.before(box);
  box.append(button, said, input);
  input.title = "选择文件";
  input.addEventListener("change", say);
  input.form?.addEventListener("reset", () => setTimeout(say));
  say();
}
