"use strict";
// The start page with script: Enter begins, the field grows, files may be dropped anywhere.
(() => {
  const form = document.getElementById("hand-in");
  const field = document.getElementById("reference");
  const file = document.getElementById("file");
  const said = document.getElementById("said");
  const name = form.querySelector(".pick span");
  const button = form.querySelector("button.primary");
  const told = document.getElementById("taken");
  // As pages/home.py tells links from texts.
  const link = /^<?(?:https?:\/\/\S+|(?:(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}|\d{1,3}(?:\.\d{1,3}){3}|localhost|\[[0-9a-f:.]+\])(?::\d+)?(?:[/?#]\S*)?|[\p{L}\p{N}_-]+:\d{1,5}\/\S*)>?$/iu;
  const stated = /\bhttps?:\/\/[^\s<>"“”«»，。、；！？）】》」]+/giu;
  const word = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[\p{L}\p{N}]+/gu;
  const limit = Number(form.dataset.megabytes) * 1e6;

  const links = () => {
    const lines = field.value.split("\n").map((one) => one.trim()).filter(Boolean);
    return lines.length && lines.every((one) => link.test(one)) ? lines.length : 0;
  };
  const amongWords = () => {
    if (links() || field.value.length > 10_000) return 0;
    const found = new Set(field.value.match(stated));
    const around = field.value.replace(stated, " ").match(word) || [];
    return around.length < Number(form.dataset.words) ? found.size : 0;
  };

  // The session may have ended meanwhile: what was typed is kept in this tab until the server has taken it (app.js).
  const kept = ["reference", "length", "language", "engine", "tags"];
  const keep = () => {
    const values = kept.map((one) => [one, form.elements.namedItem(one).value]);
    try {
      sessionStorage.setItem("aili-typed", JSON.stringify({ account: form.dataset.account, values }));
    } catch { /* too much, or a browser that keeps nothing: the page that tells of the fault shows the text too */ }
  };
  const bringBack = () => {
    if (field.value) return;
    try {
      const typed = JSON.parse(sessionStorage.getItem("aili-typed"));
      if (!typed || typed.account !== form.dataset.account) return;
      for (const [one, value] of typed.values) form.elements.namedItem(one).value = value;
      if (field.value) told.textContent = "What you typed is here again.";
    } catch { /* as above */ }
  };
  const begin = () => {
    if (form.dataset.sent) return;
    form.requestSubmit();
  };
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent || (!field.value.trim() && !file.files.length)) {
      event.preventDefault();
      field.focus();
      return;
    }
    form.dataset.sent = "yes";
    keep();
    button.disabled = true;
    button.textContent = "One moment …";
  });
  // The browser may show this page again as it was left, when the reader goes back.
  addEventListener("pageshow", () => {
    delete form.dataset.sent;
    button.disabled = false;
    button.textContent = "Digest";
  });

  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (event.ctrlKey || event.metaKey || links() || amongWords()) {
      event.preventDefault();
      begin();
    }
  });
  const grow = () => {
    if (!CSS.supports("field-sizing", "content")) {
      field.style.height = "auto";
      field.style.height = Math.min(field.scrollHeight + 2, innerHeight * 0.5) + "px";
    }
    const count = links();
    button.textContent = count > 1 ? "Digest " + count + " links" : "Digest";
  };
  const tell = () => {
    const among = amongWords();
    const words = among > 1 ? "The " + among + " links will be read, not the words around them."
      : among ? "The link will be read, not the words around it." : "";
    if (told.textContent !== words) told.textContent = words;
  };
  field.addEventListener("input", () => {
    grow();
    tell();
  });
  bringBack();
  grow();

  const take = (chosen) => {
    const called = chosen.length > 1 ? chosen.length + " files" : chosen[0].name;
    if (chosen.reduce((sum, one) => sum + one.size, 0) > limit) {
      const larger = chosen.length > 1 ? " together are larger than " : " is larger than ";
      said.textContent = name.textContent = called + larger + form.dataset.megabytes + " MB";
      file.value = "";
      return;
    }
    said.textContent = name.textContent = called;
    begin();
  };
  file.addEventListener("change", () => { if (file.files.length) take([...file.files]); });

  let depth = 0;
  const over = (on) => document.body.classList.toggle("dropping", on);
  const carriesFile = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  addEventListener("dragenter", (event) => { if (carriesFile(event)) { depth += 1; over(true); } });
  addEventListener("dragleave", (event) => { if (carriesFile(event)) { depth -= 1; if (depth <= 0) over(false); } });
  addEventListener("dragover", (event) => { if (carriesFile(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    const dropped = event.dataTransfer.files;
    if (!dropped.length) return;
    const moved = new DataTransfer();
    for (const one of dropped) moved.items.add(one);
    file.files = moved.files;
    take([...dropped]);
  });
})();
