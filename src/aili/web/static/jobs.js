"use strict";
// All jobs with script: their rows are brought up to date where they stand, so that nothing moves under the reader.
(() => {
  const SECONDS = 2;
  const LONGEST = 30; // between two looks while the server does not answer
  const rows = new Map([...document.querySelectorAll("#jobs [data-job]")].map((row) => [row.dataset.job, row]));
  const said = document.getElementById("said");
  const words = { waiting: "waiting", running: "being read", done: "done", failed: "failed", cancelled: "stopped" };
  const now = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(0, "second");
  const goesOn = (row) => row.dataset.state === "waiting" || row.dataset.state === "running";
  let pause = SECONDS;

  const end = (row, job) => {
    const stop = row.querySelector(".stop");
    const dismiss = row.querySelector(".dismiss");
    const focused = stop.contains(document.activeElement);
    const why = row.querySelector(".why");
    const time = row.querySelector("time");
    time.dateTime = job.ended;
    time.textContent = now;
    why.textContent = job.failure ? job.failure.message : "";
    why.hidden = !job.failure;
    dismiss.hidden = false;
    if (focused) dismiss.querySelector("button").focus();
    stop.hidden = true;
    said.textContent = row.querySelector(".name").textContent + ": " + words[job.state];
  };
  const update = (row, job) => {
    if (job.title) row.querySelectorAll(".name, .unseen").forEach((name) => {
      name.textContent = (name.classList.contains("unseen") ? " " : "") + job.title;
    });
    if (row.dataset.state === job.state) return;
    row.dataset.state = job.state;
    const state = row.querySelector(".state");
    state.className = "state " + job.state;
    state.textContent = words[job.state];
    if (job.ended) end(row, job);
  };
  const look = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch("/api/v1/jobs?limit=" + Math.min(200, rows.size + 50), { headers: { Accept: "application/json" } });
        if (answer.status === 401) return; // signed out: whatever the reader does next leads to the sign-in page
        if (!answer.ok) throw new Error(String(answer.status));
        for (const job of await answer.json()) if (rows.has(job.id)) update(rows.get(job.id), job);
        pause = SECONDS;
      } catch {
        pause = Math.min(LONGEST, 2 * pause);
      }
    }
    if ([...rows.values()].some(goesOn)) setTimeout(look, 1000 * pause);
  };
  setTimeout(look, 1000 * SECONDS);
})();
