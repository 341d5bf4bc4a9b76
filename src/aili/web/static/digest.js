"use strict";
// What can be done with a digest, with script: copy in one go, print, be asked before it is removed.
(() => {
  const said = document.getElementById("said");
  const print = document.getElementById("print");
  const remove = document.getElementById("remove");
  const sure = document.getElementById("sure");

  // Safari wants the text promised within the click; others take it once it is there.
  const write = async (address) => {
    const text = fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    });
    if (window.ClipboardItem && navigator.clipboard.write) {
      const promised = text.then((plain) => new Blob([plain], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": promised })]);
    } else await navigator.clipboard.writeText(await text);
  };
  document.querySelectorAll("[data-copy]").forEach((link) => {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !navigator.clipboard) return;
      event.preventDefault();
      const words = link.textContent;
      try {
        await write(link.dataset.copy);
      } catch {
        location.assign(link.href); // the page that shows the text to copy by hand
        return;
      }
      link.textContent = "Copied";
      said.textContent = "Copied " + words.toLowerCase() + ".";
      setTimeout(() => {
        link.textContent = words;
        link.closest("details").open = false;
      }, 1200);
    });
  });

  print.hidden = false;
  print.addEventListener("click", () => {
    print.closest("details").open = false;
    window.print();
  });
  remove.addEventListener("click", (event) => {
    event.preventDefault();
    remove.closest("details").open = false;
    sure.showModal();
  });
})();
