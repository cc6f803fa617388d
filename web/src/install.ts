/** The part of the Trusted Types interface used here; not every browser has it. */
interface TrustedTypesFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => string };
}

const WORKER = "/sw.js";

/** Registers the service worker of the built app; its address is the one script address that may be made from text. */
export function installWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const factory = (window as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  const policy = factory?.createPolicy("service-worker", {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError("Only the service worker may be registered.");
      return url;
    },
  });
  addEventListener("load", () => {
    navigator.serviceWorker.register(policy ? policy.createScriptURL(WORKER) : WORKER).catch(() => {
      // Without it the app works as a page that needs a signal to open.
    });
  });
}
