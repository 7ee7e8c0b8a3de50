// On the offline page: reloads once Albumen answers.
setInterval(async () => {
  try {
    if ((await fetch("/healthz", { cache: "no-store" })).ok) location.reload();
  } catch {
    // no answer yet
  }
}, 2000);
