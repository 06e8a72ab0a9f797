// What Setup's pages do beyond what HTML does by itself. Every page works without it.

const byId = (id) => document.getElementById(id);

/** The API name Setup derives from a name; the org derives it in the same way. */
const apiName = (name) => {
  const joined = name.split(/[^0-9A-Za-z]+/u).filter(Boolean).join("_");
  return /^[0-9]/u.test(joined) ? `X${joined}` : joined;
};

/** Menus close on Escape, and when something else is clicked or focused. */
const menus = () => {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  for (const kind of ["click", "focusin"]) {
    document.addEventListener(kind, (event) => {
      for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
    });
  }
};

/** Quick Find filters the navigation while one types. */
const quickFind = () => {
  const field = byId("quick-find");
  if (!field) return;
  const filter = () => {
    const sought = field.value.trim().toLowerCase();
    const has = (text) => text.toLowerCase().includes(sought);
    let any = false;
    for (const item of document.querySelectorAll("#tree li:not(.branch)")) {
      const branch = item.closest(".branch:not(.top)")?.querySelector("span").textContent ?? "";
      item.hidden = !(has(item.textContent) || (branch && has(branch)));
      any ||= !item.hidden;
    }
    for (const branch of document.querySelectorAll("#tree .branch")) {
      branch.hidden = !branch.querySelector("li:not(.branch):not([hidden])");
    }
    byId("nothing-found").textContent = any ? "" : "Didn't find what you're looking for? Try another word.";
  };
  field.addEventListener("input", filter);
};

/** The API name follows the name once, when the name is left and the API name is still empty. */
const derivedName = () => {
  const [name, derived] = [byId("label"), byId("apiName")];
  if (!name || !derived) return;
  document.querySelector('input[name="derive"]')?.remove();
  name.addEventListener("blur", () => {
    if (derived.value !== "") return;
    derived.value = apiName(name.value);
    if (derived.value !== "") derived.dispatchEvent(new Event("input"));
  });
};

/** The arrows, a double click, and Enter move scopes without a round trip. */
const scopes = () => {
  const [available, selected, values] = [byId("available"), byId("selected"), byId("scope-values")];
  if (!available || !selected || !values) return;
  const order = [...available.options, ...selected.options].map((option) => option.text);
  const move = (from, to, where) => {
    const marked = [...from.selectedOptions];
    if (marked.length === 0) return;
    const all = [...to.options, ...marked];
    for (const option of to.options) option.selected = false;
    to.replaceChildren(...all.sort((one, other) => order.indexOf(one.text) - order.indexOf(other.text)));
    values.replaceChildren(
      ...[...selected.options].map((option) => Object.assign(document.createElement("input"), {
        name: "scope", type: "hidden", value: option.value,
      })),
    );
    byId("scope-said").textContent = `${marked.map((option) => option.text).join(", ")}: moved to ${where}.`;
  };
  const add = () => move(available, selected, "Selected OAuth Scopes");
  const remove = () => move(selected, available, "Available OAuth Scopes");
  for (const [list, action] of [[available, add], [selected, remove]]) {
    list.addEventListener("dblclick", action);
    list.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      action();
    });
  }
  for (const button of document.querySelectorAll('button[name="moveScopes"]')) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      (button.value === "add" ? add : remove)();
    });
  }
};

/** Copy buttons, which need a script, show themselves. */
const copies = () => {
  for (const button of document.querySelectorAll("button[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = byId(button.dataset.copies);
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "Copied";
      } catch {
        field.select();
        button.textContent = "Press Ctrl+C";
      }
    });
  }
};

/** An error goes once its field is filled in again. */
const errorsGo = () => {
  for (const field of document.querySelectorAll("[aria-invalid]")) {
    field.addEventListener("input", () => {
      field.removeAttribute("aria-invalid");
      field.closest(".field")?.classList.remove("invalid");
      byId(`${field.id}-error`)?.remove();
      const described = field.getAttribute("aria-describedby") ?? "";
      field.setAttribute("aria-describedby", described.replace(`${field.id}-error`, "").trim());
      document.querySelector(`#snag a[href="#${field.id}"]`)?.parentElement.remove();
      if (!document.querySelector("#snag li")) byId("snag")?.remove();
    }, { once: true });
  }
};

/** A section opens when something inside is linked to, such as a field that was refused. */
const openLinked = () => {
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.('a[href^="#"]')?.hash.slice(1);
    const field = target && byId(target);
    if (!field) return;
    const section = field.closest("details");
    if (section) section.open = true;
    field.focus();
  });
};

for (const start of [menus, quickFind, derivedName, scopes, copies, errorsGo, openLinked]) start();
