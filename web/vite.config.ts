import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/** Writes /sw.js, the service worker, with the names of the files that make up the app shell. */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle(_options, bundle) {
      const shell = [
        "/",
        "/manifest.webmanifest",
        "/icons/icon.svg",
        ...Object.keys(bundle)
          .filter((name) => name.startsWith("assets/"))
          .map((name) => `/${name}`),
      ];
      const source = readFileSync(new URL("service-worker.js", import.meta.url), "utf8");
      this.emitFile({
        type: "asset",
        fileName: "sw.js",
        source: source.replace("[/* the build writes the shell here */]", JSON.stringify(shell)),
      });
    },
  };
}

export default defineConfig({
  plugins: [serviceWorker()],
  server: { fs: { allow: [".."] }, proxy: { "/graphql": process.env.API ?? "http://127.0.0.1:8000" } },
  build: { target: "es2022", modulePreload: { polyfill: false }, assetsInlineLimit: 0, cssCodeSplit: false },
});
