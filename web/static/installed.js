// For the installed app: registers the service worker, which answers when Albumen is not running.
import { $ } from "./page.js";

const worker = $("meta[name=worker]")?.content;
if (worker && "serviceWorker" in navigator)
  addEventListener("load", () => setTimeout(() => navigator.serviceWorker.register(worker).catch(() => {}), 1000));
