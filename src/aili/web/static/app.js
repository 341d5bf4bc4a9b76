"use strict";
// What every page has with script: keys, menus that close, times in the reader's own words.
(() => {
  const typing = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const places = { l: "/library", s: "/shares", j: "/jobs", ",": "/settings" };
  const help = document.getElementById("help");
  let going = false;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") {
      const open = document.querySelector("details.menu[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      return;
    }
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const search = document.querySelector("[data-search]");
    if (going) {
      going = false;
      if (places[event.key]) location.assign(places[event.key]);
    } else if (event.key === "g") {
      going = true;
      setTimeout(() => { going = false; }, 1500);
    } else if (event.key === "/") {
      if (search) search.focus();
      else location.assign("/library#search");
    } else if (event.key === "n") location.assign("/");
    else if (event.key === "?" && help) help.showModal();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });

  // A menu closes when the reader turns to something else.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // What was typed on the start page is kept (home.js) until another page shows that the server has taken it.
  if (!document.body.matches(".start, .halted")) {
    try {
      sessionStorage.removeItem("aili-typed");
    } catch { /* a browser that keeps nothing has nothing to forget */ }
  }

  const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
  const precise = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const humane = (moment) => {
    const seconds = (moment - Date.now()) / 1000;
    const past = Math.abs(seconds);
    if (past < 45) return relative.format(0, "second");
    if (past < 2700) return relative.format(Math.round(seconds / 60), "minute");
    if (past < 79200) return relative.format(Math.round(seconds / 3600), "hour");
    if (past < 7 * 86400) return relative.format(Math.round(seconds / 86400), "day");
    return absolute.format(moment);
  };
  const tell = (time) => {
    const whole = time.dateTime.includes("T");
    const moment = new Date(whole ? time.dateTime : time.dateTime + "T12:00:00");
    if (Number.isNaN(moment.getTime())) return;
    time.textContent = whole ? humane(moment) : absolute.format(moment);
    if (whole) time.title = precise.format(moment);
  };
  document.querySelectorAll("time[datetime]").forEach(tell);
})();
