// The search: it leaves of the contents what has all words that were typed.
const input = document.getElementById("seek");
const found = document.getElementById("found");
const subjects = [...document.querySelectorAll(".subject")];
const open = subjects.map((s) => s.open);
input.closest(".search").hidden = false;

input.addEventListener("input", () => {
  const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  subjects.forEach((subject, i) => {
    let some = false;
    for (const link of subject.querySelectorAll("a")) {
      const text = (link.textContent + " " + link.dataset.words + " " + subject.firstElementChild.textContent).toLowerCase();
      const fits = wanted.every((w) => text.includes(w));
      link.parentElement.hidden = !fits;
      some ||= fits;
      count += fits ? 1 : 0;
    }
    subject.hidden = !some;
    subject.open = wanted.length > 0 ? some : open[i];
  });
  found.textContent = wanted.length > 0 ? `${count} operation${count === 1 ? "" : "s"}` : "";
});

addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    input.focus();
  }
  if (event.key === "Escape" && document.activeElement === input) {
    input.value = "";
    input.dispatchEvent(new Event("input"));
  }
});
