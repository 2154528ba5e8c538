"use strict";
// What every page of Plyo is laid out with.
const PlyoPage = (() => {
  let nextId = 0;
  const freshId = (stem) => `${stem}-${++nextId}`;

  // Text goes in as text nodes alone: nothing that a name holds can become markup.
  function el(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "class") node.className = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === false) continue;
      node.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
    return node;
  }

  function section(title, cls, ...children) {
    const id = freshId("h");
    return el("section", { class: `block ${cls || ""}`, "aria-labelledby": id }, el("h2", { id }, title), ...children);
  }

  // Light or dark: as the reader has it, or as he chose here.
  const root = document.documentElement;
  const darkWanted = window.matchMedia("(prefers-color-scheme: dark)");
  const toggle = document.getElementById("theme-toggle");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : darkWanted.matches;
  let changed = () => {};
  function themeChanged() {
    toggle.setAttribute("aria-pressed", String(isDark()));
    changed();
  }
  try {
    const kept = localStorage.getItem("plyo-theme");
    if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  } catch { /* A page from a file may have no storage: then the choice lasts as long as the page. */ }
  toggle.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("plyo-theme", root.dataset.theme); } catch { /* as above */ }
    themeChanged();
  });
  darkWanted.addEventListener("change", themeChanged);
  toggle.setAttribute("aria-pressed", String(isDark()));

  return { el, section, freshId, onTheme: (redraw) => { changed = redraw; } };
})();
