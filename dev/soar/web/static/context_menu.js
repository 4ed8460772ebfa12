/*
 * The local page's context_menu, called by widgets as SOAR's is. It offers the actions that take the value, and copying it.
 *
 * The candidates are the JSON in #menu-candidates: {kind: [{action, parameter}, ...]}, from menu_candidates() in widgets.py. Choosing one
 * fires the event "soar:action" on the document, its detail {action, parameter, value, container}; what comes of it is the page's.
 */
"use strict";

function context_menu(element, items, row, container) {
  const { contains, value } = items[0];
  const source = document.getElementById("menu-candidates");
  const candidates = source ? JSON.parse(source.textContent) : {};
  const menu = document.createElement("div");
  menu.className = "context-menu";
  menu.setAttribute("role", "menu");
  const heading = document.createElement("p");
  const shown = document.createElement("bdi");
  shown.textContent = value;
  heading.append(shown, ` (${contains.join(", ")})`);
  menu.append(heading);

  function offer(label, choose) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("role", "menuitem");
    button.textContent = label;
    button.addEventListener("click", () => { menu.remove(); choose(); });
    menu.append(button);
  }

  const offered = new Set();
  for (const kind of contains) {
    for (const { action, parameter } of candidates[kind] || []) {
      const label = `${action} (${parameter})`;
      if (offered.has(label)) continue;
      offered.add(label);
      offer(label, () => document.dispatchEvent(new CustomEvent("soar:action", { detail: { action, parameter, value, container } })));
    }
  }
  offer("Copy", () => { if (navigator.clipboard) navigator.clipboard.writeText(value); });

  document.querySelectorAll(".context-menu").forEach((other) => other.remove());
  const place = element.getBoundingClientRect();
  document.body.append(menu);
  // Below the value, and further left where it would be cut off.
  const left = Math.max(Math.min(place.left, document.documentElement.clientWidth - menu.offsetWidth), 0);
  menu.style.left = `${left + window.scrollX}px`;
  menu.style.top = `${place.bottom + window.scrollY}px`;
  menu.querySelector("button").focus();
  menu.addEventListener("keydown", (event) => {
    // Whoever uses the keyboard goes on where the menu was opened.
    if (event.key === "Escape" || event.key === "Tab") element.focus();
    if (event.key === "Tab") menu.remove();
    const choices = [...menu.querySelectorAll("button")];
    const place = choices.indexOf(document.activeElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choices.at(next % choices.length).focus();
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest(".context-menu") || event.target.closest("[onclick^='context_menu']")) return;
  document.querySelectorAll(".context-menu").forEach((menu) => menu.remove());
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(".context-menu").forEach((menu) => menu.remove());
});
