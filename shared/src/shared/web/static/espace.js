// Comforts only: every page works without this file (research/ui.md §7).
const all = (selector, root = document) => root.querySelectorAll(selector);

const status = document.createElement("p");
status.className = "vh";
status.setAttribute("role", "status");
document.body.append(status);
document.documentElement.classList.add("js");

// Errors: go to the summary, and from the summary to the field with its label in view.
document.querySelector("[data-error-summary]")?.focus();
for (const link of all("[data-error-summary] a")) {
  link.addEventListener("click", (event) => {
    const control = document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    (control.closest(".field") ?? control).scrollIntoView();
    control.focus({ preventScroll: true });
  });
}

// Passwords: shown on demand, hidden again before they are sent.
const reveal = (button, shown) => {
  const input = document.getElementById(button.dataset.reveal);
  input.type = shown ? "text" : "password";
  button.querySelector("[data-verb]").textContent = shown ? "Masquer" : "Afficher";
};
for (const button of all("[data-reveal]")) {
  button.addEventListener("click", () => {
    const shown = document.getElementById(button.dataset.reveal).type === "password";
    reveal(button, shown);
    status.textContent = shown ? "Le texte saisi est affiché" : "Le texte saisi est masqué";
  });
}

// One submission at a time; the server refuses a second one anyway.
const sent = new WeakMap();
const free = (form) => {
  clearTimeout(sent.get(form));
  sent.delete(form);
  form.removeAttribute("aria-busy");
};
for (const form of all("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (sent.has(form)) return event.preventDefault();
    for (const button of all("[data-reveal]", form)) reveal(button, false);
    form.setAttribute("aria-busy", "true");
    sent.set(form, setTimeout(free, 10000, form));
  });
}
addEventListener("pageshow", (event) => {
  if (event.persisted) all("form[data-once]").forEach(free);
});

// A page whose only question was answered before (design §5, confirmation link in the browser that activated).
document.querySelector("form[data-autosubmit]")?.requestSubmit();

// Captcha: <button type="submit" data-swap-image="ID"> replaces element ID by the one of the page it would lead to.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-swap-image]");
  if (!button || button.dataset.plain) return;
  event.preventDefault();
  const { form, dataset } = button;
  try {
    const body = new URLSearchParams(new FormData(form, button));
    // Not form.action: that is the button named "action".
    const answer = await fetch(form.getAttribute("action") ?? location.href, { method: "POST", body, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(dataset.swapImage);
    document.getElementById(dataset.swapImage).replaceWith(document.adoptNode(fresh));
    status.textContent = "Nouvelle image affichée";
    fresh.querySelector("input")?.focus();
  } catch {
    dataset.plain = "1";
    button.click();
  }
});

// <a data-play href="….wav">: heard here rather than on a page of its own.
let voice;
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-play]");
  if (!link) return;
  event.preventDefault();
  voice?.pause();
  voice = new Audio(link.href);
  voice.play().catch(() => location.assign(link.href));
});
