import { defineConfig } from "vite";

/** A build of its own: the web app has nothing of it, and it changes only when its packages do. */
export default defineConfig({
  base: "/graphiql/",
  logLevel: "error",
  build: {
    outDir: "../dist-graphiql",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 5000,
    rolldownOptions: { onLog: (level, log, tell) => log.code !== "MODULE_LEVEL_DIRECTIVE" && tell(level, log) },
  },
});
