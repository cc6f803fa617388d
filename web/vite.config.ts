import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const PLACE = "__SHELL__";

/** Writes /sw.js, the service worker, with the names of the files that make up the app shell. */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle: {
      // After everything else, so that the style sheet has its name.
      order: "post",
      handler(_options, bundle) {
        const hashed = Object.keys(bundle).filter((name) => name.startsWith("assets/"));
        const shell = ["/", "/manifest.webmanifest", "/icon.svg", ...hashed.map((name) => `/${name}`)];
        const source = readFileSync(new URL("service-worker.js", import.meta.url), "utf8");
        if (!source.includes(PLACE)) this.error(`service-worker.js has no ${PLACE}.`);
        this.emitFile({ type: "asset", fileName: "sw.js", source: source.replace(PLACE, shell.join(" ")) });
      },
    },
  };
}

export default defineConfig({
  plugins: [serviceWorker()],
  server: { proxy: { "^/(graphql|me/)": process.env.API ?? "http://127.0.0.1:8000" } },
  build: { target: "es2022", modulePreload: { polyfill: false }, assetsInlineLimit: 0, cssCodeSplit: false },
});
