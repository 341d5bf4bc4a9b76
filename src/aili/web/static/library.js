"use strict";
// The library with script: all of a page ticked at once, j and k from one digest to the next, and only the fields that say
// something in the address.
(() => {
  const boxes = [...document.querySelectorAll("#bulk [name=ids]")];
  const links = [...document.querySelectorAll(".library h2 a")];
  const all = document.getElementById("all");
  const bulk = document.querySelector(".bulk");
  const everything = document.getElementById("everything");
  const find = document.getElementById("find");

  const tally = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    const whole = everything && everything.checked;
    bulk.classList.toggle("ready", ticked > 0 || whole);
    document.getElementById("ticked").textContent = whole ? "With all of them" : "With the " + (ticked > 1 ? ticked + " " : "") + "ticked";
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  if (all) {
    all.parentElement.hidden = false;
    all.addEventListener("change", () => {
      boxes.forEach((box) => { box.checked = all.checked; });
      tally();
    });
    boxes.forEach((box) => box.addEventListener("change", tally));
    if (everything) everything.addEventListener("change", tally);
    addEventListener("pageshow", tally);
  }

  find.addEventListener("submit", () => {
    const empty = [...find.elements].filter((field) => field.name && !field.value);
    empty.forEach((field) => { field.disabled = true; });
    setTimeout(() => empty.forEach((field) => { field.disabled = false; }));
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !links.length) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const at = links.indexOf(document.activeElement);
    if (event.key === "j") links[Math.min(links.length - 1, at + 1)].focus();
    else if (event.key === "k") links[Math.max(0, at - 1)].focus();
    else if (event.key === "x" && at >= 0) boxes[at].click();
    else return;
    event.preventDefault();
  });
})();
