/*
 * What menus lead to. Values in tables (button.menu) open the same menu as those in widgets, and the action that is chosen there gets its
 * form with the value in it: posted, so that no value stands in an address or in the browser's history.
 */
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.menu[data-contains]");
  if (button) context_menu(button, [{ contains: JSON.parse(button.dataset.contains), value: button.dataset.value }], 0, containerOf(button), null, false);
  // Widgets' links have no address of their own; the policy of the page would complain about what they have instead.
  if (event.target.closest("a[href^='javascript:']")) event.preventDefault();
});

document.addEventListener("soar:action", ({ detail }) => {
  const form = document.getElementById("carry");
  for (const name of ["action", "parameter", "value", "container"]) form.elements[name].value = detail[name] ?? "";
  form.submit();
});

// A mistake among parameters that are folded away would be complained about where nobody sees it.
document.addEventListener("invalid", (event) => event.target.closest("details")?.setAttribute("open", ""), true);

// "/" goes to the search for actions, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  const search = document.getElementById("search");
  if (search) search.select();
  else location.assign("/actions#search");
});

function containerOf(element) {
  return element.closest("[data-container]")?.dataset.container;
}
