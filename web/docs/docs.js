/* global Redoc */
// No search: its index would be built in a worker. No fonts and pictures of other servers.
const sans = "system-ui, -apple-system, 'Segoe UI', sans-serif";
const mono = "ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace";
Redoc.init("/openapi.yaml", {
  disableSearch: true,
  nativeScrollbars: true,
  sortRequiredPropsFirst: true,
  hideSchemaTitles: true,
  jsonSamplesExpandLevel: 3,
  theme: {
    colors: { primary: { main: "#0b5cad" } },
    typography: { fontFamily: sans, headings: { fontFamily: sans }, code: { fontFamily: mono, color: "#9b1c4a" } },
  },
}, document.getElementById("reference"));
