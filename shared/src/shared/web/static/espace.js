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

// Files: too many or too large ones are told before they travel; the server says the same.
const refusal = ({ files, dataset: { most, limit } }) => {
  if (files.length > most) return `Vous avez choisi ${files.length}\u00a0fichiers\u00a0: choisissez-en ${most > 1 ? `${most} au plus` : "un seul"}`;
  const large = [...files].find((file) => file.size > limit);
  return large ? `«\u00a0${large.name}\u00a0» dépasse 5\u00a0Mo. Réduisez sa taille ou choisissez un autre fichier` : "";
};
const tell = (input) => {
  const [text, field, id] = [refusal(input), input.closest(".field"), `${input.id}-error`];
  field.querySelector(".error")?.remove();
  field.classList.toggle("bad", text !== "");
  const others = input.getAttribute("aria-describedby").split(" ").filter((one) => one !== id);
  input.setAttribute("aria-describedby", [...others, ...(text ? [id] : [])].join(" "));
  if (!text) return input.removeAttribute("aria-invalid");
  const error = document.createElement("p");
  Object.assign(error, { className: "error", id, textContent: `Erreur\u00a0: ${text}` });
  input.before(error);
  input.setAttribute("aria-invalid", "true");
  status.textContent = error.textContent;
};
for (const input of all("input[type=file][data-limit]")) {
  input.addEventListener("change", () => tell(input));
  input.form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !refusal(input)) return;
    event.preventDefault();
    tell(input);
    input.focus();
  });
}

// A session that is not used ends, and writing is no use that the server sees: told two minutes before, with a way to stay.
// When it is over, a text is kept from being sent in vain until somebody has signed in again in another tab.
const { idle, stay } = document.body.dataset; // seconds; an address to which any GET is a use
if (idle) {
  const warning = document.createElement("div");
  warning.className = "session";
  warning.setAttribute("role", "alert");
  document.body.append(warning);
  const tabs = new BroadcastChannel(`session ${stay}`);
  const early = 120000;
  let end, timer, before;
  let shown = "";
  const unsent = (root) => [...all("textarea", root)].some(({ value }) => value.trim());
  const element = (name, properties) => Object.assign(document.createElement(name), properties);
  const show = (state, left) => {
    if (state === shown) return;
    shown = state;
    const minutes = Math.ceil(left / 60000);
    const texts = {
      soon: `Votre session se termine dans ${minutes}\u00a0minute${minutes > 1 ? "s" : ""}.${unsent() ? " Votre texte n’est pas encore envoyé." : ""}`,
      over: `Votre session est terminée.${unsent() ? " Gardez cette page ouverte\u00a0: connectez-vous dans un autre onglet, puis envoyez votre texte d’ici." : ""}`,
    };
    const ways = {
      soon: () => element("button", { type: "button", className: "button", textContent: "Rester connecté", onclick: keep }),
      over: () => element("a", { href: stay, target: "_blank", textContent: "Se connecter (nouvel onglet)" }),
    };
    warning.replaceChildren(...(state ? [element("p", { textContent: texts[state] }), ways[state]()] : []));
  };
  const look = () => {
    clearTimeout(timer);
    const left = end - Date.now();
    show(left <= 0 ? "over" : left <= early ? "soon" : "", left);
    if (left > 0) timer = setTimeout(look, left > early ? left - early : left);
  };
  const used = () => {
    end = Date.now() + idle * 1000;
    look();
  };
  const keep = async () => {
    // Not followed, and from no cache: what counts is that the gateway has asked who is signed in.
    const how = { cache: "no-store", redirect: "manual", headers: { Accept: "application/json" } };
    const answer = await fetch(stay, how).catch(() => ({}));
    if (answer.status === 401) {
      end = 0;
      look();
    } else if (answer.ok || answer.type === "opaqueredirect") {
      used();
      tabs.postMessage("used");
      status.textContent = "Votre session est prolongée";
      before?.focus();
    } else warning.firstChild.textContent = "Le site ne répond pas. Essayez de nouveau dans quelques secondes.";
  };
  warning.addEventListener("focusin", ({ relatedTarget }) => (before = relatedTarget ?? before));
  document.addEventListener("submit", (event) => {
    if (shown !== "over" || !unsent(event.target)) return;
    event.preventDefault();
    warning.querySelector("a").focus();
  }, true);
  document.addEventListener("visibilitychange", look); // a computer that slept
  tabs.addEventListener("message", used);
  used();
  tabs.postMessage("used");
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
    const files = form.enctype === "multipart/form-data";
    if (files) status.textContent = "Envoi en cours";
    sent.set(form, setTimeout(free, files ? 180000 : 10000, form)); // a slow line needs so long for files
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
