// Marks of returned envelopes, as a hand scanner types them into <textarea data-marks>, one a line: the place to type is
// ready, and what is there is counted aloud. The page works without this file.
const area = document.querySelector("[data-marks]");
const told = document.querySelector("[data-marks-count]");
if (area && told) {
  const count = () => {
    const lines = area.value.split("\n").map((line) => line.split(/[;,\t]/)[0].replace(/[\s-]/g, "").toUpperCase()).filter(Boolean);
    const twice = lines.length - new Set(lines).size;
    const marks = `${lines.length}\u00a0repère${lines.length > 1 ? "s" : ""}`;
    told.textContent = lines.length ? `${marks}${twice ? `, dont ${twice} en double` : ""}` : "";
  };
  // A line that is being scanned is no mark yet.
  area.addEventListener("input", () => area.value.endsWith("\n") && count());
  area.addEventListener("change", count);
  // Unless something above asks to be read first.
  if (area.dataset.marks && !document.querySelector("[data-error-summary]")) area.focus({ preventScroll: true });
  count();
}
