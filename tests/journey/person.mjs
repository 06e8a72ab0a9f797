// Plays the person in front of the browser: signs in to a practice org, presses Allow, and ends where the org sends them.

/** @type {Record<string, string>} */
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&#x27;": "'" };
const MOST_PAGES = 12;

/**
 * Walks from the authorize address to the page that the browser ends on.
 * @param {string} address the authorize address that dtx printed
 * @param {{username: string, password: string}} user who signs in
 * @param {(what: string) => void} tell called with each thing the person does
 * @returns {Promise<{address: string, text: string}>} the last page
 */
export async function signInAndAllow(address, user, tell) {
  const browser = new Browser();
  let page = await browser.open(address);
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const signIn = page.forms.find((form) => form.fields.some((field) => field.type === "password"));
    const passkey = page.forms.find((form) => form.buttons.some((button) => button.label === "Use the passkey"));
    const allow = page.forms.find((form) => form.buttons.some((button) => button.label === "Allow"));
    if (signIn) {
      tell(`signs in as ${user.username}`);
      page = await browser.submit(page, signIn, signIn.buttons[0], user);
    } else if (passkey) {
      tell("uses the passkey");
      page = await browser.submit(page, passkey, passkey.buttons[0]);
    } else if (allow) {
      tell("presses Allow");
      page = await browser.submit(page, allow, allow.buttons.find((button) => button.label === "Allow"));
    } else {
      return page;
    }
  }
  throw new Error(`After ${MOST_PAGES} pages the sign-in has not come to an end.`);
}

/** @typedef {{name: string, type: string, value: string}} Field */
/** @typedef {{name: string, value: string, label: string}} Button */
/** @typedef {{action: string, method: string, fields: Field[], buttons: Button[]}} Form */
/** @typedef {{address: string, text: string, forms: Form[]}} Page */

/** As much of a browser as a sign-in needs: cookies by host, redirects, forms. */
class Browser {
  /** @type {Map<string, Map<string, string>>} */
  #cookies = new Map();

  /**
   * @param {string} address
   * @param {{method?: string, body?: URLSearchParams, headers?: Record<string, string>}} [request]
   * @returns {Promise<Page>}
   */
  async open(address, request = {}) {
    let at = new URL(address);
    for (let hops = 0; hops < MOST_PAGES; hops += 1) {
      const jar = this.#cookies.get(at.host) ?? new Map();
      this.#cookies.set(at.host, jar);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { ...request.headers, ...(cookie && { cookie }) };
      const answer = await fetch(at, { ...request, headers, redirect: "manual" });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        jar.set(pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1).trim());
      }
      const next = answer.headers.get("location");
      const text = await answer.text();
      if (answer.status < 300 || answer.status >= 400 || !next) {
        return { address: at.href, text, forms: formsIn(text) };
      }
      at = new URL(next, at);
      request = {};
    }
    throw new Error(`${at.host} redirects without end.`);
  }

  /**
   * @param {Page} page
   * @param {Form} form
   * @param {Button | undefined} button the one that is pressed
   * @param {{username: string, password: string}} [user] typed into the fields of a sign-in
   */
  submit(page, form, button, user) {
    const body = new URLSearchParams();
    for (const { name, type, value } of form.fields) {
      const typed = user && { password: user.password, text: user.username, email: user.username }[type];
      if (name) body.append(name, typed ?? value);
    }
    if (button?.name) body.append(button.name, button.value);
    const target = new URL(form.action || page.address, page.address);
    if (form.method !== "post") return this.open(`${target.origin}${target.pathname}?${body}`);
    return this.open(target.href, { method: "POST", body, headers: { origin: new URL(page.address).origin } });
  }
}

/**
 * @param {string} html
 * @returns {Form[]}
 */
function formsIn(html) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, opening = "", inside = ""]) => {
    const inputs = [...inside.matchAll(/<input\b([^>]*)>/gi)].map(([, text = ""]) => attributes(text));
    const pressed = inputs.filter((input) => input.type === "submit");
    const labelled = [...inside.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)];
    const { action = "", method = "get" } = attributes(opening);
    return {
      action,
      method: method.toLowerCase(),
      fields: inputs
        .filter((input) => !["submit", "checkbox", "radio"].includes(input.type ?? ""))
        .map(({ name = "", type = "text", value = "" }) => ({ name, type, value })),
      buttons: [
        ...labelled.map(([, text = "", label = ""]) => {
          const { name = "", value = "" } = attributes(text);
          return { name, value, label: decoded(label.replace(/<[^>]*>/g, "")).trim() };
        }),
        ...pressed.map(({ name = "", value = "" }) => ({ name, value, label: value })),
      ],
    };
  });
}

/**
 * @param {string} text what stands in a tag
 * @returns {Record<string, string | undefined>}
 */
function attributes(text) {
  const pairs = text.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g);
  return Object.fromEntries(
    [...pairs].map(([, name = "", double, single, bare]) => [name, decoded(double ?? single ?? bare ?? "")]),
  );
}

/** @param {string} text */
function decoded(text) {
  return text.replace(/&(?:amp|lt|gt|quot|#39|#x27);/g, (found) => ENTITIES[found] ?? found);
}
