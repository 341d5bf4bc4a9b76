"use strict";
// Copies links and secrets, and asks for a date only where one is wanted.
(() => {
  const said = document.getElementById("said");

  document.querySelectorAll("[data-copies]").forEach((button) => {
    const what = button.dataset.copies;
    const field = what.startsWith("/") ? null : document.getElementById(what);
    const named = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(!field ? location.origin + what : field.value ?? field.textContent);
      } catch {
        // Without TLS a page has no clipboard: mark the text, so that the reader's own keys copy it.
        if (!field) {
          location.assign(what.replace("/s/", "/shares/"));
          return;
        }
        if (field.select) field.select();
        else getSelection().selectAllChildren(field);
        button.textContent = "Marked: press Ctrl+C";
        if (said) said.textContent = "The browser does not let this page copy. It is marked: press Control or Command with C.";
        return;
      }
      button.textContent = "Copied";
      if (said) said.textContent = "Copied.";
      setTimeout(() => { button.textContent = named; }, 2000);
    });
  });

  document.querySelectorAll(".sharing").forEach((form) => {
    const life = form.querySelector("[name=life]");
    const until = form.querySelector("[data-until]");
    const tell = () => {
      until.hidden = life.value !== "date";
      until.querySelector("input").required = !until.hidden;
    };
    life.addEventListener("change", tell);
    tell();
  });
})();
