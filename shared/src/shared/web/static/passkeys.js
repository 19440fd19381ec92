// Passkeys: has the browser make or use one, and sends its answer as a field of the form around the button.
// Without this file, or in a browser that can't, pages say what else there is.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const SAID = {
  NotAllowedError: "La vérification a été interrompue, ou a pris trop de temps. Recommencez.",
  InvalidStateError: "Cette clé d’accès est déjà enregistrée. Utilisez-en une autre.",
};
const OTHERWISE = "Votre navigateur n’a pas pu utiliser de clé d’accès. Recommencez, ou choisissez un autre moyen.";

const decoded = ({ challenge, user, allowCredentials, excludeCredentials, ...rest }) => {
  const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...rest,
    challenge: bytes(challenge),
    ...(user && { user: { ...user, id: bytes(user.id) } }),
    ...(allowCredentials && { allowCredentials: known(allowCredentials) }),
    ...(excludeCredentials && { excludeCredentials: known(excludeCredentials) }),
  };
};

const encoded = ({ id, rawId, type, response }) => {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(given) });
};

if (window.PublicKeyCredential) {
  for (const note of document.querySelectorAll("[data-without-passkey]")) note.hidden = true;
  for (const part of document.querySelectorAll("[data-with-passkey]")) part.hidden = false;
  for (const place of document.querySelectorAll("[data-passkey]")) {
    const [button, field, error] = ["button", "input", "[data-passkey-error]"].map((one) => place.querySelector(one));
    place.hidden = false;
    // Enter in a field, where there is no other way to answer; ahead of the sheet that lets a form go once
    if (place.dataset.passkey === "create") {
      field.form.addEventListener("submit", (event) => {
        if (field.value) return;
        event.preventDefault();
        button.click();
      }, true);
    }
    button.addEventListener("click", async () => {
      error.textContent = "";
      button.disabled = true;
      try {
        const publicKey = decoded(JSON.parse(place.dataset.options));
        field.value = encoded(await navigator.credentials[place.dataset.passkey]({ publicKey }));
        const { code } = field.form.elements;
        if (code) code.value = ""; // half a code would be told as a mistake
        field.form.requestSubmit();
      } catch ({ name }) {
        error.textContent = SAID[name] ?? OTHERWISE;
      } finally {
        button.disabled = false;
      }
    });
  }
}
