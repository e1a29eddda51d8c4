// [data-passkey="get|create"] in a form: asks the browser for a passkey and sends the form with it.
(() => {
  "use strict";
  const ui = window.ui;
  const keys = window.PublicKeyCredential;
  const isKnown = Boolean(keys?.parseRequestOptionsFromJSON && keys.parseCreationOptionsFromJSON);

  const ask = async (kind, options) => {
    if (kind === "create") {
      const publicKey = keys.parseCreationOptionsFromJSON(options);
      return navigator.credentials.create({ publicKey });
    }
    const publicKey = keys.parseRequestOptionsFromJSON(options);
    return navigator.credentials.get({ publicKey });
  };

  ui.attach("[data-passkey]", (button) => {
    if (!isKnown) return;
    const form = button.closest("form");
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const answer = await ui.post(button.dataset.passkeyOptions);
        // Asked again who sits there: the page itself asks the same, in words.
        if (answer.status === 422 || answer.status === 403) return window.location.reload();
        if (!answer.ok) throw new Error(`options: ${answer.status}`);
        const credential = await ask(button.dataset.passkey, (await answer.json()).publicKey);
        [...form.querySelectorAll("input[name$=credential]")].at(-1).value = JSON.stringify(credential.toJSON());
        form.requestSubmit();
      } catch (error) {
        console.info("passkey", error.name, error.message);
        if (error.name !== "AbortError") ui.toast({ text: ui.text("passkey"), level: "error" });
      } finally {
        button.disabled = false;
      }
    });
  });
})();
