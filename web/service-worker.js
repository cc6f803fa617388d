// Keeps the app shell, so that the app opens without a signal. Answers of the service are never kept:
// only GET requests for this page and its own hashed files are looked at, everything else goes straight to the network.
/** Paths of the shell, written here by the build. */
const shell = "__SHELL__".split(" ");
const name = `shell-${shell
  .filter((path) => path.startsWith("/assets/"))
  .join("|")
  .replaceAll("/assets/", "")}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(name)
      .then((cache) => cache.addAll(shell))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((other) => other !== name).map((other) => caches.delete(other))))
      .then(() => self.clients.claim()),
  );
});

/** How long a weak signal may keep somebody from their diary. */
const PATIENCE_MS = 1_500;

/** The page as the service has it now; where that takes long, as it was last. */
async function page(request) {
  const fresh = fetch(request);
  const kept = () => caches.match("/");
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(kept).then((found) => found ?? fresh);
  const failed = fresh.catch(() => kept().then((found) => found ?? Response.error()));
  return Promise.race([failed, late]);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(page(request));
  } else if (shell.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(request)));
  }
});
