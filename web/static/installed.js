// As an app of the machine: the worker that answers when Albumen is not running.
import { $ } from "./page.js";

const worker = $("meta[name=worker]")?.content;
if (worker && "serviceWorker" in navigator)
  addEventListener("load", () => setTimeout(() => navigator.serviceWorker.register(worker).catch(() => {}), 1000));
