"use strict";
// Shows what a bullet rests on: by click, by keys, and softly under the mouse. Without this script the numbers are plain
// links to the sentences. The single-file page has a button and a dialog for the keys; other pages have their own.
(() => {
  const root = document.documentElement;
  const bullets = [...document.querySelectorAll(".bullet")];
  const marks = document.querySelectorAll(".sentence mark");
  const pane = document.getElementById("evidence");
  const said = document.getElementById("said");
  const help = document.getElementById("help");
  const keys = document.getElementById("keys");
  const close = document.getElementById("close");
  const narrow = matchMedia("(max-width: 63.99rem)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let current = -1;

  const sentencesOf = (bullet) =>
    (bullet.dataset.evidence || "").split(" ").filter(Boolean).map((n) => document.getElementById("s" + n)).filter(Boolean);
  const textOf = (sentence) => {
    const copy = sentence.cloneNode(true);
    copy.querySelectorAll("a").forEach((link) => link.remove());
    return copy.textContent.trim();
  };
  const scroll = (element, block) => element.scrollIntoView({ block, behavior: still.matches ? "auto" : "smooth" });

  const bring = (sentence) => {
    const shift = sentence.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTo({ top: pane.scrollTop + shift - pane.clientHeight / 3, behavior: still.matches ? "auto" : "smooth" });
  };

  // One bullet is a tab stop, the others are reached from it by j and k.
  const stop = (index) => {
    bullets.forEach((bullet, at) => bullet.setAttribute("tabindex", at === index ? "0" : "-1"));
    current = index;
  };

  const clear = () => {
    document.querySelectorAll(".lit").forEach((element) => element.classList.remove("lit"));
    bullets.forEach((bullet) => bullet.removeAttribute("aria-current"));
    root.classList.remove("sheet");
    if (close) close.hidden = true;
    said.textContent = "";
    if (location.hash.startsWith("#s")) history.replaceState(null, "", location.pathname + location.search);
  };

  const show = (bullet, first) => {
    clear();
    hint(null);
    const sentences = sentencesOf(bullet);
    stop(bullets.indexOf(bullet));
    if (!sentences.length) return;
    bullet.classList.add("lit");
    bullet.setAttribute("aria-current", "true");
    sentences.forEach((sentence) => sentence.classList.add("lit"));
    const matched = (mark) => mark.dataset.for.split(" ").includes(String(current + 1));
    marks.forEach((mark) => mark.classList.toggle("matched", matched(mark)));
    if (close) close.hidden = false;
    if (narrow.matches) root.classList.add("sheet");
    const target = first || sentences[0];
    bring(target);
    if (narrow.matches) scroll(bullet, "start");
    said.textContent = sentences.map(textOf).join(" ");
  };

  // Under a resting mouse the sentences are shown softly, and brought into view unless the reader has chosen a bullet.
  let resting = 0;
  const hint = (bullet) => {
    clearTimeout(resting);
    document.querySelectorAll(".hinted").forEach((element) => element.classList.remove("hinted"));
    if (!bullet || narrow.matches || bullet.classList.contains("lit")) return;
    resting = setTimeout(() => {
      const sentences = sentencesOf(bullet);
      sentences.forEach((sentence) => sentence.classList.add("hinted"));
      if (sentences.length && !document.querySelector(".bullet.lit")) bring(sentences[0]);
    }, 120);
  };

  const move = (step) => {
    if (!bullets.length) return;
    const index = Math.min(bullets.length - 1, Math.max(0, current + step));
    const started = document.activeElement && document.activeElement.classList.contains("bullet");
    stop(started || step < 0 ? index : Math.max(0, current));
    bullets[current].focus({ preventScroll: true });
    scroll(bullets[current], "nearest");
  };

  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const cite = event.target.closest(".cite");
    const bullet = event.target.closest(".bullet");
    if (cite && bullet) {
      event.preventDefault();
      show(bullet, document.getElementById(cite.hash.slice(1)));
      return;
    }
    if (event.target.closest("a, button, dialog") && !event.target.closest(".n")) return;
    if (!getSelection().isCollapsed) return; // the reader is marking text to copy it
    if (bullet) {
      show(bullet);
      return;
    }
    const sentence = event.target.closest(".cited");
    if (sentence) {
      event.preventDefault();
      const number = sentence.id.slice(1);
      const citing = bullets.find((one) => (one.dataset.evidence || "").split(" ").includes(number));
      if (citing) {
        show(citing, sentence);
        scroll(citing, "center");
        citing.focus({ preventScroll: true });
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "Escape") clear();
    else if (event.key === "?" && help) help.showModal();
    else if (event.key === "Enter" && event.target.classList.contains("bullet")) show(event.target);
    else return;
    event.preventDefault();
  });

  if (keys) {
    keys.hidden = false;
    keys.addEventListener("click", () => help.showModal());
  }
  if (close) close.addEventListener("click", () => {
    const at = current;
    clear();
    if (at >= 0) bullets[at].focus({ preventScroll: true });
  });
  bullets.forEach((bullet, index) => {
    bullet.addEventListener("focus", () => stop(index));
    bullet.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") hint(bullet); });
    bullet.addEventListener("pointerleave", () => hint(null));
  });
  root.classList.add("scripted");
  if (bullets.length) {
    stop(0);
  }
})();
