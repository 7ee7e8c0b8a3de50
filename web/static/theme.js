// Light or dark: the system's setting until the user chooses; a cookie tells the server.
import { $$, on, ready } from "./page.js";

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
function showTheme() {
  root.toggleAttribute("data-dark", (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark");
}
dark.addEventListener("change", showTheme);
showTheme();
on("click", "[data-theme-switch]", () => {
  root.dataset.theme = root.hasAttribute("data-dark") ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  showTheme();
});
ready(() => {
  for (const element of $$("[data-theme-switch]")) element.hidden = false;
});
