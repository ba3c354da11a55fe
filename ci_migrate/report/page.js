"use strict";
const files = [...document.querySelectorAll(".file")];
const filter = document.getElementById("filter");
const shown = () => files.filter((file) => !file.hidden);
function go(step) {
  const list = shown();
  const at = list.findIndex((file) => file.contains(document.activeElement));
  const next = list[at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1)];
  if (!next) return;
  next.querySelector("summary").focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
}
function toggle() {
  const open = shown().some((file) => !file.open);
  for (const file of shown()) file.open = open;
}
const keys = { j: () => go(1), k: () => go(-1), o: toggle, "/": () => filter && filter.focus() };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === filter) {
    if (event.key === "Escape") { filter.value = ""; filter.dispatchEvent(new Event("input")); filter.blur(); }
    return;
  }
  const action = keys[event.key];
  if (action) { event.preventDefault(); action(); }
});
if (filter) filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase();
  for (const file of files) file.hidden = !file.dataset.path.toLowerCase().includes(wanted);
});
