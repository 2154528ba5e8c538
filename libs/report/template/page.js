"use strict";
// What the pages of all reports share.
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

  // The button of the bar, the wish of the system, and what was chosen before; `redraw` paints what style sheets do not reach.
  function followTheme(redraw) {
    const root = document.documentElement;
    const darkWanted = window.matchMedia("(prefers-color-scheme: dark)");
    const toggle = document.getElementById("theme-toggle");
    const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : darkWanted.matches;
    function themeChanged() {
      toggle.setAttribute("aria-pressed", String(isDark()));
      redraw();
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
    if (root.dataset.theme) themeChanged();
    toggle.setAttribute("aria-pressed", String(isDark()));
  }

  return { el, freshId, section, followTheme };
})();
