"use strict";
// A digest on its way: numbered events fill in the steps; the browser itself resumes after the last one it has seen.
(() => {
  const place = document.getElementById("progress");
  const outline = document.getElementById("outline");
  const name = document.getElementById("name");
  const said = document.getElementById("said");
  const steps = [...place.querySelectorAll("[data-step]")];
  const numbers = new Intl.NumberFormat();
  const count = (number, noun) => numbers.format(number) + " " + noun + (number === 1 ? "" : "s");
  const size = (bytes) => new Intl.NumberFormat(undefined, {
    style: "unit", unit: bytes < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: 1,
  }).format(bytes < 1e6 ? bytes / 1e3 : bytes / 1e6);
  const host = (location) => {
    try {
      return new URL(location).host.replace(/^www\.(?=.*\.)/, "");
    } catch {
      return "";
    }
  };

  const told = {
    fetched: (data) => [host(data.location), size(data.size), data.cached && "unchanged since last time"],
    extracted: (data) => [count(data.words, "word"), count(data.sentences, "sentence")],
    drafted: (data) => [
      count(data.sections.length, "topic"),
      count(data.sections.reduce((sum, section) => sum + section.questions, 0), "question"),
    ],
    verified: (data) => [numbers.format(data.supported) + " supported", data.dropped && numbers.format(data.dropped) + " dropped"],
  };
  const set = (step, state, text) => {
    step.dataset.state = state;
    step.querySelector(".what").textContent = state === "done" ? step.dataset.done : step.dataset.doing;
    step.querySelector(".told").textContent = text;
  };
  const begin = (first) => {
    steps.forEach((step, index) => set(step, index ? "todo" : first, ""));
    outline.replaceChildren();
    outline.hidden = true;
  };
  const reached = (kind, data) => {
    const at = steps.findIndex((step) => step.dataset.step === kind);
    set(steps[at], kind === "drafted" && !data.complete ? "now" : "done", told[kind](data).filter(Boolean).join(" · "));
    if (steps[at].dataset.state === "done" && steps[at + 1]) set(steps[at + 1], "now", "");
  };
  const draw = (sections) => {
    const items = sections.map((section, index) => {
      const old = outline.children[index];
      const item = old || document.createElement("li");
      const number = document.createElement("span");
      number.className = "number";
      number.textContent = "[" + String(index + 1).padStart(2, "0") + "]";
      const questions = document.createElement("span");
      questions.className = "told";
      questions.textContent = count(section.questions, "question");
      item.dir = "auto";
      item.replaceChildren(number, " " + section.heading + " ", questions);
      return item;
    });
    outline.replaceChildren(...items);
    outline.hidden = !items.length;
  };

  const source = new EventSource("/api/v1/jobs/" + encodeURIComponent(place.dataset.job) + "/events");
  const on = (kind, act) => source.addEventListener(kind, (event) => act(JSON.parse(event.data)));
  on("queued", () => begin("todo"));
  on("started", () => {
    begin("now");
    name.textContent = "Reading …";
  });
  on("fetched", (data) => reached("fetched", data));
  on("extracted", (data) => {
    reached("extracted", data);
    if (data.title) {
      name.textContent = data.title;
      document.title = "Reading " + data.title;
    }
  });
  on("drafted", (data) => {
    reached("drafted", data);
    draw(data.sections);
  });
  on("verified", (data) => reached("verified", data));
  on("finished", (data) => {
    source.close();
    said.textContent = "The digest is ready.";
    location.replace("/digests/" + encodeURIComponent(data.digest));
  });
  const ended = () => {
    source.close();
    location.reload();
  };
  on("failed", ended);
  on("cancelled", ended);
  // A stream that the server refuses for good is not opened again by the browser: look again the plain way.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 2000);
  });
})();
